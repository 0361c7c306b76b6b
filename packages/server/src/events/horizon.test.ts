import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Followed, formatPosition, type Target } from '@rendercast/protocol';
import { nativeDialect } from '@rendercast/protocol/dialects/native/index';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { systemClock } from '../clock.js';
import { createSilentLogger } from '../logger.js';
import { canceled, creation, LATER, newJob } from '../stores/contract/samples.contract.js';
import { openSqliteStore } from '../stores/sqlite/open-sqlite-store.js';
import type { Store } from '../stores/store.js';
import { createMemoryBus } from './bus/memory.js';
import type { Encoding } from './chunk.js';
import { createFlusher } from './flusher.js';
import { createLog, type Log } from './log.js';
import type { Sink } from './subscription.js';
import { createSubscriptions, type Subscriptions } from './subscriptions.js';

const OWNER = 'ann';
const encoding: Encoding = { name: 'test', encode: ({ frame }) => Buffer.from(frame) };

let dir: string;
let store: Store;
let log: Log;
let subscriptions: Subscriptions;
let close: () => Promise<void>;

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'rendercast-horizon-'));
  const opened = await openSqliteStore({ dir });
  store = opened;
  const bus = createMemoryBus();
  const flusher = createFlusher();
  const fileUrl = {
    artifact: (id: string) => `/${id}`,
    preview: (id: string) => `/${id}/preview`,
    own: (path: string) => path,
  };
  log = createLog(store, bus);
  subscriptions = createSubscriptions({
    store,
    bus,
    flusher,
    clock: systemClock,
    fileUrl,
    logger: createSilentLogger(),
  });
  close = async () => {
    subscriptions.close();
    flusher.close();
    await opened.close();
    await rm(dir, { recursive: true });
  };
});
afterEach(() => close());

/** A job that has ended: two facts. */
async function ended(): Promise<string> {
  const job = newJob({ owner: OWNER });
  await log.create(creation([job], { requestDigest: job.id }));
  const at = '2026-05-01T10:00:00.000Z';
  expect((await log.append({ jobId: job.id, bodies: [canceled(0)], at, expect: {} })).ok).toBe(true);
  return job.id;
}

const prune = (limit: number) => store.prune({ endedBefore: LATER, maxBytes: null, favorites: true, limit });

/** A reader that takes nothing until it is let go on; resets are written down among what else comes. */
function createReader(options: { hearsResets: boolean }) {
  const heard: (number | Followed)[] = [];
  const errors: unknown[] = [];
  let blocked = true;
  let ready: () => void = () => undefined;
  const sink: Sink = {
    blocked: () => blocked,
    whenReady(callback) {
      ready = callback;
    },
    write(chunk) {
      for (const { frame } of chunk.deliveries) {
        const message = JSON.parse(String(frame.frame)) as { cursor: string };
        heard.push(Number(message.cursor.split(':')[1]));
      }
    },
    failed: (error) => errors.push(error),
    ...(options.hearsResets ? { reset: (followed) => heard.push(followed) } : {}),
  };
  return {
    heard,
    errors,
    sink,
    goOn() {
      blocked = false;
      ready();
    },
  };
}

function follow(target: Target, n: number) {
  const position = formatPosition({ epoch: store.epoch, n });
  const reach = { owner: OWNER, all: false };
  return subscriptions.prepare({
    target,
    reach,
    position,
    dialect: nativeDialect,
    variant: 'none',
    levels: [],
    encoding,
  });
}

describe('a reader whose history is pruned while it is connected', () => {
  it('RC-RESET-3 RC-RESET-1: is reset where it is, and goes on with what happens after that', async () => {
    await ended();
    await ended();
    const reader = createReader({ hearsResets: true });
    const prepared = await follow({ feed: {} }, 1);
    expect(prepared.followed.reset).toBeNull();
    const subscription = prepared.start(reader.sink);
    await prune(1);
    reader.goOn();
    await expect.poll(() => reader.heard).toHaveLength(1);
    expect(reader.heard[0]).toMatchObject({ reset: 'horizon', position: formatPosition({ epoch: store.epoch, n: 4 }) });
    await ended();
    await expect.poll(() => reader.heard.slice(1)).toEqual([5, 6]);
    expect(reader.errors).toEqual([]);
    subscription.close();
    expect(subscriptions.open()).toEqual({ groups: 0, sources: 0, ids: 0 });
  });

  it('is cut off where it cannot be told, and hears of it when it comes back', async () => {
    await ended();
    await ended();
    const reader = createReader({ hearsResets: false });
    (await follow({ feed: {} }, 1)).start(reader.sink);
    await prune(1);
    reader.goOn();
    await expect.poll(() => reader.errors).toHaveLength(1);
    expect(reader.heard).toEqual([]);
    const again = await follow({ feed: {} }, 1);
    expect(again.followed).toMatchObject({ reset: 'horizon' });
    again.giveUp();
  });

  it('goes on where only what it has read was pruned', async () => {
    await ended();
    await ended();
    const reader = createReader({ hearsResets: true });
    const subscription = (await follow({ feed: {} }, 3)).start(reader.sink);
    await prune(1);
    reader.goOn();
    await expect.poll(() => reader.heard).toEqual([4]);
    subscription.close();
  });
});

