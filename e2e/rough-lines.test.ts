import { type Client, createClient, type TransportName } from '@rendercast/client';
import { jobAnswerSchema } from '@rendercast/protocol/dialects/native/index';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { createFaultProxy, type FaultProxy } from './chaos/proxy.js';
import { recordProof } from './proof/record.js';
import { noTally, ofOneOwner, tally } from './proof/tally.js';
import { createChance, seedOfRun, timesOfRun } from './stories/chance.js';
import { judge } from './stories/judge.js';
import { readJob } from './stories/log-over-http.js';
import { type Watcher, watchFeed, watchJob } from './stories/watchers.js';
import { type House, rehearsal, startHouse, until } from './support/house.js';

const SEED = seedOfRun(4_711);
/** Places of the stream at which connections are cut, per transport and direction. */
const CUTS = timesOfRun('RENDERCAST_TEST_CUTS', 16);
const TRANSPORTS: readonly TransportName[] = ['websocket', 'sse', 'poll'];

/** Notices a dead line within tenths of a second, and comes back at once. */
const HASTY = {
  handshakeMs: 700,
  silenceMs: 700,
  pongMs: 300,
  requestMs: 700,
  pollWaitMs: 400,
  retryBaseMs: 5,
  retryMaxMs: 40,
  upgradeMs: 1_000,
  attempts: 50,
} as const;

let house: House;
beforeAll(async () => {
  house = await startHouse({ heartbeatMs: 200, windowBytes: 16_384 });
});
afterAll(() => house.stop());

const closing: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

async function rough(transports: readonly TransportName[]): Promise<{ proxy: FaultProxy; client: Client }> {
  const proxy = await createFaultProxy({ target: { port: Number(new URL(house.url).port) } });
  closing.push(() => proxy.close());
  const url = `http://127.0.0.1:${proxy.port}`;
  const client = createClient({ url, transports, webSocket: WebSocket, timing: HASTY });
  closing.push(() => client.close());
  return { proxy, client };
}

async function submit(body: unknown): Promise<string> {
  const answer = await house.call('/v1/jobs', { body });
  expect(answer.status, answer.text).toBe(201);
  return answer.as(jobAnswerSchema).job.id;
}

const levelsOf = ({ history }: Watcher): number => history.observations.filter(({ saw }) => saw === 'level').length;
const cutsOf = (proxy: FaultProxy): number => proxy.made - proxy.open;

describe.each(TRANSPORTS)('over %s', (transport) => {
  it('RC-RESUME-1: a line that goes dead without a word is noticed and replaced, and nothing is missed', async () => {
    const { proxy, client } = await rough([transport]);
    const id = await submit(rehearsal({ steps: 40, stepMs: 30 }));
    const watcher = watchJob(`${transport} on a dead line`, client, id, { from: 'start' });
    await watcher.reached(3);
    const made = proxy.made;
    proxy.freeze();
    await watcher.done;
    expect(proxy.made).toBeGreaterThan(made);
    await judge(house.url, [watcher]);
  });

  it(`RC-RESUME-1: connections cut at ${CUTS} places of handshake and frames, in both directions, cost no fact and repeat none (seed ${SEED})`, {
    timeout: 60_000 + CUTS * 1_000,
  }, async () => {
    const chance = createChance(SEED);
    const watchers: Watcher[] = [];
    const places = Array.from({ length: CUTS }, (_, index) => ({
      // Close together where handshakes are, further apart behind them.
      bytes: Math.round((index + chance.next()) ** 2 * (4_000 / CUTS ** 2)),
      how: chance.pick(['cutAfterBytes', 'resetAfterBytes']),
    }));
    const oneCut = async ({ bytes, how }: (typeof places)[number], way: 'up' | 'down'): Promise<void> => {
      const { proxy, client } = await rough([transport]);
      proxy.set({ [way]: { [how]: bytes } });
      const id = await submit(rehearsal({ steps: 5, stepMs: 30 }));
      const watcher = watchJob(`${transport}: ${how} ${bytes} ${way}`, client, id, { from: 'start' });
      watchers.push(watcher);
      // Cut again and again at the same place; then the line is good, whatever state that left behind.
      await Promise.race([watcher.done, until(() => cutsOf(proxy) >= 3, 'three cuts')]);
      proxy.set({});
      await watcher.done;
    };
    for (const way of ['up', 'down'] as const)
      for (let from = 0; from < places.length; from += 4)
        await Promise.all(places.slice(from, from + 4).map((place) => oneCut(place, way)));
    await judge(house.url, watchers, (violations) => {
      const found = noTally();
      tally(found, violations);
      recordProof({ name: 'line cuts', count: watchers.length, ...ofOneOwner(found), note: transport });
    });
  });
});

