import * as fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import type { JobEvent } from '../job-channel.js';
import { createHouse, gatherLive } from '../testing/house.js';
import { progress, queued, started, succeeded } from '../testing/peer-log.js';
import { createTabLines } from '../testing/tab-lines.js';
import { until } from '../testing/until.js';

const house = createHouse();
afterEach(() => house.close());

const note = { type: 'note', data: {} } as const;
const seqs = (events: readonly JobEvent[]): number[] =>
  events.flatMap((event) => (event.type === 'fact' ? [event.fact.seq] : []));

describe('clients that share a trunk', () => {
  it('follow one job over one socket and one subscription, each hearing each fact once', async () => {
    const peer = await house.peer();
    const tabs = createTabLines();
    const clients = Array.from({ length: 5 }, () => house.client(peer.url, { webSocket: tabs.socket }));
    const following = clients.map((client) => gatherLive(client.job('j1').events({ from: 'start' })));
    await until(() => following.every(({ all }) => all.length === 1), 'all know the job');
    peer.append('j1', started);
    peer.level('j1', progress(2, 3));
    await until(() => following.every(({ all }) => all.some(({ type }) => type === 'level')), 'all heard the level');
    peer.append('j1', succeeded);
    await Promise.all(following.map(({ done }) => done));
    for (const { all } of following) expect(seqs(all)).toEqual([1, 2, 3]);
    expect(tabs.dialed).toBe(1);
    expect(peer.opened).toMatchObject({ websocket: 1, sse: 0 });
  });

  it('miss nothing when one joins whose snapshot is ahead of what the others heard', async () => {
    const peer = await house.peer();
    const tabs = createTabLines();
    const first = gatherLive(house.client(peer.url, { webSocket: tabs.socket }).job('j1').events({ from: 'start' }));
    await until(() => first.all.length === 1, 'the first knows the job');
    peer.manners.omit = 2; // facts of the live stream that the first never hears
    peer.append('j1', started, note);
    const second = gatherLive(house.client(peer.url, { webSocket: tabs.socket }).job('j1').events());
    await until(() => second.all.length === 1, 'the second knows the job');
    await until(() => seqs(first.all).length === 3, 'the first has caught up');
    peer.append('j1', succeeded);
    await Promise.all([first.done, second.done]);
    expect(seqs(first.all)).toEqual([1, 2, 3, 4]);
    expect(second.all.map(({ type }) => type)).toEqual(['snapshot', 'fact']);
  });

  it('go on with a feed from where the one that is furthest behind stands', async () => {
    const peer = await house.peer();
    const tabs = createTabLines();
    const ahead = house.client(peer.url, { webSocket: tabs.socket });
    const behind = house.client(peer.url, { webSocket: tabs.socket });
    const start = (await behind.list()).feedCursor;
    const one = gatherLive(ahead.feed());
    await until(() => one.all.length === 1, 'the page');
    peer.append('j2', queued(), started);
    await until(() => one.all.length === 3, 'two facts live');
    const two = gatherLive(behind.feed({}, { cursor: start }));
    await until(() => two.all.length === 2, 'two facts from before');
    peer.append('j2', succeeded);
    await until(() => one.all.length === 4 && two.all.length === 3, 'one fact for both');
    const types = [one, two].map(({ all }) => all.flatMap((event) => (event.type === 'fact' ? [event.fact.type] : [])));
    expect(types).toEqual([
      ['queued', 'started', 'succeeded'],
      ['queued', 'started', 'succeeded'],
    ]);
    expect(tabs.dialed).toBe(1);
  });

  it('get only what each wants, and the server is asked for less once nobody wants more', async () => {
    const peer = await house.peer();
    peer.append('j1', started);
    const tabs = createTabLines();
    const plain = house.client(peer.url, { webSocket: tabs.socket });
    const eager = house.client(peer.url, { webSocket: tabs.socket });
    const without = gatherLive(plain.job('j1').events({ levels: false }));
    const leaving = new AbortController();
    const picture = Uint8Array.of(1, 2, 3);
    const pictures = gatherLive(eager.job('j1').events({ previews: 'binary', signal: leaving.signal }));
    await until(() => without.all.length === 1 && pictures.all.length === 1, 'both know the job');
    const preview = {
      kind: 'preview',
      attempt: 1,
      after: 2,
      mediaType: 'image/webp',
      width: 8,
      height: 8,
      sizeBytes: 3,
    } as const;
    let tick = 0;
    await until(() => {
      peer.level('j1', { ...preview, tick: (tick += 1) }, picture);
      return pictures.all.some((event) => event.type === 'preview' && event.picture?.length === 3);
    }, 'a picture with its bytes');
    leaving.abort(new Error('enough'));
    await expect(pictures.done).rejects.toThrow('enough');
    const said: string[] = [];
    await until(() => {
      said.length = 0;
      peer.say('j1', (topic) => {
        said.push(topic);
        return { type: 'level', topic, jobId: 'j1', level: progress(2, 1) };
      });
      return said.length === 1;
    }, 'one stream is left');
    peer.append('j1', succeeded);
    await without.done;
    expect(without.all.map(({ type }) => type)).toEqual(['snapshot', 'fact']);
  });

  it('have their own sockets where they show different keys', async () => {
    const peer = await house.peer();
    const tabs = createTabLines();
    const following = ['ada', 'eve', 'ada'].map((apiKey) =>
      gatherLive(house.client(peer.url, { webSocket: tabs.socket, apiKey }).job('j1').events()),
    );
    await until(() => following.every(({ all }) => all.length === 1), 'all know the job');
    expect(tabs.dialed).toBe(2);
    expect(peer.tokens.map(String).sort((left, right) => left.localeCompare(right))).toEqual(['ada', 'eve']);
  });

  it('all hear that a key is refused, and close the socket with the last that leaves', async () => {
    const peer = await house.peer();
    peer.manners.refuseKeys = 2;
    const tabs = createTabLines();
    const [refused] = [1].map(() =>
      house.client(peer.url, { webSocket: tabs.socket, apiKey: 'old', transports: ['websocket'] }),
    );
    await expect(refused?.job('j1').result()).rejects.toMatchObject({ code: 'unauthorized' });
    peer.manners.refuseKeys = 0;
    const clients = [1, 2].map(() => house.client(peer.url, { webSocket: tabs.socket }));
    const following = clients.map((client) => gatherLive(client.job('j1').events()));
    await until(() => following.every(({ all }) => all.length === 1), 'both know the job');
    clients[0]?.close();
    peer.append('j1', started);
    await until(() => following[1]?.all.length === 2, 'the other still hears');
    clients[1]?.close();
    await until(() => peer.webSockets === 0, 'the socket is closed');
  });

  it('lose and repeat no fact whoever comes and goes, and however often the socket is cut', async () => {
    const move = fc.constantFrom('append', 'append', 'come', 'leave', 'cut', 'rest');
    await fc.assert(
      fc.asyncProperty(fc.array(move, { minLength: 8, maxLength: 24 }), async (moves) => {
        const own = createHouse();
        try {
          const peer = await own.peer();
          const tabs = createTabLines();
          const readers: { leaving: AbortController; all: JobEvent[]; done: Promise<void> }[] = [];
          let facts = 1;
          const come = (): void => {
            const leaving = new AbortController();
            const client = own.client(peer.url, { webSocket: tabs.socket, transports: ['websocket'] });
            const events = client.job('j1').events({ from: 'start', signal: leaving.signal });
            readers.push({ leaving, ...gatherLive(events) });
          };
          come();
          for (const each of moves) {
            if (each === 'append') {
              peer.append('j1', facts === 1 ? started : note);
              facts += 1;
            } else if (each === 'come') come();
            else if (each === 'leave') readers[Math.floor(readers.length / 2)]?.leaving.abort(new Error('left'));
            else if (each === 'cut') peer.cut();
            else await new Promise((resolve) => setTimeout(resolve, 3));
          }
          peer.append('j1', ...(facts === 1 ? [started, succeeded] : [succeeded]));
          facts += facts === 1 ? 2 : 1;
          const staying = readers.filter(({ leaving }) => !leaving.signal.aborted);
          await Promise.all(staying.map(({ done }) => done));
          const whole = Array.from({ length: facts }, (_, index) => index + 1);
          for (const { all } of staying) expect(seqs(all)).toEqual(whole);
          for (const { all } of readers) expect(seqs(all)).toEqual(whole.slice(0, seqs(all).length));
        } finally {
          await own.close();
        }
      }),
      { numRuns: Number(process.env['RENDERCAST_TEST_RUNS'] ?? 12) },
    );
  });
});
