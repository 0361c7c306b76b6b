import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Artifact, type Followed, formatPosition, type Target } from '@rendercast/protocol';
import { nativeDialect } from '@rendercast/protocol/dialects/native/index';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Blobs } from './blobs/blobs.js';
import { openDiskBlobs } from './blobs/disk.js';
import { fileKey, thumbnailKey } from './blobs/keys.js';
import { type Clock, systemClock } from './clock.js';
import { createMemoryBus } from './events/bus/memory.js';
import { createFlusher } from './events/flusher.js';
import { createLog, type Log } from './events/log.js';
import type { Sink } from './events/subscription.js';
import { createSubscriptions, type Subscriptions } from './events/subscriptions.js';
import { createSilentLogger } from './logger.js';
import { createRetention, type Retention, type RetentionRules } from './retention.js';
import { artifact, claimRequest, creation, newJob, output, succeeded } from './stores/contract/samples.contract.js';
import { openSqliteStore } from './stores/sqlite/open-sqlite-store.js';
import type { Store } from './stores/store.js';

const DAY_MS = 24 * 3_600_000;
const START_MS = Date.parse('2026-05-10T00:00:00.000Z');

let nowMs = START_MS;
const clock: Clock = { ...systemClock, now: () => nowMs };
const daysAgo = (days: number): string => new Date(nowMs - days * DAY_MS).toISOString();
const logger = createSilentLogger();

let dir: string;
let store: Store;
let blobs: Blobs;
let log: Log;
let subscriptions: Subscriptions;
let closeAll: () => Promise<void>;

beforeEach(async () => {
  nowMs = START_MS;
  dir = await mkdtemp(join(tmpdir(), 'rendercast-retention-'));
  store = await openSqliteStore({ dir });
  blobs = await openDiskBlobs({ dir: join(dir, 'files') });
  const bus = createMemoryBus();
  const flusher = createFlusher();
  const fileUrl = {
    artifact: (id: string) => `/${id}`,
    preview: (id: string) => `/${id}/preview`,
    own: (path: string) => path,
  };
  log = createLog(store, bus);
  // No sweep comes to help: what readers hear of pruning, they hear at once.
  subscriptions = createSubscriptions({ store, bus, flusher, clock, fileUrl, logger, sweepMs: DAY_MS });
  closeAll = async () => {
    subscriptions.close();
    flusher.close();
    await blobs.close();
    await store.close();
    await rm(dir, { recursive: true, force: true });
  };
});
afterEach(() => closeAll());

function retention(rules: Partial<RetentionRules>): Retention {
  const none = { retainDays: 0, retainBytes: 0, retainFavorites: true, retainInputsDays: 0 };
  const pruned = (): void => subscriptions.look();
  return createRetention({ store, blobs, clock, logger, rules: { ...none, ...rules }, pruned });
}

async function* once(bytes: Buffer): AsyncGenerator<Uint8Array> {
  yield bytes;
}

async function storeFile(over: Partial<Artifact>): Promise<Artifact> {
  const file = artifact({ hasThumbnail: true, ...over });
  await blobs.put(fileKey(file.id), once(Buffer.alloc(file.sizeBytes)), { maxBytes: 1e6 });
  await blobs.put(thumbnailKey(file.id), once(Buffer.alloc(9)), { maxBytes: 1e6 });
  return file;
}

/** A job with a file, that has ended so many days ago. */
async function ended(
  days: number,
  sizeBytes = 100,
  clientId: string | null = null,
): Promise<{ id: string; file: Artifact }> {
  const job = newJob({ clientId });
  await log.create(creation([job], { requestDigest: job.id }));
  await log.claim(claimRequest());
  const file = await storeFile({ jobId: job.id, sizeBytes });
  const result = await log.append({
    jobId: job.id,
    bodies: [output(1, 0, file), succeeded(1)],
    at: daysAgo(days),
    expect: { attempt: 1 },
  });
  expect(result.ok).toBe(true);
  return { id: job.id, file };
}

