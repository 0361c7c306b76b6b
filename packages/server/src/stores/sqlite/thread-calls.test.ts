import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { creation, make, newJob } from '../contract/samples.contract.js';
import { openSqliteStore, type SqliteStore } from './open-sqlite-store.js';

let dir = '';
let store: SqliteStore;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'rendercast-calls-'));
  store = await openSqliteStore({ dir });
});
afterEach(async () => {
  await store.close();
  await rm(dir, { recursive: true, force: true });
});

describe('calls of the store’s threads', () => {
  it('fail alone when their input cannot travel', async () => {
    const bad = newJob();
    Object.assign(bad.body.request, { extra: { run: () => 1 } });
    const results = await Promise.allSettled([make(store), store.create(creation([bad])), make(store)]);
    expect(results.map(({ status }) => status)).toStrictEqual(['fulfilled', 'rejected', 'fulfilled']);
    expect((await store.counts()).queued).toBe(2);
  });

  it('made before a close are carried out, those made after are refused', async () => {
    const before = Array.from({ length: 20 }, () => make(store));
    const closing = store.close();
    await expect(Promise.all(before)).resolves.toHaveLength(20);
    await closing;
    await expect(make(store)).rejects.toMatchObject({ code: 'shutting_down' });
    await expect(store.counts()).rejects.toMatchObject({ code: 'shutting_down' });
    store = await openSqliteStore({ dir });
    expect((await store.counts()).queued).toBe(20);
  });
});
