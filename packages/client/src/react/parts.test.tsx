// @vitest-environment happy-dom
// @vitest-environment-options {"settings": {"fetch": {"disableSameOriginPolicy": true}}}
import type { Level, Progress } from '@rendercast/protocol/events';
import { act, cleanup, fireEvent, render, screen } from '@testing-library/react';
import { type ReactNode, StrictMode } from 'react';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { Client } from '../client.js';
import { createHouse } from '../testing/house.js';
import { failed, progress, queued, started, succeeded } from '../testing/peer-log.js';
import {
  ConnectionBadge,
  ENGLISH,
  Gallery,
  GenerationProgress,
  ImageGenerationModal,
  JobCard,
  KitWords,
  MusicPlayer,
  QueueList,
  RendercastProvider,
} from './index.js';

Object.assign(globalThis, { IS_REACT_ACT_ENVIRONMENT: true });
const house = createHouse();
afterEach(async () => {
  cleanup();
  vi.useRealTimers();
  await house.close();
});

async function settled(holds: () => boolean, what: string): Promise<void> {
  const startedAt = performance.now();
  while (!holds()) {
    if (performance.now() - startedAt > 8_000) throw new Error(`did not happen: ${what}\n${document.body.innerHTML}`);
    await act(() => new Promise((resolve) => setTimeout(resolve, 5)));
  }
}

function show(client: Client, children: ReactNode): ReturnType<typeof render> {
  return render(
    <StrictMode>
      <RendercastProvider client={client}>{children}</RendercastProvider>
    </StrictMode>,
  );
}

const bar = (): HTMLElement => screen.getByRole('progressbar');
const at = (step: number, part: Partial<Progress>): Level => ({ ...progress(2, step), ...part }) as Level;
const said = (): string => screen.getByRole('status').textContent ?? '';

describe('GenerationProgress', () => {
  it('shows what the engine says, and that it does not say more', async () => {
    const peer = await house.peer();
    show(house.client(peer.url), <GenerationProgress job="j1" />);
    await settled(() => document.body.textContent?.includes('Waiting') === true, 'it waits');
    peer.append('j1', started);
    await settled(() => bar().getAttribute('aria-valuetext') === 'unknown', 'nothing is known yet');
    expect(bar().hasAttribute('aria-valuenow')).toBe(false);
    peer.level('j1', at(12, { fraction: 0.42, etaMs: 9_000 }));
    await settled(() => bar().getAttribute('aria-valuenow') === '42', 'the percent');
    expect(document.body.textContent).toContain('9 s left');
    peer.append('j1', failed);
    await settled(() => screen.queryByRole('alert') !== null, 'the error');
    expect(said()).toContain('Failed');
  });

  it('says a change of state aloud at once, and progress only now and then', async () => {
    const peer = await house.peer();
    peer.append('j1', started);
    show(house.client(peer.url), <GenerationProgress job="j1" />);
    await settled(() => said().startsWith('Running'), 'the state is said');
    const heard = new Set<string>();
    const watching = new MutationObserver(() => heard.add(said()));
    watching.observe(screen.getByRole('status'), { childList: true, characterData: true, subtree: true });
    for (let step = 1; step <= 20; step += 1) {
      peer.level('j1', at(step, { fraction: step / 20 }));
      await settled(() => Number(bar().getAttribute('aria-valuenow')) >= step * 5 - 1, `step ${step}`);
    }
    expect(heard.size).toBe(0);
    peer.append('j1', succeeded);
    await settled(() => said().startsWith('Done'), 'the end is said');
    watching.disconnect();
  });
});

describe('JobCard', () => {
  it('shows a job by its title, and offers what can be done with it', async () => {
    const peer = await house.peer({ empty: true });
    peer.append('j1', queued({ request: { prompt: 'a red fox' } }), started);
    const client = house.client(peer.url);
    show(client, <JobCard job="j1" actions={<button type="button">more</button>} />);
    await settled(() => screen.queryByRole('article', { name: 'a red fox' }) !== null, 'the title');
    expect(screen.getAllByRole('button').map(({ textContent }) => textContent)).toEqual(['Cancel', 'more']);
    expect(screen.queryByText('Make another')).toBeNull();
    peer.append('j1', succeeded);
    await settled(() => said() === 'Done', 'it is done');
    expect(screen.queryByRole('button', { name: 'Cancel' })).toBeNull();
  });
});

describe('QueueList', () => {
  it('shows what runs before what waits, in other words where they are given', async () => {
    const peer = await house.peer({ empty: true });
    peer.append('j1', queued({ request: { prompt: 'the first' } }));
    peer.append('j2', queued({ request: { prompt: 'the second' } }), started);
    const opened: string[] = [];
    show(
      house.client(peer.url),
      <KitWords value={{ ...ENGLISH, cancel: 'Abbrechen' }}>
        <QueueList onOpen={(id) => opened.push(id)} />
      </KitWords>,
    );
    await settled(() => screen.queryAllByRole('listitem').length === 2, 'both are there');
    expect(screen.getAllByRole('listitem').map((item) => item.textContent?.slice(0, 10))).toEqual([
      'the second',
      'the firstW',
    ]);
    screen.getByRole('button', { name: 'the first' }).click();
    expect(opened).toEqual(['j1']);
    expect(screen.getByRole('button', { name: 'Abbrechen: the first' })).toBeDefined();
    peer.append('j2', succeeded);
    await settled(() => screen.queryAllByRole('listitem').length === 1, 'what ended is gone');
  });
});

