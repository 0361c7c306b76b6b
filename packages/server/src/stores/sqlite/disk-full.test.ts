import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { RendercastError } from '@rendercast/protocol';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { append, claimRequest, creation, make, newJob, onlyJob, take } from '../contract/samples.contract.js';
import { openSqliteStore, type SqliteStore } from './open-sqlite-store.js';

let dir = '';
let store: SqliteStore;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'rendercast-full-'));
  store = await openSqliteStore({ dir });
});
afterEach(async () => {
  await store.close();
  await rm(dir, { recursive: true, force: true });
});

const large = (key: string) => creation([newJob({ request: { prompt: 'x'.repeat(10_000) } })], { idempotencyKey: key });

/** Writes until there is no more room; answers what was taken and what was refused. */
async function fill(): Promise<{ taken: string[]; refusedKeys: string[] }> {
  await store.limitSize((await stat(join(dir, 'rendercast.db'))).size + 400_000);
  const taken: string[] = [];
  const refusedKeys: string[] = [];
  for (let burst = 0; refusedKeys.length === 0; burst += 1) {
    const keys = Array.from({ length: 4 }, (_, index) => `key-${burst}-${index}`);
    const results = await Promise.allSettled(keys.map((key) => store.create(large(key))));
    for (const [index, result] of results.entries()) {
      if (result.status === 'fulfilled') taken.push(onlyJob(result.value).id);
      else {
        expect(result.reason).toBeInstanceOf(RendercastError);
        expect(result.reason).toMatchObject({ code: 'storage_unavailable', retryable: true });
        refusedKeys.push(keys[index] ?? '');
      }
    }
  }
  return { taken, refusedKeys };
}

describe('a store that has run out of room', () => {
  it('RC-SUBMIT-6: refuses what it cannot store with storage_unavailable, and nothing of that stays', async () => {
    const { taken } = await fill();
    expect(taken.length).toBeGreaterThan(0);
    expect((await store.counts()).queued).toBe(taken.length);
    const feed = await store.feed({ owner: null, filter: {}, after: 0, limit: 1_000 });
    expect(feed.facts.map(({ fact }) => fact.jobId)).toStrictEqual(taken);
  });

  it('goes on reading and renewing leases', async () => {
    await make(store);
    const { job } = await take(store);
    const { taken } = await fill();
    expect((await store.find(taken[0] ?? '', 'ann'))?.job.state).toBe('queued');
    expect(await store.renew([{ jobId: job.id, attempt: 1 }], 60_000)).toStrictEqual([job.id]);
  });

  it('takes everything again once there is room, the refused keys too', async () => {
    const { taken, refusedKeys } = await fill();
    await store.limitSize(null);
    for (const key of refusedKeys) expect((await store.create(large(key))).outcome).toBe('created');
    const claim = await store.claim(claimRequest());
    expect(claim?.job.id).toBe(taken[0]);
    expect((await append(store, taken[0] ?? '', [{ type: 'note', data: {} }], { attempt: 1 })).ok).toBe(true);
    await store.close();
    store = await openSqliteStore({ dir });
    expect(await store.counts()).toMatchObject({ running: 1, queued: taken.length + refusedKeys.length - 1 });
  });
});
