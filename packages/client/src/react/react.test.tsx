// @vitest-environment happy-dom
// @vitest-environment-options {"settings": {"fetch": {"disableSameOriginPolicy": true}}}
import { act, cleanup, render, screen } from '@testing-library/react';
import { type ReactElement, type ReactNode, StrictMode } from 'react';
import { renderToString } from 'react-dom/server';
import { afterEach, describe, expect, it } from 'vitest';
import type { Client } from '../client.js';
import { createHouse } from '../testing/house.js';
import { failed, progress, queued, started, succeeded } from '../testing/peer-log.js';
import { RendercastProvider, useConnection, useFeed, useGenerate, useJob } from './index.js';

Object.assign(globalThis, { IS_REACT_ACT_ENVIRONMENT: true });
const house = createHouse();
afterEach(async () => {
  cleanup();
  await house.close();
});

/** Lets React and the network work until a condition holds. */
async function settled(holds: () => boolean, what: string): Promise<void> {
  const startedAt = performance.now();
  while (!holds()) {
    if (performance.now() - startedAt > 5_000) throw new Error(`did not happen: ${what}\n${document.body.innerHTML}`);
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

const text = (id: string): string => screen.queryByTestId(id)?.textContent ?? '';

function JobLine({ id, pastEnd = false }: { id: string | null; pastEnd?: boolean }): ReactElement {
  const { status, progress: level, error, job, ended } = useJob(id, { pastEnd });
  return (
    <p data-testid={`job-${id}`}>
      {[status, level?.step ?? '-', error?.code ?? '-', job?.favorite === true ? 'liked' : '-', ended].join(' ')}
    </p>
  );
}

function ConnectionLine(): ReactElement {
  const { status, transport } = useConnection();
  return <p data-testid="connection">{`${status} ${transport}`}</p>;
}

describe('useJob', () => {
  it('shows a job from loading to its end, with its levels, in Strict Mode', async () => {
    const peer = await house.peer();
    show(house.client(peer.url), <JobLine id="j1" />);
    expect(text('job-j1')).toBe('loading - - - false');
    await settled(() => text('job-j1') === 'queued - - - false', 'it is known');
    peer.append('j1', started);
    peer.level('j1', progress(2, 12));
    await settled(() => text('job-j1') === 'running 12 - - false', 'it runs');
    peer.append('j1', failed);
    await settled(() => text('job-j1') === 'failed - out_of_memory - true', 'it ended');
    await settled(() => peer.following === 0, 'nothing is followed past the end');
  });

  it('waits for a job that does not exist yet, and does nothing without an id', async () => {
    const peer = await house.peer({ empty: true });
    show(
      house.client(peer.url),
      <>
        <JobLine id={null} />
        <JobLine id="mine" />
      </>,
    );
    expect(text('job-null')).toBe('none - - - false');
    await settled(() => text('job-mine') === 'absent - - - false', 'there is none');
    peer.append('j7', queued({ clientId: 'mine' }));
    await settled(() => text('job-mine') === 'queued - - - false', 'it was made');
  });

  it('follows past the end when told to', async () => {
    const peer = await house.peer();
    peer.append('j1', started, succeeded);
    show(house.client(peer.url), <JobLine id="j1" pastEnd />);
    await settled(() => text('job-j1') === 'succeeded - - - true', 'it is known');
    peer.append('j1', { type: 'edited', favorite: true });
    await settled(() => text('job-j1') === 'succeeded - - liked true', 'the edit came');
  });

  it('shares one socket and one subscription among all components, and lets go of them on unmount', async () => {
    const peer = await house.peer();
    const client = house.client(peer.url);
    const { unmount } = show(
      client,
      <>
        <JobLine id="j1" />
        <JobLine id="j1" />
        <JobLine id="j2" />
        <ConnectionLine />
      </>,
    );
    await settled(() => text('connection') === 'open websocket' && peer.following === 2, 'all is followed');
    expect(peer.opened).toEqual({ websocket: 1, sse: 0, poll: 0 });
    expect(peer.sockets).toBe(1);
    unmount();
    await settled(() => peer.sockets === 0, 'the socket is closed');
    expect(client.connection.get().status).toBe('idle');
  });

  it('makes an address of preview bytes, and gives it back to the browser', async () => {
    const peer = await house.peer();
    const client = house.client(peer.url);
    function Picture(): ReactElement {
      const { previewUrl, status } = useJob('j1', { previews: 'binary' });
      return <p data-testid="picture">{`${status} ${previewUrl?.split(':')[0] ?? 'none'}`}</p>;
    }
    const given = new Set<string>();
    const { createObjectURL, revokeObjectURL } = URL;
    URL.createObjectURL = (blob: Blob) => {
      const made = createObjectURL(blob);
      given.add(made);
      return made;
    };
    URL.revokeObjectURL = (made) => {
      given.delete(made);
      revokeObjectURL(made);
    };
    const { unmount } = show(client, <Picture />);
    await settled(() => text('picture') === 'queued none', 'it is known');
    peer.append('j1', started);
    await settled(() => text('picture') === 'running none', 'it runs');
    const level = { kind: 'preview', attempt: 1, after: 2, mediaType: 'image/webp', width: 8, height: 8 } as const;
    for (const tick of [1, 2, 3]) peer.level('j1', { ...level, tick, sizeBytes: 3 }, new Uint8Array([1, 2, 3]));
    await settled(() => text('picture') === 'running blob', 'the picture shows');
    expect(given.size).toBe(1);
    unmount();
    expect(given.size).toBe(0);
    Object.assign(URL, { createObjectURL, revokeObjectURL });
  });

  it('changes over to another job when the id changes', async () => {
    const peer = await house.peer();
    peer.append('j2', queued(), started);
    const client = house.client(peer.url);
    const { rerender } = render(
      <RendercastProvider client={client}>
        <JobLine id="j1" />
      </RendercastProvider>,
    );
    await settled(() => text('job-j1').startsWith('queued'), 'the first is known');
    rerender(
      <RendercastProvider client={client}>
        <JobLine id="j2" />
      </RendercastProvider>,
    );
    await settled(() => text('job-j2').startsWith('running'), 'the second is known');
    await settled(() => peer.following === 1, 'the first is let go of');
  });
});

describe('useGenerate', () => {
  function Form(): ReactElement {
    const { status, generate, submitting, error, handle, reset } = useGenerate();
    return (
      <>
        <button type="button" onClick={() => void generate('a red fox', { steps: 30, tags: ['fox'] })}>
          go
        </button>
        <button type="button" onClick={reset}>
          clear
        </button>
        <p data-testid="form">{[status, submitting, error?.code ?? '-', handle?.id ?? '-'].join(' ')}</p>
      </>
    );
  }

  it('submits once and follows the job to its end, in Strict Mode', async () => {
    const peer = await house.peer({ empty: true });
    show(house.client(peer.url), <Form />);
    expect(text('form')).toBe('none false - -');
    await act(async () => screen.getByText('go').click());
    await settled(() => text('form') === 'queued false - j1', 'it is submitted and followed');
    expect(peer.submissions.map(({ input }) => input)).toEqual([
      { kind: 'image', request: { prompt: 'a red fox', steps: 30 }, tags: ['fox'] },
    ]);
    peer.append('j1', started, succeeded);
    await settled(() => text('form') === 'succeeded false - j1', 'it ended');
    await act(async () => screen.getByText('clear').click());
    expect(text('form')).toBe('none false - -');
  });

  it('shows why a submission failed', async () => {
    const peer = await house.peer({ empty: true });
    peer.manners.refuseKeys = 1;
    show(house.client(peer.url, { apiKey: 'wrong' }), <Form />);
    await act(async () => screen.getByText('go').click());
    await settled(() => text('form') === 'none false unauthorized -', 'the error shows');
  });
});

describe('useFeed', () => {
  function List({ favorite }: { favorite?: boolean }): ReactElement {
    const { jobs, status } = useFeed(favorite === undefined ? {} : { favorite });
    return <p data-testid="list">{[status, ...jobs.map(({ job }) => `${job.id}:${job.state}`)].join(' ')}</p>;
  }

  it('keeps a list up to date: new ones first, states as they change, one request for the page', async () => {
    const peer = await house.peer();
    show(house.client(peer.url), <List />);
    await settled(() => text('list') === 'live j1:queued', 'the page shows');
    await settled(() => peer.following === 1, 'the feed is followed');
    await act(() => new Promise((resolve) => setTimeout(resolve, 2))); // so that its time is a later one
    peer.append('j2', queued(), started);
    await settled(() => text('list') === 'live j2:running j1:queued', 'the new one shows');
    peer.append('j1', started, succeeded);
    await settled(() => text('list') === 'live j2:running j1:succeeded', 'the old one ended');
    peer.append('j1', { type: 'removed', artifactId: null });
    await settled(() => text('list') === 'live j2:running', 'the removed one is gone');
  });

  it('takes out a job that fits the filter no longer', async () => {
    const peer = await house.peer();
    peer.append('j1', { type: 'edited', favorite: true });
    show(house.client(peer.url), <List favorite />);
    await settled(() => text('list') === 'live j1:queued' && peer.following === 1, 'the favourite shows');
    peer.append('j1', { type: 'edited', favorite: false });
    await settled(() => text('list') === 'live', 'it is gone');
  });
});

describe('on a server', () => {
  it('renders without a connection or an effect', () => {
    const html = renderToString(
      <RendercastProvider options={{ url: 'http://localhost:1' }}>
        <JobLine id="j1" />
        <ConnectionLine />
      </RendercastProvider>,
    );
    expect(html).toContain('loading - - - false');
    expect(html).toContain('idle null');
  });

  it('says what is missing when there is no provider', () => {
    expect(() => renderToString(<ConnectionLine />)).toThrow('RendercastProvider');
  });
});