describe('a reader on a slow line', () => {
  it('RC-LEVEL-3 RC-ACK-3: gets every fact, and of the levels the newest only', async () => {
    const fast = await rough(['websocket']);
    const slow = await rough(['websocket']);
    slow.proxy.set({ down: { bytesPerSecond: 24_000 } });
    const id = await submit(rehearsal({ steps: 250, stepMs: 8 }));
    const options = { from: 'start', previews: 'binary' } as const;
    const quick = watchJob('on a fast line', fast.client, id, options);
    const late = watchJob('on a slow line', slow.client, id, options);
    await quick.done;
    const bytesAtEnd = slow.proxy.passed.down;
    await late.done;
    // What was still on its way when the job ended is bounded by the window, not by what was missed.
    expect(slow.proxy.passed.down - bytesAtEnd).toBeLessThan(6 * 16_384);
    expect(levelsOf(quick)).toBeGreaterThan(2 * levelsOf(late));
    expect(levelsOf(late)).toBeGreaterThan(1);
    await judge(house.url, [quick, late]);
  });

  it('RC-LEVEL-3: on a feed that runs ahead of it waits in the log and misses no fact', async () => {
    const { proxy, client } = await rough(['websocket']);
    const watcher = watchFeed('a feed on a slow line', client, { tag: 'slow' });
    await until(() => client.connection.get().status === 'open', 'the socket');
    proxy.set({ down: { bytesPerSecond: 60_000 } });
    const jobs = await Promise.all(
      Array.from({ length: 60 }, () => submit({ ...rehearsal({ steps: 4, stepMs: 1 }), tags: ['slow'] })),
    );
    for (const id of jobs) await until(async () => (await readJob(house.url, id)).endedAt !== null, `the end of ${id}`);
    const behind = watcher.at;
    proxy.set({});
    const log = await judge(house.url, []);
    const ours = log.entries.filter(({ fact }) => jobs.includes(fact.jobId));
    expect(behind).toBeLessThan(ours.at(-1)?.cursor ?? 0);
    await watcher.reached(ours.at(-1)?.cursor ?? 0);
    await watcher.stop();
    await judge(house.url, [watcher]);
  });
});

it('goes over to streams where sockets do not open, and back to sockets once they do', async () => {
  const { proxy, client } = await rough(TRANSPORTS);
  const id = await submit(rehearsal({ hangAtStep: 2 }));
  // The first connection, the socket's, is swallowed; the next ones are good.
  proxy.set({ down: { silentAfterBytes: 0 } });
  const watcher = watchJob('on a line that lets no socket through', client, id, { from: 'start' });
  await until(() => proxy.made === 1, 'the socket’s try');
  proxy.freeze();
  proxy.set({});
  await watcher.reached(3);
  expect(client.connection.get()).toMatchObject({ status: 'open', transport: 'sse' });
  proxy.reset();
  await until(() => client.connection.get().transport === 'websocket', 'the socket');
  await house.call(`/v1/jobs/${id}/cancel`, { method: 'POST' });
  await watcher.done;
  await judge(house.url, [watcher]);
});