const stored = async (file: Artifact): Promise<number> =>
  [await blobs.size(fileKey(file.id)), await blobs.size(thumbnailKey(file.id))].filter((size) => size !== null).length;

/** A reader that is always ready and writes down what it hears: numbers of facts, and resets. */
async function follow(target: Target, n: number | null) {
  const prepared = await subscriptions.prepare({
    target,
    reach: { owner: 'ann', all: false },
    position: n === null ? null : formatPosition({ epoch: store.epoch, n }),
    dialect: nativeDialect,
    variant: 'none',
    levels: [],
    encoding: { name: 'test', encode: ({ frame }) => Buffer.from(frame) },
  });
  const heard: (string | Followed)[] = [];
  const sink: Sink = {
    blocked: () => false,
    whenReady: (callback) => callback(),
    write(chunk) {
      for (const { frame } of chunk.deliveries) {
        const { fact } = JSON.parse(String(frame.frame)) as { fact: { seq: number; type: string } };
        heard.push(`${fact.seq} ${fact.type}`);
      }
    },
    reset: (followed) => heard.push(followed),
    failed: (error) => {
      throw error;
    },
  };
  return { heard, followed: prepared.followed, subscription: prepared.start(sink) };
}

describe('retention', () => {
  it('keeps everything for ever by default', async () => {
    const { id, file } = await ended(10_000);
    expect(await retention({}).pass()).toStrictEqual({ jobs: 0, uploads: 0 });
    expect(await store.find(id, null)).not.toBeNull();
    expect(await stored(file)).toBe(2);
  });

  it('forgets jobs by their age, with their bytes and thumbnails', async () => {
    const [old, young] = [await ended(31), await ended(29)];
    expect(await retention({ retainDays: 30 }).pass()).toStrictEqual({ jobs: 1, uploads: 0 });
    expect(await store.find(old.id, null)).toBeNull();
    expect([await stored(old.file), await stored(young.file)]).toStrictEqual([0, 2]);
  });

  it('forgets the oldest jobs beyond the bytes that may be kept, in as many goes as it takes', async () => {
    const jobs = [];
    for (let count = 0; count < 120; count += 1) jobs.push(await ended(200 - count, 10));
    expect(await retention({ retainBytes: 55 }).pass()).toStrictEqual({ jobs: 115, uploads: 0 });
    expect((await store.counts()).succeeded).toBe(5);
    for (const { id } of jobs.slice(-5)) expect(await store.find(id, null)).not.toBeNull();
  }, 60_000);

  it('forgets uploads that nobody uses, and those whose last user it has just forgotten', async () => {
    const [unused, young] = [await storeFile({ createdAt: daysAgo(8) }), await storeFile({ createdAt: daysAgo(6) })];
    for (const file of [unused, young]) await store.putArtifact('ann', file);
    expect(await retention({ retainInputsDays: 7 }).pass()).toStrictEqual({ jobs: 0, uploads: 1 });
    expect([await stored(unused), await stored(young)]).toStrictEqual([0, 2]);
    const used = await storeFile({ createdAt: daysAgo(50) });
    await store.putArtifact('ann', used);
    const job = newJob({ request: { prompt: 'x', inputs: [{ artifactId: used.id, role: 'init' }] } });
    await store.create(creation([job]));
    await store.claim(claimRequest());
    await store.append({ jobId: job.id, bodies: [succeeded(1)], at: daysAgo(40), expect: {} });
    expect(await retention({ retainInputsDays: 7 }).pass()).toStrictEqual({ jobs: 0, uploads: 0 });
    expect(await retention({ retainInputsDays: 7, retainDays: 30 }).pass()).toStrictEqual({ jobs: 1, uploads: 1 });
    expect(await stored(used)).toBe(0);
  });

  it('makes a pass at the start and one each time after, until it is closed', async () => {
    const waiting = new Set<() => void>();
    const stepped: Clock = {
      ...clock,
      after(_delayMs, callback) {
        waiting.add(callback);
        return () => waiting.delete(callback);
      },
    };
    const rules = { retainDays: 30, retainBytes: 0, retainFavorites: true, retainInputsDays: 0 };
    const keeping = createRetention({ store, blobs, clock: stepped, logger, pruned: () => undefined, rules });
    const [first, second] = [await ended(31), await ended(29)];
    keeping.start();
    await expect.poll(() => waiting.size).toBe(1);
    expect([await store.find(first.id, null), (await store.find(second.id, null))?.job.id]).toEqual([null, second.id]);
    nowMs += 2 * DAY_MS;
    for (const callback of [...waiting]) {
      waiting.clear();
      callback();
    }
    await expect.poll(() => waiting.size).toBe(1);
    expect(await store.find(second.id, null)).toBeNull();
    await keeping.close();
    expect(waiting.size).toBe(0);
  });
});

