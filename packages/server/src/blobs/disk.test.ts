import { randomBytes } from 'node:crypto';
import { mkdtemp, readdir, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Job } from '@rendercast/protocol';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { blobsContract } from './blobs.contract.js';
import { openDiskBlobs } from './disk.js';
import { growthChunkKey, growthHeadKey } from './growth.js';
import { sweepOrphans } from './orphans.js';

let root = '';
let opened = 0;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'rendercast-blobs-'));
});
afterAll(async () => {
  await rm(root, { recursive: true, force: true });
});

const freshDir = () => join(root, String(opened++));
const once = async function* (bytes: Uint8Array) {
  yield bytes;
};

blobsContract({ name: 'disk', open: () => openDiskBlobs({ dir: freshDir() }) });

test('blobs outlast a restart, and what was being written when the process died is cleared away', async () => {
  const dir = freshDir();
  const first = await openDiskBlobs({ dir });
  await first.put('a_kept', once(Buffer.from('kept')), { maxBytes: 100 });
  await first.close();
  await writeFile(join(dir, 'aside', 'half-written'), randomBytes(1_000));

  const second = await openDiskBlobs({ dir });
  expect(await second.size('a_kept')).toBe(4);
  expect(await readdir(join(dir, 'aside'))).toEqual([]);
  await second.close();
});

test('a process that comes to a shared folder lets the others finish what they write', async () => {
  const dir = freshDir();
  const first = await openDiskBlobs({ dir, shared: true });
  await writeFile(join(dir, 'aside', 'left-behind'), randomBytes(1_000));
  await utimes(join(dir, 'aside', 'left-behind'), new Date(0), new Date(0));
  const opened: Awaited<ReturnType<typeof openDiskBlobs>>[] = [];
  const slow = (async function* () {
    yield Buffer.from('first half, ');
    opened.push(await openDiskBlobs({ dir, shared: true }));
    yield Buffer.from('second half');
  })();
  await first.put('a_slow', slow, { maxBytes: 100 });
  expect(await opened[0]?.size('a_slow')).toBe(23);
  expect(await readdir(join(dir, 'aside'))).toEqual([]);
  for (const blobs of [first, ...opened]) await blobs.close();
});

test('a place that cannot be written to is storage_unavailable and tells no path', async () => {
  const dir = freshDir();
  const blobs = await openDiskBlobs({ dir });
  await rm(dir, { recursive: true });
  await writeFile(dir, 'a file stands where the folder was');
  const failure = await blobs
    .put('a_lost', once(randomBytes(10)), { maxBytes: 100 })
    .catch((thrown: unknown) => thrown);
  expect(failure).toMatchObject({ code: 'storage_unavailable' });
  expect(String(failure)).not.toContain(dir);
  await blobs.close();
});

test('a reader that stops early leaves no file open', async () => {
  const blobs = await openDiskBlobs({ dir: freshDir() });
  await blobs.put('a_long', once(randomBytes(300_000)), { maxBytes: 1_000_000 });
  const before = process.getActiveResourcesInfo().length;
  for await (const chunk of blobs.read('a_long', null)) {
    expect(chunk.length).toBeGreaterThan(0);
    break;
  }
  expect(process.getActiveResourcesInfo().length).toBeLessThanOrEqual(before);
  await blobs.close();
});

test('the sweep of orphans deletes what is old and unknown, files and thumbnails, and nothing else', async () => {
  const blobs = await openDiskBlobs({ dir: freshDir() });
  for (const key of ['a_known', 'a_known.thumb', 'a_orphan', 'a_orphan.thumb']) {
    await blobs.put(key, once(randomBytes(10)), { maxBytes: 100 });
  }
  const store = {
    knownArtifacts: async (ids: readonly string[]) => ids.filter((id) => id === 'a_known'),
    find: async () => null,
  };
  expect(await sweepOrphans({ blobs, store })).toBe(0);
  expect(await sweepOrphans({ blobs, store, minAgeMs: 0 })).toBe(2);
  const kept: string[] = [];
  for await (const { key } of blobs.keys()) kept.push(key);
  expect(kept.sort()).toEqual(['a_known', 'a_known.thumb']);
  await blobs.close();
});

test('the sweep of orphans takes what grew in attempts that are over, and leaves what grows now', async () => {
  const blobs = await openDiskBlobs({ dir: freshDir() });
  const grew = (attempt: number) => {
    const growth = { jobId: 'j_one', attempt, slot: 0 };
    return [growthHeadKey(growth), growthChunkKey(growth, 0), growthChunkKey(growth, 12)];
  };
  for (const key of [...grew(1), ...grew(2)]) await blobs.put(key, once(randomBytes(10)), { maxBytes: 100 });
  const job = { id: 'j_one', state: 'running', attempt: 2 } as Job;
  const store = { knownArtifacts: async () => [], find: async () => ({ job, cursor: 1, progress: null }) };
  expect(await sweepOrphans({ blobs, store, minAgeMs: 0 })).toBe(3);
  const kept: string[] = [];
  for await (const { key } of blobs.keys()) kept.push(key);
  expect(kept.sort()).toEqual(grew(2).sort());
  await blobs.close();
});
