import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type FactBody, formatPosition, RendercastError, type Target } from '@rendercast/protocol';
import { nativeDialect, type PollPage, pollPageSchema } from '@rendercast/protocol/dialects/native/index';
import { createStreamEncoding } from '@rendercast/protocol/dialects/native/stream';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { systemClock } from '../clock.js';
import { createMemoryBus } from '../events/bus/memory.js';
import { createFlusher } from '../events/flusher.js';
import { createLog } from '../events/log.js';
import { createSubscriptions } from '../events/subscriptions.js';
import { createSilentLogger } from '../logger.js';
import { openSqliteStore } from '../stores/sqlite/open-sqlite-store.js';
import type { Store } from '../stores/store.js';
import { pollEvents } from './long-poll.js';

let dir: string;
let store: Store;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'rendercast-poll-'));
  store = await openSqliteStore({ dir });
});
afterAll(async () => {
  await store.close();
  await rm(dir, { recursive: true });
});

/** A clock whose waits are over before any store can answer. */
const hasty = {
  ...systemClock,
  after(_delayMs: number, callback: () => void) {
    process.nextTick(callback);
    return () => undefined;
  },
};
const fileUrl = {
  artifact: (id: string) => `/v1/artifacts/${id}`,
  preview: (id: string) => `/v1/jobs/${id}/preview`,
  own: (path: string) => path,
};
const OWNER = 'ada';

function house(kept: Store = store) {
  const bus = createMemoryBus();
  const flusher = createFlusher();
  const parts = { store: kept, bus, flusher, clock: systemClock, fileUrl, logger: createSilentLogger() };
  const subscriptions = createSubscriptions(parts);

  return {
    log: createLog(store, bus),
    /** Asks for what there is after a number, and waits for no more. */
    async poll(target: Target, after: number): Promise<PollPage> {
      const page = await pollEvents(
        { subscriptions, clock: hasty, epoch: store.epoch },
        {
          events: target,
          position: formatPosition({ epoch: store.epoch, n: after }),
          variant: 'none',
          levels: [],
          waitMs: 0,
          levelStamp: null,
          encoding: createStreamEncoding({ fileUrl, levels: [], resumed: true }),
        },
        { reach: { owner: OWNER, all: false }, dialect: nativeDialect },
        new AbortController().signal,
      );
      return pollPageSchema.parse(page);
    },
    close() {
      subscriptions.close();
      flusher.close();
    },
  };
}

const queued: FactBody & { type: 'queued' } = {
  type: 'queued',
  kind: 'image',
  engine: 'auto',
  request: { prompt: 'a fox' },
  seed: 1,
  owner: OWNER,
  clientId: null,
  via: 'native',
  priority: 0,
  tags: [],
  batch: null,
  retryOf: null,
  startBy: null,
};

it('RC-POLL-1: a page holds what is in the log although the wait is over before the log was read', async () => {
  const { log, poll, close } = house();
  const at = new Date().toISOString();
  const creation = {
    jobs: [{ id: 'j_1', body: queued }],
    owner: OWNER,
    at,
    idempotencyKey: null,
    requestDigest: 'one',
    onExistingId: 'same',
    maxWaitingPerOwner: 10,
    maxWaiting: 10,
  } as const;
  await log.create(creation);
  await log.append({ jobId: 'j_1', bodies: [{ type: 'note', data: { say: 'hello' } }], at, expect: {} });
  const seqs = (page: PollPage): number[] =>
    page.messages.flatMap((message) => (message.type === 'event' ? [message.fact.seq] : []));
  for (const target of [{ job: 'j_1' }, { feed: {} }]) {
    expect(seqs(await poll(target, 0))).toEqual([1, 2]);
    expect(seqs(await poll(target, 1))).toEqual([2]);
    expect(await poll(target, 2)).toMatchObject({ messages: [], position: `${store.epoch}:2` });
  }
  close();
});

it('RC-POLL-1: an answer says that the log could not be read, and not that there is nothing in it', async () => {
  const { log, close } = house();
  const at = new Date().toISOString();
  const given = { owner: OWNER, at, idempotencyKey: null, onExistingId: 'same' } as const;
  const limits = { maxWaitingPerOwner: 10, maxWaiting: 10 };
  await log.create({ ...given, ...limits, jobs: [{ id: 'j_2', body: queued }], requestDigest: 'two' });
  const broken = house({
    ...store,
    facts: () => Promise.reject(new RendercastError('storage_unavailable')),
  });
  await expect(broken.poll({ job: 'j_2' }, 0)).rejects.toMatchObject({ code: 'storage_unavailable' });
  broken.close();
  close();
});