describe('Gallery', () => {
  it('takes in what is made while one looks, and is walked through by keys', async () => {
    const peer = await house.peer({ empty: true });
    for (const id of ['j1', 'j2', 'j3']) {
      peer.append(id, queued({ request: { prompt: `picture ${id}` } }), started, succeeded);
      await new Promise((resolve) => setTimeout(resolve, 2)); // so that each has a time of its own
    }
    const opened: string[] = [];
    show(house.client(peer.url), <Gallery onOpen={({ id }) => opened.push(id)} />);
    await settled(() => screen.queryAllByRole('button').length === 3 && peer.following === 1, 'the gallery');
    screen.getAllByRole('button')[0]?.focus();
    fireEvent.keyDown(document.activeElement ?? document.body, { key: 'ArrowRight' });
    expect(document.activeElement?.textContent).toBe('picture j2');
    fireEvent.keyDown(document.activeElement ?? document.body, { key: 'End' });
    expect(document.activeElement?.textContent).toBe('picture j1');
    (document.activeElement as HTMLElement).click();
    expect(opened).toEqual(['j1']);
    peer.append('j4', queued({ request: { prompt: 'picture j4' } }), started, succeeded);
    await settled(() => screen.getAllByRole('button')[0]?.textContent === 'picture j4', 'the new one is first');
    expect(document.activeElement?.textContent).toBe('picture j1');
  });
});

describe('ImageGenerationModal', () => {
  it('holds the focus, makes a picture, tells of it once, and gives the focus back', async () => {
    const peer = await house.peer({ empty: true });
    const done: string[] = [];
    let close = 0;
    const client = house.client(peer.url);
    const modal = (open: boolean): ReactNode => (
      <StrictMode>
        <RendercastProvider client={client}>
          <ImageGenerationModal
            open={open}
            onClose={() => (close += 1)}
            prompt="a red fox"
            options={{ steps: 9 }}
            onDone={({ id }) => done.push(id)}
          />
        </RendercastProvider>
      </StrictMode>
    );
    const { rerender } = render(modal(false));
    expect(screen.queryByRole('dialog')).toBeNull();
    rerender(modal(true));
    expect(document.activeElement).toBe(screen.getByLabelText('Prompt'));
    const last = screen.getByRole('button', { name: 'Close' });
    last.focus();
    fireEvent.keyDown(last, { key: 'Tab' });
    expect(document.activeElement).toBe(screen.getByLabelText('Prompt'));
    fireEvent.keyDown(document.activeElement ?? last, { key: 'Tab', shiftKey: true });
    expect(document.activeElement).toBe(last);
    await act(async () => screen.getByRole('button', { name: 'Generate' }).click());
    await settled(() => peer.submissions.length === 1 && screen.queryByRole('progressbar') !== null, 'it is submitted');
    expect(peer.submissions[0]?.input).toMatchObject({ kind: 'image', request: { prompt: 'a red fox', steps: 9 } });
    peer.append('j1', started, succeeded);
    await settled(() => screen.queryByRole('button', { name: 'Another one' }) !== null, 'it is done');
    expect(done).toEqual(['j1']);
    fireEvent(screen.getByRole('dialog'), new Event('cancel', { cancelable: true }));
    expect(close).toBe(1);
    rerender(modal(false));
    expect(screen.queryByRole('dialog')).toBeNull();
  });
});

describe('MusicPlayer', () => {
  it('has a position, sections and words that follow the time', async () => {
    const peer = await house.peer();
    const artifact = {
      id: 'a1',
      jobId: 'j1',
      mediaType: 'audio/mpeg',
      sizeBytes: 4,
      digest: '',
      name: 'song.mp3',
      width: null,
      height: null,
      durationMs: 10_000,
      hasThumbnail: false,
      createdAt: '',
      url: '/v1/artifacts/a1',
      parameters: {
        sections: [
          { name: 'Verse', startMs: 0, endMs: 6_000 },
          { name: 'Outro', startMs: 6_000, endMs: 10_000 },
        ],
        lyrics: [
          { text: 'one line', startMs: 1_000, endMs: 3_000 },
          { text: 'another', startMs: 3_000, endMs: 5_000 },
          { text: null, startMs: 3_000, endMs: 5_000 },
        ],
      },
    };
    show(house.client(peer.url), <MusicPlayer artifact={artifact} title="A song" />);
    expect(screen.getByRole('group', { name: 'A song' })).toBeDefined();
    const slider = screen.getByRole('slider', { name: 'Position' });
    expect(slider.getAttribute('max')).toBe('10000');
    const now = (): (string | null)[] =>
      [...document.querySelectorAll('[aria-current]')].map((each) => each.textContent);
    expect(now()).toEqual(['Verse']);
    await act(async () => screen.getByRole('button', { name: 'another' }).click());
    expect(now()).toEqual(['Verse', 'another']);
    expect(slider.getAttribute('aria-valuetext')).toBe('0:03 / 0:10');
    fireEvent.change(slider, { target: { value: '7000' } });
    expect(now()).toEqual(['Outro']);
    expect(document.querySelector('audio')?.currentTime).toBe(7);
    expect(document.querySelectorAll('.rc-lyrics li')).toHaveLength(2);
  });
});

describe('ConnectionBadge', () => {
  it('shows each state at once, and says it aloud only when it stays', async () => {
    const peer = await house.peer();
    const client = house.client(peer.url);
    show(
      client,
      <>
        <ConnectionBadge />
        <GenerationProgress job="j1" />
      </>,
    );
    const badge = document.querySelector('.rc-badge');
    await settled(() => badge?.getAttribute('data-status') === 'open', 'it is open');
    expect(badge?.querySelector('[role=status]')?.textContent).toBe('Ready');
    await settled(() => badge?.querySelector('[role=status]')?.textContent === 'Live', 'it is said');
  });
});