describe('a position in a job that is not there', () => {
  it.each([
    ['otherepoch:1', 'epoch'],
    ['nonsense', 'malformed'],
  ])('RC-RESET-1: %s is answered with a reset, not with silence', async (position, reset) => {
    const { followed, giveUp } = await subscriptions.prepare({
      target: { job: 'never-made' },
      reach: { owner: OWNER, all: false },
      position,
      dialect: nativeDialect,
      variant: 'none',
      levels: [],
      encoding,
    });
    expect(followed).toMatchObject({ reset, snapshot: null });
    giveUp();
  });

  it.each([
    ['beyond its head', 9, 'ahead'],
    ['of whoever held the id then', 1, 'horizon'],
  ])('RC-RESET-1: an id that is followed over its holders believes no position %s', async (_name, n, reset) => {
    const job = newJob({ owner: OWNER, clientId: 'handed-on' });
    await log.create(creation([job], { requestDigest: job.id }));
    const { followed, giveUp } = await follow({ job: 'handed-on', heirs: true }, n);
    expect(followed).toMatchObject({ reset, snapshot: { job: { id: job.id } } });
    giveUp();
    const unborn = await follow({ job: 'never-made', heirs: true }, n);
    expect(unborn.followed).toMatchObject({ reset: 'ahead', snapshot: null });
    unborn.giveUp();
    const reader = createReader({ hearsResets: true });
    reader.goOn();
    const whole = await follow({ job: 'handed-on', heirs: true }, 0);
    expect(whole.followed).toMatchObject({ reset: null, snapshot: null });
    const subscription = whole.start(reader.sink);
    await expect.poll(() => reader.heard).toHaveLength(1);
    subscription.close();
    expect(subscriptions.open()).toEqual({ groups: 0, sources: 0, ids: 0 });
  });

  it('RC-FACT-1: a slow reader of an id hears the end of one holder before it hears the next', async () => {
    const first = newJob({ owner: OWNER, clientId: 'slow' });
    await log.create(creation([first], { requestDigest: first.id }));
    const reader = createReader({ hearsResets: true });
    const { start } = await follow({ job: 'slow', heirs: true }, 0);
    const subscription = start(reader.sink);
    const at = '2026-05-01T10:00:00.000Z';
    expect((await log.append({ jobId: first.id, bodies: [canceled(0)], at, expect: {} })).ok).toBe(true);
    const second = newJob({ owner: OWNER, clientId: 'slow' });
    const taken = { requestDigest: second.id, onExistingId: 'takeOver' } as const;
    expect(await log.create(creation([second], taken))).toMatchObject({ outcome: 'created' });
    expect(reader.heard).toEqual([]);
    reader.goOn();
    await expect.poll(() => reader.heard).toEqual([1, 2, 3]);
    subscription.close();
    expect(subscriptions.open()).toEqual({ groups: 0, sources: 0, ids: 0 });
  });

  it('RC-RESET-1: beyond its start it says that the store went back, or that the job was pruned', async () => {
    const before = await follow({ job: 'never-made' }, 3);
    expect(before.followed).toMatchObject({ reset: 'ahead', snapshot: null });
    const id = await ended();
    await prune(1);
    const after = await follow({ job: id }, 2);
    expect(after.followed).toMatchObject({ reset: 'horizon', snapshot: null });
    const unborn = await follow({ job: 'never-made' }, 0);
    expect(unborn.followed.reset).toBeNull();
    for (const prepared of [before, after, unborn]) prepared.giveUp();
  });
});
