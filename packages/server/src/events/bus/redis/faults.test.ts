import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { systemClock } from '../../../clock.js';
import { createSilentLogger } from '../../../logger.js';
import { createHearer, historyOf, nextJobId, previewOf, progressOf } from '../bus.contract.js';
import type { Bus } from '../bus.js';
import { openRedisBus } from './open-redis-bus.js';
import { NO_REDIS, REDIS_SERVER, type RedisServer, startRedisServer } from './redis-server.contract.js';

const SOON = { timeout: 15_000, interval: 20 };

describe.skipIf(REDIS_SERVER === null)(`Redis in trouble${REDIS_SERVER === null ? ` (${NO_REDIS})` : ''}`, () => {
  let server: RedisServer;
  let houses = 0;
  let prefix = '';
  const buses: Bus[] = [];
  beforeAll(async () => {
    server = await startRedisServer();
  });
  beforeEach(() => {
    prefix = `faults-${houses++}`;
  });
  afterEach(async () => {
    for (const bus of buses.splice(0)) await bus.close();
  });
  afterAll(() => server.close());

  async function opened(over: { prefix?: string; urls?: string } = {}): Promise<Bus> {
    const logger = createSilentLogger();
    const bus = await openRedisBus({ urls: server.url, prefix, clock: systemClock, logger, ...over });
    buses.push(bus);
    return bus;
  }

  const isUp = (bus: Bus) => vi.waitFor(() => expect(bus.health().degraded).toBeNull(), SOON);
  const isDown = (bus: Bus) => vi.waitFor(() => expect(bus.health().degraded).not.toBeNull(), SOON);

  /** Facts and levels go from one to the other. */
  async function carries(from: Bus, to: Bus): Promise<void> {
    const job = nextJobId();
    const hears = createHearer();
    const listening = await to.listen({ job }, hears.listener);
    from.publishFacts([historyOf(job).queued()]);
    from.publishLevel(progressOf(job, 1));
    await vi.waitFor(() => expect([hears.seqs(), hears.ticks()]).toEqual([[`${job}#1`], [1]]), SOON);
    listening.stop();
  }

  test('when all connections are killed, listeners are told, hear again by themselves, and are told once more', async () => {
    const [bus, peer] = [await opened(), await opened()];
    const job = nextJobId();
    const hears = createHearer();
    await bus.listen({ job }, hears.listener);
    const client = server.client();
    await client.call('CLIENT', 'KILL', 'TYPE', 'pubsub');
    await client.call('CLIENT', 'KILL', 'TYPE', 'normal', 'SKIPME', 'yes');
    await vi.waitFor(() => expect(hears.missed()).toBeGreaterThanOrEqual(2), SOON);
    await Promise.all([isUp(bus), isUp(peer)]);
    expect(bus.health().losses).toBe(1);
    peer.publishFacts([historyOf(job).queued()]);
    await vi.waitFor(() => expect(hears.seqs()).toEqual([`${job}#1`]), SOON);
    await carries(bus, peer);
  });

  test('a Redis that starts empty again is filled with what runs, and listeners that stayed hear on', async () => {
    const [bus, peer] = [await opened(), await opened()];
    const job = nextJobId();
    const hears = createHearer();
    await bus.listen({ job }, hears.listener);
    peer.publishLevel(progressOf(job, 7));
    await vi.waitFor(() => expect(hears.ticks()).toEqual([7]), SOON);
    await server.kill();
    await Promise.all([isDown(bus), isDown(peer)]);
    const before = hears.missed();
    await server.start();
    await Promise.all([isUp(bus), isUp(peer)]);
    expect(hears.missed()).toBeGreaterThan(before);
    const newcomer = await opened();
    await vi.waitFor(async () => expect((await newcomer.newest([job])).get(job)?.levels.progress?.tick).toBe(7), SOON);
    await carries(peer, bus);
  });

  test('what was told while Redis was away is dropped and counted, and costs no waiting', async () => {
    const [bus, peer] = [await opened(), await opened()];
    await server.kill();
    await Promise.all([isDown(bus), isDown(peer)]);
    const job = nextJobId();
    const hears = createHearer();
    const before = performance.now();
    await bus.listen({ job }, hears.listener);
    expect((await bus.newest([job])).size).toBe(0);
    expect(performance.now() - before).toBeLessThan(500);
    bus.publishFacts([historyOf(job).queued()]);
    bus.publishLevel(progressOf(job, 1));
    expect([hears.seqs(), hears.ticks()]).toEqual([[`${job}#1`], [1]]); // its own process goes on
    expect(bus.health().dropped).toMatchObject({ hints: 1, levels: 1 });
    await server.start();
    await Promise.all([isUp(bus), isUp(peer)]);
    expect(hears.missed()).toBeGreaterThan(0);
    await vi.waitFor(async () => expect((await peer.newest([job])).get(job)?.levels.progress?.tick).toBe(1), SOON);
  });

  test('a flush loses nothing but levels, and those come back with the next', async () => {
    const [bus, peer] = [await opened(), await opened()];
    const job = nextJobId();
    const hears = createHearer();
    const listening = await bus.listen({ job }, hears.listener);
    listening.wantPreviews(true);
    await vi.waitFor(() => expect(peer.wantsPreviews(job)).toBe(true), SOON);
    const client = server.client();
    await client.flushall();
    await client.script('FLUSH');
    peer.publishLevel(progressOf(job, 3));
    peer.publishFacts([historyOf(job).queued()]);
    await vi.waitFor(() => expect([hears.seqs(), hears.ticks()]).toEqual([[`${job}#1`], [3]]), SOON);
    expect((await (await opened()).newest([job])).get(job)?.levels.progress?.tick).toBe(3);
    // The wish for previews is said again.
    await vi.waitFor(async () => expect(await client.keys(`${prefix}:*:w:${job}`)).toHaveLength(1), SOON);
    await vi.waitFor(() => expect(peer.wantsPreviews(job)).toBe(true), SOON);
    expect(peer.health()).toMatchObject({ degraded: null, dropped: { hints: 0, levels: 0 } });
  });

  test('a Redis that stands still is noticed, blocks nobody, and is used again when it goes on', async () => {
    const [bus, peer] = [await opened(), await opened()];
    const job = nextJobId();
    const hears = createHearer();
    await bus.listen({ job }, hears.listener);
    server.pause();
    try {
      // Not yet noticed: a listener waits a second at most.
      const late = createHearer();
      const before = performance.now();
      await bus.listen({ job: nextJobId() }, late.listener);
      expect(performance.now() - before).toBeLessThan(1_500);
      const bytes = new Uint8Array(50_000);
      for (let tick = 1; tick < 2_000; tick += 1) {
        peer.publishLevel(progressOf(job, tick));
        peer.publishLevel(previewOf(job, tick, bytes));
      }
      await Promise.all([isDown(bus), isDown(peer)]);
      await vi.waitFor(() => expect(hears.missed()).toBeGreaterThan(0), SOON);
    } finally {
      server.resume();
    }
    await Promise.all([isUp(bus), isUp(peer)]);
    await carries(bus, peer);
    await carries(peer, bus);
  });

  test('what waits for a slow Redis is bounded: levels are merged, the rest is dropped and counted', async () => {
    const peer = await opened();
    server.pause();
    try {
      const prompt = 'x'.repeat(9_000);
      const jobs = Array.from({ length: 50 }, nextJobId);
      const before = process.memoryUsage();
      for (let round = 0; round < 100; round += 1) {
        for (const job of jobs) {
          peer.publishFacts([historyOf(job, { request: { prompt } }).queued()]); // about 18 kB each, 90 MB in all
          peer.publishLevel(progressOf(job, round));
        }
        await new Promise((resolve) => setImmediate(resolve));
      }
      const after = process.memoryUsage();
      expect(after.external + after.arrayBuffers - before.external - before.arrayBuffers).toBeLessThan(40_000_000);
      expect(peer.health().dropped.hints).toBeGreaterThan(3_000);
      await isDown(peer);
    } finally {
      server.resume();
    }
    await isUp(peer);
    await carries(peer, await opened());
  });

  test('garbage on a channel or among the kept levels is counted and harms nobody', async () => {
    const [bus, peer] = [await opened(), await opened()];
    const job = nextJobId();
    const hears = createHearer();
    await bus.listen({ job }, hears.listener);
    const client = server.client();
    const [channel] = ((await client.pubsub('CHANNELS', `${prefix}:*f:${job}`)) as string[]).slice(0, 1);
    if (channel === undefined) throw new Error('nobody listens');
    const key = channel.replace(':f:', ':k:');
    const head = Buffer.from('R\u0001\u000112345678', 'latin1');
    const broken = [
      '',
      'hello',
      '{"a":1}',
      head,
      Buffer.concat([head, Buffer.from('[{"fact":')]),
      Buffer.alloc(300_000),
    ];
    for (const message of broken) await client.publish(channel, message);
    await client.hset(key, 'progress', 'nonsense');
    await vi.waitFor(() => expect(bus.health().dropped.garbage).toBe(broken.length), SOON);
    expect((await bus.newest([job])).size).toBe(0);
    expect(bus.health().dropped.garbage).toBe(broken.length + 1);
    await client.set(key, 'not even a hash');
    expect((await bus.newest([job])).size).toBe(0);
    peer.publishFacts([historyOf(job).queued()]);
    await vi.waitFor(() => expect(hears.seqs()).toEqual([`${job}#1`]), SOON);
    expect(hears.levels).toEqual([]);
  });

  test('facts of a newer version, or too large to carry, send the reader to the log', async () => {
    const [bus, peer] = [await opened(), await opened()];
    const job = nextJobId();
    const hears = createHearer();
    await bus.listen({ job }, hears.listener);
    const history = historyOf(job);
    const queued = history.queued();
    const large = history.add({ type: 'note', data: { text: 'y'.repeat(300_000) } });
    peer.publishFacts([queued]);
    peer.publishFacts([large]);
    await vi.waitFor(() => expect([hears.seqs(), hears.missed()]).toEqual([[`${job}#1`], 1]), SOON);
    const foreign = { ...queued, fact: { ...queued.fact, type: 'folded' } } as unknown as typeof queued;
    peer.publishFacts([foreign]);
    await vi.waitFor(() => expect(hears.missed()).toBe(2), SOON);
    expect(bus.health().dropped.garbage).toBe(0);
  });

  test('two houses on one Redis never hear each other', async () => {
    const [bus, stranger] = [await opened(), await opened({ prefix: `${prefix}-other` })];
    const peer = await opened();
    const job = nextJobId();
    const hears = createHearer();
    await bus.listen({ job }, hears.listener);
    await bus.listen({ all: true }, hears.listener);
    stranger.publishFacts([historyOf(job).queued()]);
    stranger.publishLevel(progressOf(job, 50));
    await vi.waitFor(async () => expect((await stranger.newest([job])).size).toBe(1), SOON);
    peer.publishLevel(progressOf(job, 1));
    await vi.waitFor(() => expect(hears.ticks()).toEqual([1, 1]), SOON);
    expect(hears.facts).toEqual([]);
  });

  test('the end of a bus leaves no connection behind', async () => {
    const client = server.client();
    const bus = await opened();
    await carries(bus, await opened());
    for (const each of buses.splice(0)) await each.close();
    await vi.waitFor(async () => {
      const list = (await client.client('LIST')) as string;
      expect(list.split('\n').filter((line) => line.includes('name=rendercast'))).toEqual([]);
    }, SOON);
  });
});
