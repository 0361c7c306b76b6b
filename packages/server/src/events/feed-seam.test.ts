import type { Fact, Level } from '@rendercast/protocol';
import { formatPosition } from '@rendercast/protocol';
import { nativeDialect } from '@rendercast/protocol/dialects/native/index';
import { afterEach, expect, test, vi } from 'vitest';
import { isoTime } from '../clock.js';
import { ALICE, openRig, picture, type Rig, VIA } from '../queue/rig.contract.js';
import type { Store } from '../stores/store.js';
import { createFlusher } from './flusher.js';
import { createSubscriptions } from './subscriptions.js';

/** More than a busy machine needs. */
const SOON = { timeout: 15_000 };

/** What the random histories (e2e/histories.test.ts) once found, step by step. */

const closing: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

async function house(wrapStore?: (store: Store) => Store) {
  const rig = await openRig({ slots: 0, ...(wrapStore === undefined ? {} : { wrapStore }) });
  closing.push(() => rig.close());
  const flusher = createFlusher();
  const subscriptions = createSubscriptions({
    ...rig,
    flusher,
    fileUrl: { artifact: (id) => id, preview: (id) => id, own: (path: string) => path },
  });
  closing.push(() => {
    subscriptions.close();
    flusher.close();
  });

  /** Follows alice's feed from a cursor and writes down what it is shown. */
  async function follow(tag: string | null, n: number) {
    const seen: { fact?: Fact; level?: Level }[] = [];
    const prepared = await subscriptions.prepare({
      target: { feed: tag === null ? {} : { tag } },
      reach: { owner: ALICE.owner, all: false },
      position: formatPosition({ epoch: rig.store.epoch, n }),
      dialect: nativeDialect,
      variant: 'none',
      levels: ['progress'],
      encoding: { name: 'test', encode: ({ frame }) => Buffer.from(frame) },
    });
    const subscription = prepared.start({
      blocked: () => false,
      whenReady: (callback) => void setImmediate(callback),
      write: ({ deliveries }) => {
        for (const { frame } of deliveries) seen.push(JSON.parse(String(frame.frame)) as (typeof seen)[number]);
      },
      failed: (error) => {
        throw error;
      },
    });
    closing.push(() => subscription.close());
    return seen;
  }
  return { rig, follow };
}

const submit = async (rig: Rig, tags: string[]): Promise<string> =>
  (await rig.queue.submit(ALICE, picture({}, { tags, engine: 'nobody' }), VIA)).job.id;

test('RC-RESUME-1: a fact that comes while a reader’s page is read, which holds nothing for it, is shown', async () => {
  let held: { read: Promise<void>; release: () => void } | null = null;
  const { rig, follow } = await house((store) => ({
    ...store,
    async feed(query) {
      const page = await store.feed(query);
      if (query.filter.tag !== undefined) await held?.read;
      return page;
    },
  }));
  await submit(rig, []);
  const live = await follow('fox', 1);
  let release = (): void => undefined;
  const read = new Promise<void>((resolve) => {
    release = resolve;
  });
  held = { read, release };
  const late = await follow('fox', 0);
  const id = await submit(rig, ['fox']);
  await vi.waitFor(() => expect(live.map(({ fact }) => fact?.jobId)).toEqual([id]), SOON);
  held.release();
  const next = await submit(rig, ['fox']);
  await vi.waitFor(() => expect(late.map(({ fact }) => fact?.jobId)).toEqual([id, next]), SOON);
});

test('RC-LEVEL-1: a level that came before its fact is not shown once a later fact has overtaken it', async () => {
  const { rig, follow } = await house();
  const jobId = await submit(rig, []);
  const seen = await follow(null, 0);
  await vi.waitFor(() => expect(seen).toHaveLength(1), SOON);
  // No hint of these three facts is heard: they are written past the log.
  const offers = [{ engine: 'nobody', backend: 'b', kinds: ['image'], models: null, auto: false }] as const;
  const at = isoTime(rig.clock.now());
  await rig.store.claim({ claimant: 't', inProcess: true, offers, leaseMs: 60_000, at });
  const error = { code: 'engine_failed', message: 'It flickered.', retryable: true };
  const retrying = { type: 'retrying', attempt: 1, error, counted: true, notBefore: at } as const;
  await rig.store.append({ jobId, bodies: [retrying], at, expect: { attempt: 1 } });
  const progress = { fraction: 0.5, stage: null, step: null, steps: null, etaMs: null, elapsedMs: 1 };
  const level = { kind: 'progress', attempt: 1, after: 2, tick: 1, ...progress } as const;
  rig.bus.publishLevel({ jobId, owner: ALICE.owner, level, preview: null });
  await vi.waitFor(() => expect(seen.filter(({ fact }) => fact !== undefined)).toHaveLength(3), SOON);
  await rig.queue.note(ALICE, jobId, { n: 1 });
  await vi.waitFor(() => expect(seen.at(-1)?.fact?.type).toBe('note'), SOON);
  expect(seen.filter((message) => message.level !== undefined)).toEqual([]);
});

test('RC-LEVEL-1: a job that ends while a feed’s tail looks it up shows no level any more', async () => {
  let held: Promise<void> | null = null;
  const { rig, follow } = await house((store) => ({
    ...store,
    async list(query) {
      const page = await store.list(query);
      await held;
      return page;
    },
  }));
  const jobId = await submit(rig, []);
  const offers = [{ engine: 'nobody', backend: 'b', kinds: ['image'], models: null, auto: false }] as const;
  const leaseMs = 60_000;
  const claim = await rig.queue.claim({ name: 't', inProcess: true, offers, leaseMs });
  expect(claim?.job.id).toBe(jobId);
  let release = (): void => undefined;
  held = new Promise<void>((resolve) => {
    release = resolve;
  });
  const following = follow(null, 0);
  await vi.waitFor(() => expect(rig.bus.watched().all).toBe(true), SOON);
  const progress = { fraction: 0.5, stage: null, step: null, steps: null, etaMs: null, elapsedMs: 1 };
  await rig.queue.succeed({ jobId, attempt: 1 }, progress);
  release();
  const seen = await following;
  await vi.waitFor(() => expect(seen.some(({ fact }) => fact?.type === 'succeeded')).toBe(true), SOON);
  const level = { kind: 'progress', attempt: 1, after: 2, tick: 1, ...progress } as const;
  rig.bus.publishLevel({ jobId, owner: ALICE.owner, level, preview: null });
  const next = await submit(rig, []);
  await vi.waitFor(() => expect(seen.at(-1)?.fact?.jobId).toBe(next), SOON);
  expect(seen.filter((message) => message.level !== undefined)).toEqual([]);
});
