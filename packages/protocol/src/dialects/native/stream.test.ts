import { describe, expect, test } from 'vitest';
import type { Followed, Reply } from '../../dialect.js';
import { FULL_PLAN, historyOf } from '../../dialect-exam/histories.contract.js';
import { createScriptedHouse, examFileUrl } from '../../dialect-exam/house.contract.js';
import { nativeDialect, type PollPage, pollPageSchema } from './index.js';
import { formatStamp, parseStamp } from './stamp.js';
import { createNativeView } from './view.js';

const followed = (change: Partial<Followed> = {}): Followed => ({
  topic: 'job:j',
  target: { job: 'j' },
  snapshot: null,
  position: 'k3v9:4',
  reset: null,
  ...change,
});
const history = historyOf(FULL_PLAN);

/** What the route answers to this address and these headers. */
async function ask(route: string, query: Record<string, string>, headers: Record<string, string> = {}) {
  const found = nativeDialect.routes.find(({ name }) => name === route);
  if (found === undefined) throw new Error(`there is no route "${route}"`);
  const house = createScriptedHouse(history);
  const reply: Reply = await found.handle(
    {
      params: found.params?.parse({ id: 'j' }),
      query: found.query?.parse(query),
      body: undefined,
      headers,
      file: null,
      requestId: 'r',
      fileUrl: examFileUrl,
      origin: 'http://localhost:8000',
      engine: 'auto',
      signal: house.verbs.signal,
    },
    house.verbs,
  );
  if (!('events' in reply)) throw new Error('the route does not stream');
  return reply;
}

describe('the opening of a stream', () => {
  test('RC-SSE-2: is a snapshot without a position, nothing with a good one, a reset with a bad one', async () => {
    const fresh = await ask('followJob', {});
    const resumed = await ask('followJob', { position: 'k3v9:4' });
    expect(fresh.encoding.opening(followed())).toEqual([
      { event: 'snapshot', data: '{"type":"snapshot","topic":"job:j","snapshot":null,"position":"k3v9:4"}' },
    ]);
    expect(resumed.encoding.opening(followed())).toEqual([]);
    expect(resumed.encoding.opening(followed({ reset: 'ahead' }))).toEqual([
      { event: 'reset', data: '{"type":"reset","topic":"job:j","reason":"ahead","snapshot":null,"position":"k3v9:4"}' },
    ]);
  });

  test('RC-SSE-1: events are named by the type of their message', async () => {
    const { encoding } = await ask('followJob', {});
    expect(encoding.eventName({ frame: '', jobId: 'j', position: 'k3v9:1', of: 'fact' })).toBe('event');
    expect(encoding.eventName({ frame: '', jobId: 'j', position: null, of: 'progress' })).toBe('level');
  });
});

describe('what a stream is asked for', () => {
  test('RC-SSE-3: Last-Event-ID wins over the position in the address', async () => {
    expect(await ask('followJob', { position: 'k3v9:1' }, { 'last-event-id': 'k3v9:9' })).toMatchObject({
      position: 'k3v9:9',
    });
    expect(await ask('followJob', { position: 'k3v9:1' })).toMatchObject({ position: 'k3v9:1', waitMs: null });
    expect(await ask('followJob', {}, { 'last-event-id': '' })).toMatchObject({ position: null });
  });

  test('RC-RESET-1: a position that is none is passed on, to be answered with a reset', async () => {
    expect(await ask('followJob', { position: 'x'.repeat(500) })).toMatchObject({ position: 'x'.repeat(500) });
  });

  test('RC-LEVEL-4: levels and previews come as asked', async () => {
    expect(await ask('followJob', {})).toMatchObject({ variant: 'none', levels: ['progress', 'place'] });
    expect(await ask('followJob', { levels: 'false', previews: 'url' })).toMatchObject({
      variant: 'url',
      levels: ['preview'],
    });
    await expect(ask('followJob', { previews: 'binary' })).rejects.toThrow();
  });

  test('RC-POLL-3: a feed’s page carries facts only, its stream levels too', async () => {
    expect(await ask('followFeed', { wait: '100', previews: 'url' })).toMatchObject({ levels: [], waitMs: 100 });
    expect(await ask('followFeed', {})).toMatchObject({ levels: ['progress', 'place'] });
  });

  test('a feed is followed by its filter and nothing else', async () => {
    const { events } = await ask('followFeed', {
      state: 'queued,running',
      favorite: 'true',
      wait: '1',
      position: 'k3v9:2',
    });
    expect(events).toEqual({ feed: { state: ['queued', 'running'], favorite: true } });
    expect((await ask('followFeed', {})).events).toEqual({ feed: {} });
  });

  test('waits longer than proxies live are refused', async () => {
    await expect(ask('followJob', { wait: '55001' })).rejects.toThrow();
    await expect(ask('followJob', { wait: '-1' })).rejects.toThrow();
  });
});

describe('pages', () => {
  test('RC-POLL-2: the newest level’s stamp goes out and comes back', async () => {
    const stamp = { attempt: 2, after: 11, tick: 37.5 };
    expect(parseStamp(formatStamp(stamp))).toEqual(stamp);
    const { levelStamp } = await ask('followJob', { wait: '0', levelStamp: formatStamp(stamp) });
    expect(levelStamp).toEqual(stamp);
    for (const wrong of ['', '1.2', 'a.b.c', '1.2.3.4.5', '-1.2.3'])
      await expect(ask('followJob', { levelStamp: wrong }), wrong).rejects.toThrow();
  });

  test('RC-POLL-1: hold the same messages as the socket, and where to ask again', async () => {
    const { encoding } = await ask('followJob', { wait: '0', previews: 'url' });
    const view = createNativeView({
      topic: 'job:j',
      target: { job: 'j' },
      variant: 'url',
      fileUrl: examFileUrl,
      epoch: 'k3v9',
    });
    const frames = history.steps.flatMap((step) =>
      'fact' in step ? view.fact(step.fact) : view.level(history.jobId, step.level, step.preview, step.job),
    );
    const page = encoding.page({ followed: followed(), frames, position: 'k3v9:20', levelStamp: null }) as PollPage;
    expect(page.messages.map((message) => JSON.stringify(message))).toEqual(frames.map(({ frame }) => frame));
    expect(page).toMatchObject({ topic: 'job:j', reset: null, snapshot: null, position: 'k3v9:20', levelStamp: null });
    expect(pollPageSchema.parse(page)).toEqual(page);
  });
});
