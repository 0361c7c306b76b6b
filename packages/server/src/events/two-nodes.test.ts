import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Fact, Level, Snapshot, Target } from '@rendercast/protocol';
import { nativeDialect } from '@rendercast/protocol/dialects/native/index';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { systemClock } from '../clock.js';
import { createSilentLogger } from '../logger.js';
import { claimRequest, creation, newJob, succeeded } from '../stores/contract/samples.contract.js';
import { openSqliteStore } from '../stores/sqlite/open-sqlite-store.js';
import type { Store } from '../stores/store.js';
import { progressOf } from './bus/bus.contract.js';
import type { Bus } from './bus/bus.js';
import { openRedisBus } from './bus/redis/open-redis-bus.js';
import { NO_REDIS, REDIS_SERVER, type RedisServer, startRedisServer } from './bus/redis/redis-server.contract.js';
import { createFlusher } from './flusher.js';
import { createLog, type Log } from './log.js';
import { createSubscriptions } from './subscriptions.js';

const AT = '2026-05-01T10:00:00.000Z';
const NEVER_MS = 3_600_000;
const REACH = { owner: 'ann', all: false };

describe.skipIf(REDIS_SERVER === null)(`two nodes and a Redis${REDIS_SERVER === null ? ` (${NO_REDIS})` : ''}`, () => {
  let server: RedisServer;
  let dir: string;
  let store: Store;
  /** Where jobs run, and where readers are. */
  let worker: Bus;
  let gateway: Bus;
  let log: Log;
  let houses = 0;
  const closing: (() => Promise<void> | void)[] = [];

  beforeAll(async () => {
    server = await startRedisServer();
    dir = await mkdtemp(join(tmpdir(), 'rendercast-nodes-'));
    store = await openSqliteStore({ dir });
  });
  afterAll(async () => {
    await store.close();
    await server.close();
    await rm(dir, { recursive: true });
  });
  beforeEach(async () => {
    houses += 1;
    const options = { urls: server.url, prefix: `nodes-${houses}`, clock: systemClock, logger: createSilentLogger() };
    [worker, gateway] = await Promise.all([openRedisBus(options), openRedisBus(options)]);
    log = createLog(store, worker);
  });
  afterEach(async () => {
    for (const close of closing.splice(0).reverse()) await close();
    await Promise.all([worker.close(), gateway.close()]);
  });

  /** A reader on the gateway. With `sweepMs` it looks into the log by itself that often only. */
  async function follow(target: Target, sweepMs?: number) {
    const flusher = createFlusher();
    const subscriptions = createSubscriptions({
      ...{ store, bus: gateway, flusher, clock: systemClock, logger: createSilentLogger() },
      fileUrl: { artifact: (id) => id, preview: (id) => id, own: (path: string) => path },
      ...(sweepMs === undefined ? {} : { sweepMs }),
    });
    const prepared = await subscriptions.prepare({
      ...{ target, reach: REACH, position: null, dialect: nativeDialect, variant: 'none', levels: ['progress'] },
      encoding: { name: 'test', encode: ({ frame }) => Buffer.from(frame) },
    });
    const facts: Fact[] = [];
    const levels: Level[] = [];
    const subscription = prepared.start({
      blocked: () => false,
      whenReady: (callback) => void setImmediate(callback),
      write({ deliveries }) {
        for (const { frame } of deliveries) {
          const { fact, level } = JSON.parse(String(frame.frame)) as { fact?: Fact; level?: Level };
          if (fact !== undefined) facts.push(fact);
          if (level !== undefined) levels.push(level);
        }
      },
      failed: (error) => {
        throw error;
      },
    });
    closing.push(() => {
      subscription.close();
      subscriptions.close();
      flusher.close();
    });
    const snapshot: Snapshot | null = prepared.followed.snapshot;
    return { facts, levels, snapshot, types: () => facts.map(({ type }) => type) };
  }

  /** A job that runs on the worker: two facts. */
  async function running(): Promise<string> {
    const job = newJob({ owner: REACH.owner });
    await log.create(creation([job], { requestDigest: job.id }));
    const claim = await log.claim(claimRequest());
    expect(claim?.job.id).toBe(job.id);
    return job.id;
  }

  const end = async (via: Pick<Store, 'append'>, jobId: string): Promise<void> => {
    expect((await via.append({ jobId, bodies: [succeeded(1)], at: AT, expect: { attempt: 1 } })).ok).toBe(true);
  };

  test('a reader on one node hears at once what a job on the other does, and begins with where it is', async () => {
    const jobId = await running();
    worker.publishLevel(progressOf(jobId, 1));
    await vi.waitFor(async () => expect((await gateway.newest([jobId])).size).toBe(1));
    const reader = await follow({ job: jobId }, NEVER_MS);
    const feed = await follow({ feed: {} }, NEVER_MS);
    expect(reader.snapshot?.levels.progress?.tick).toBe(1);
    expect(feed.levels.map((level) => level.tick)).toEqual([1]);
    worker.publishLevel(progressOf(jobId, 2));
    for (const each of [reader, feed]) await vi.waitFor(() => expect(each.levels.at(-1)?.tick).toBe(2));
    await end(log, jobId);
    for (const each of [reader, feed]) await vi.waitFor(() => expect(each.types()).toEqual(['succeeded']));
  });

  test('RC-RESUME-1: an end that comes while Redis is away is seen within three seconds', async () => {
    const jobId = await running();
    const reader = await follow({ job: jobId });
    await server.kill();
    try {
      await vi.waitFor(() => expect(gateway.health().degraded).not.toBeNull(), { timeout: 5_000 });
      const before = performance.now();
      await end(log, jobId);
      await vi.waitFor(() => expect(reader.types()).toEqual(['succeeded']), { timeout: 5_000, interval: 20 });
      expect(performance.now() - before).toBeLessThan(3_000);
      const late = await follow({ job: jobId });
      expect(late.snapshot?.job.state).toBe('succeeded');
    } finally {
      await server.start();
    }
  });

  test('RC-RESUME-1: what was missed while Redis was away is read as soon as it is heard again', async () => {
    const jobId = await running();
    const reader = await follow({ job: jobId }, NEVER_MS);
    const feed = await follow({ feed: {} }, NEVER_MS);
    await server.kill();
    await vi.waitFor(() => expect([worker, gateway].every((bus) => bus.health().degraded !== null)).toBe(true), {
      timeout: 5_000,
    });
    await end(log, jobId);
    expect(worker.health().dropped.hints).toBe(1);
    await server.start();
    for (const each of [reader, feed])
      await vi.waitFor(() => expect(each.types()).toEqual(['succeeded']), { timeout: 15_000 });
    expect(gateway.health()).toMatchObject({ degraded: null, losses: 1 }); // so it was told, and did not find it out
  });

  test.each([
    ['a job', (job: string): Target => ({ job })],
    ['a feed', (): Target => ({ feed: {} })],
  ])('RC-LEVEL-1: a level that follows an unknown fact sends the reader of %s to the log', async (_, targetOf) => {
    const job = newJob({ owner: REACH.owner });
    await log.create(creation([job], { requestDigest: job.id }));
    const reader = await follow(targetOf(job.id), NEVER_MS);
    await store.claim(claimRequest()); // past the log: nobody is told
    worker.publishLevel(progressOf(job.id, 5));
    await vi.waitFor(() => expect([reader.types(), reader.levels.map(({ tick }) => tick)]).toEqual([['started'], [5]]));
    await end(log, job.id);
  });
});