describe('RC-RESET-3: a job that is pruned while it is watched', () => {
  const all = { retainDays: 30 };

  it('is reset to nothing at once for who follows it, and is not there for who asks', async () => {
    const { id } = await ended(31);
    const reader = await follow({ job: id }, 4);
    await expect.poll(() => subscriptions.open().sources).toBe(1);
    await retention(all).pass();
    await expect.poll(() => reader.heard).toHaveLength(1);
    expect(reader.heard[0]).toMatchObject({
      reset: 'horizon',
      snapshot: null,
      position: formatPosition({ epoch: store.epoch, n: 0 }),
    });
    const again = await follow({ job: id }, 4);
    expect(again.followed).toMatchObject({ reset: 'horizon', snapshot: null });
    const fresh = await follow({ job: id }, null);
    expect(fresh.followed).toMatchObject({ reset: null, snapshot: null });
    for (const { subscription } of [reader, again, fresh]) subscription.close();
    await expect.poll(() => subscriptions.open()).toStrictEqual({ groups: 0, sources: 0, ids: 0 });
  });

  it('frees its id: who waited for it by that id hears the next job under it from its first fact', async () => {
    const reader = await follow({ job: 'mine' }, null);
    await expect.poll(() => subscriptions.open().ids).toBe(1);
    await ended(31, 10, 'mine');
    await expect.poll(() => reader.heard.at(-1)).toBe('4 succeeded');
    reader.heard.length = 0;
    await retention(all).pass();
    await expect.poll(() => reader.heard).toHaveLength(1);
    expect(reader.heard[0]).toMatchObject({ topic: 'id:mine', reset: 'horizon', snapshot: null });
    await ended(0, 10, 'mine');
    await expect.poll(() => reader.heard.at(-1)).toBe('4 succeeded');
    expect(reader.heard.slice(1)).toStrictEqual(['1 queued', '2 started', '3 output', '4 succeeded']);
    reader.subscription.close();
  });

  it('does not disturb who follows the feed and has read it, and resets who comes back from before', async () => {
    const live = await follow({ feed: {} }, 0);
    const old = await ended(31);
    await expect.poll(() => live.heard).toHaveLength(4);
    await retention(all).pass();
    await expect.poll(() => store.find(old.id, null)).toBeNull();
    await ended(0);
    await expect.poll(() => live.heard).toHaveLength(8);
    const [from, at] = [await follow({ feed: {} }, 3), await follow({ feed: {} }, 4)];
    expect(from.followed).toMatchObject({ reset: 'horizon', snapshot: null, position: `${store.epoch}:8` });
    expect(at.followed.reset).toBeNull();
    await expect.poll(() => at.heard).toStrictEqual(['1 queued', '2 started', '3 output', '4 succeeded']);
    expect(from.heard).toStrictEqual([]);
    for (const { subscription } of [live, from, at]) subscription.close();
  });
});
