import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmod, cp, mkdir, mkdtemp, open, readdir, readFile, rm, stat, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { DatabaseSync } from '@photostructure/sqlite';
import type { Artifact } from '@rendercast/protocol';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openDiskBlobs } from '../blobs/disk.js';
import { fileKey, thumbnailKey } from '../blobs/keys.js';
import { dataPaths, openDataDir } from '../data-dir.js';
import { artifact, make, output, stage, succeeded, take } from '../stores/contract/samples.contract.js';
import { openSqliteStore, type SqliteStore } from '../stores/sqlite/open-sqlite-store.js';
import { backUp } from './back-up.js';
import { restore } from './restore.js';

const run = promisify(execFile);

let dir: string;
let dataDir: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'rendercast-backup-'));
  dataDir = join(dir, 'data');
});
afterEach(() => rm(dir, { recursive: true, force: true }));

const at = (name: string): string => join(dir, name);

async function* once(bytes: Buffer): AsyncGenerator<Uint8Array> {
  yield bytes;
}

/** A house with parts that can be used while it is backed up. */
async function openHouse(path = dataDir) {
  await openDataDir(path);
  const { blobsDir } = dataPaths(path);
  const blobs = await openDiskBlobs({ dir: blobsDir });
  const store = await openSqliteStore({ dir: path });
  const close = async (): Promise<void> => {
    await blobs.close();
    await store.close();
  };
  /** A job with a file and a thumbnail. */
  async function ended(content: string): Promise<{ id: string; file: Artifact }> {
    const { id } = await make(store);
    await take(store);
    const bytes = Buffer.from(content);
    const digest = createHash('sha256').update(bytes).digest('hex');
    const file = artifact({ jobId: id, sizeBytes: bytes.length, digest, hasThumbnail: true });
    await blobs.put(fileKey(file.id), once(bytes), { maxBytes: 1e6 });
    await blobs.put(thumbnailKey(file.id), once(Buffer.from('small')), { maxBytes: 1e6 });
    const result = await store.append({
      jobId: id,
      bodies: [stage(1), output(1, 0, file), succeeded(1)],
      at: '2026-05-01T10:00:00.000Z',
      expect: {},
    });
    expect(result.ok).toBe(true);
    return { id, file };
  }
  return { blobs, store, ended, close };
}

async function contentOf(blobs: Awaited<ReturnType<typeof openDiskBlobs>>, key: string): Promise<string> {
  const parts: Uint8Array[] = [];
  for await (const part of blobs.read(key, null)) parts.push(part);
  return Buffer.concat(parts).toString();
}

const factsOf = async (store: SqliteStore) =>
  (await store.feed({ owner: null, filter: {}, after: 0, limit: 1_000 })).facts.map(({ fact, cursor }) => ({
    ...fact,
    cursor,
  }));

describe.each(['backup', 'backup.tar'])('a backup as %s', (name) => {
  it('brings back every fact and file, under an epoch of its own', async () => {
    const house = await openHouse();
    const made = [await house.ended('first'), await house.ended('second')];
    const before = await factsOf(house.store);
    const report = await backUp({ dataDir, to: at(name) });
    expect(report).toMatchObject({ to: at(name), jobs: 2, files: 4, missing: [], damaged: [] });
    const { epoch } = house.store;
    await house.close();

    const restored = await restore({ from: at(name), dataDir: at('again') });
    expect(restored).toMatchObject({ dataDir: at('again'), jobs: 2, files: 4, bytes: report.bytes, missing: [] });
    const again = await openHouse(at('again'));
    expect(again.store.epoch).toBe(restored.epoch);
    expect(again.store.epoch).not.toBe(epoch);
    expect(await factsOf(again.store)).toStrictEqual(before);
    for (const [index, { file }] of made.entries()) {
      expect(await contentOf(again.blobs, fileKey(file.id))).toBe(['first', 'second'][index]);
      expect(await contentOf(again.blobs, thumbnailKey(file.id))).toBe('small');
    }
    // It goes on where it stood: numbers and cursors after the last.
    const next = await again.ended('third');
    expect((await again.store.find(next.id, null))?.cursor).toBeGreaterThan(before.at(-1)?.cursor ?? 0);
    await again.close();
    expect((await readFile(join(at('again'), 'secret'), 'utf8')).trim()).toBe(
      (await readFile(join(dataDir, 'secret'), 'utf8')).trim(),
    );
    expect((await readdir(dir)).sort()).toEqual(['again', name, 'data']);
  });

  it('is of one moment, though jobs end, files come and jobs are removed while it is made', async () => {
    const house = await openHouse();
    for (let count = 0; count < 30; count += 1) await house.ended(`old ${count}`);
    const removed: string[] = [];
    let isOver = false;
    const busy = (async () => {
      for (let count = 0; !isOver; count += 1) {
        await house.ended(`new ${count}`);
        if (count % 2 === 0) continue;
        const { artifactIds } = await house.store.prune({
          endedBefore: '9999',
          maxBytes: null,
          favorites: true,
          limit: 1,
        });
        removed.push(...artifactIds);
        for (const id of artifactIds) await house.blobs.remove(fileKey(id));
      }
    })();
    const report = await backUp({ dataDir, to: at(name) });
    isOver = true;
    await busy;
    await house.close();
    await restore({ from: at(name), dataDir: at('again') });
    const again = await openHouse(at('again'));
    const { jobs } = await again.store.list({ owner: null, filter: {}, search: null, limit: 1_000, before: null });
    expect(jobs).toHaveLength(report.jobs);
    const missing = new Set(report.missing);
    for (const job of jobs)
      for (const { artifact: file } of job.outputs)
        if (!missing.has(file.id)) expect(await contentOf(again.blobs, fileKey(file.id))).toMatch(/^(old|new) \d+$/);
    // A house that outruns every look of the backup: what is missing then was removed, not lost.
    for (const id of report.missing) expect(removed).toContain(id);
    await again.close();
  }, 60_000);

  it('never writes over anything', async () => {
    const house = await openHouse();
    await house.ended('x');
    await mkdir(at(name));
    await writeFile(join(at(name), 'precious'), 'mine');
    await expect(backUp({ dataDir, to: at(name) })).rejects.toMatchObject({ reason: 'taken' });
    await rm(at(name), { recursive: true });
    await backUp({ dataDir, to: at(name) });
    await expect(backUp({ dataDir, to: at(name) })).rejects.toThrow('choose a name that is free');
    await house.close();
    await expect(restore({ from: at(name), dataDir })).rejects.toMatchObject({ reason: 'taken' });
    expect((await readdir(dir)).sort()).toEqual([name, 'data']);
  });
});

describe('a backup', () => {
  it('can be checked and opened with the tools of any system', async () => {
    const house = await openHouse();
    await house.ended('some bytes');
    await backUp({ dataDir, to: at('backup') });
    await backUp({ dataDir, to: at('backup.tar') });
    await house.close();
    const { stdout } = await run('sha256sum', ['-c', 'SHA256SUMS'], { cwd: at('backup') });
    expect(stdout.trim().split('\n')).toHaveLength(4);
    await mkdir(at('untarred'));
    await run('tar', ['-xf', at('backup.tar'), '-C', at('untarred')]);
    await run('sha256sum', ['-c', 'SHA256SUMS'], { cwd: at('untarred') });
    await run('tar', [
      '-cf',
      at('theirs.tar'),
      '-C',
      at('backup'),
      '--format=ustar',
      'manifest.json',
      'SHA256SUMS',
      'rendercast.db',
      'secret',
    ]);
    await expect(restore({ from: at('theirs.tar'), dataDir: at('again') })).rejects.toMatchObject({ reason: 'torn' });
  });

  it('of nothing, or of something else, is refused', async () => {
    await expect(backUp({ dataDir: at('nowhere'), to: at('b') })).rejects.toMatchObject({ reason: 'no_data' });
    await mkdir(dataDir);
    const raw = new DatabaseSync(join(dataDir, 'rendercast.db'));
    raw.exec('CREATE TABLE recipes (name TEXT)');
    raw.close();
    await expect(backUp({ dataDir, to: at('b') })).rejects.toMatchObject({ reason: 'foreign' });
    expect(await readdir(dir)).toEqual(['data']);
  });

  it('needs no server, whether that was stopped or has died in mid-work', async () => {
    const house = await openHouse();
    await house.ended('first');
    // What a dead server leaves: the database beside a write-ahead log that was never emptied into it.
    await cp(dataDir, at('dead'), { recursive: true });
    expect(await readdir(at('dead'))).toContain('rendercast.db-wal');
    await house.close();
    for (const which of ['dead', 'data']) {
      expect(await backUp({ dataDir: at(which), to: at(`of-${which}`) })).toMatchObject({
        jobs: 1,
        files: 2,
        missing: [],
      });
      expect(await restore({ from: at(`of-${which}`), dataDir: at(`again-${which}`) })).toMatchObject({ jobs: 1 });
    }
    const again = await openHouse();
    expect((await again.store.counts()).succeeded).toBe(1);
    await again.close();
  });

  it('of a damaged database is refused, and leaves nothing behind', async () => {
    const house = await openHouse();
    for (let count = 0; count < 40; count += 1) await house.ended(`job ${count}`);
    await house.close();
    const file = await open(join(dataDir, 'rendercast.db'), 'r+');
    const { size } = await file.stat();
    await file.write(Buffer.alloc(8_192, 0xa7), 0, 8_192, Math.floor(size / 8_192) * 4_096);
    await file.close();
    await expect(backUp({ dataDir, to: at('b') })).rejects.toMatchObject({ reason: 'damaged' });
    expect(await readdir(dir)).toEqual(['data']);
  });

  it('says which files are lost or damaged, keeps the rest, and can be restored', async () => {
    const house = await openHouse();
    const [lost, damaged, sound] = [
      await house.ended('lost'),
      await house.ended('damaged'),
      await house.ended('sound'),
    ];
    await house.blobs.remove(fileKey(lost.file.id));
    await house.blobs.remove(fileKey(damaged.file.id));
    await house.blobs.put(fileKey(damaged.file.id), once(Buffer.from('d4m4ged')), { maxBytes: 99 });
    const report = await backUp({ dataDir, to: at('b') });
    expect(report).toMatchObject({ jobs: 3, files: 5, missing: [lost.file.id], damaged: [damaged.file.id] });
    await house.close();
    expect(await restore({ from: at('b'), dataDir: at('again') })).toMatchObject({ missing: [lost.file.id] });
    const again = await openHouse(at('again'));
    expect(await contentOf(again.blobs, fileKey(sound.file.id))).toBe('sound');
    expect(await again.blobs.size(fileKey(lost.file.id))).toBeNull();
    await again.close();
  });

  it('ends when its signal does, and leaves nothing behind', async () => {
    const house = await openHouse();
    await house.ended('x');
    const signal = AbortSignal.abort(new Error('enough'));
    await expect(backUp({ dataDir, to: at('b'), signal })).rejects.toThrow('enough');
    await house.close();
    expect(await readdir(dir)).toEqual(['data']);
  });
});

describe('a restore', () => {
  beforeEach(async () => {
    const house = await openHouse();
    await house.ended('some bytes');
    await backUp({ dataDir, to: at('good') });
    await backUp({ dataDir, to: at('good.tar') });
    await house.close();
  });

  /** A copy of the good backup, for spoiling. */
  async function spoiled(spoil: (backup: string) => Promise<unknown>): Promise<unknown> {
    const backup = at('bad');
    await cp(at('good'), backup, { recursive: true });
    await spoil(backup);
    try {
      await restore({ from: backup, dataDir: at('again') });
      return 'restored';
    } catch (error) {
      expect(String(error)).not.toMatch(/undefined|\[object/);
      return (error as { reason?: unknown }).reason;
    } finally {
      await rm(backup, { recursive: true, force: true });
    }
  }

  const someBlob = async (backup: string): Promise<string> => {
    const [shard = ''] = await readdir(join(backup, 'files'));
    const [key = ''] = await readdir(join(backup, 'files', shard));
    return join(backup, 'files', shard, key);
  };

  it.each<[string, (backup: string) => Promise<unknown>, string]>([
    ['has no manifest', (backup) => rm(join(backup, 'manifest.json')), 'torn'],
    ['has half a manifest', (backup) => truncate(join(backup, 'manifest.json'), 40), 'torn'],
    ['has lost a file', async (backup) => rm(await someBlob(backup)), 'torn'],
    ['has lost its database', (backup) => rm(join(backup, 'rendercast.db')), 'torn'],
    ['has lost its sums', (backup) => rm(join(backup, 'SHA256SUMS')), 'torn'],
    ['has a shorter list of sums', (backup) => truncate(join(backup, 'SHA256SUMS'), 70), 'corrupt'],
    ['has other bytes in a file', async (backup) => spoil(await someBlob(backup)), 'corrupt'],
    ['has half a database', (backup) => halve(join(backup, 'rendercast.db')), 'corrupt'],
    ['is of a later form', (backup) => replace(backup, '"format": 1', '"format": 2'), 'newer'],
    ['is of a newer schema', (backup) => replace(backup, /"schema": \d+/, '"schema": 9000'), 'newer'],
  ])('refuses a backup that %s, and touches nothing', async (_what, spoil, reason) => {
    expect(await spoiled(spoil)).toBe(reason);
    expect(await stat(at('again')).catch(() => null)).toBeNull();
  });

  it('refuses an archive that is cut off anywhere, or has a byte changed anywhere', async () => {
    const bytes = await readFile(at('good.tar'));
    const outcome = async (changed: Buffer): Promise<unknown> => {
      await writeFile(at('bad.tar'), changed);
      return restore({ from: at('bad.tar'), dataDir: at('again') }).then(
        () => 'restored',
        (error: { reason?: unknown }) => error.reason,
      );
    };
    const step = Math.floor(bytes.length / 40);
    // The last two blocks are the end mark, the bytes before it may be padding.
    for (let length = 0; length < bytes.length - 2_048; length += step)
      expect(['torn', 'corrupt']).toContain(await outcome(bytes.subarray(0, length)));
    const database = bytes.indexOf('SQLite format 3');
    for (const position of [
      0,
      130,
      150,
      bytes.indexOf('"format"') + 10,
      bytes.indexOf('some bytes'),
      database + 5_000,
    ]) {
      const changed = Buffer.from(bytes);
      changed[position] = (changed[position] ?? 0) ^ 0x01;
      expect(['torn', 'corrupt', 'newer'], `byte ${position}`).toContain(await outcome(changed));
    }
    expect(await stat(at('again')).catch(() => null)).toBeNull();
    expect((await readdir(dir)).filter((name) => name.includes('unpacked'))).toEqual([]);
  }, 60_000);

  it('refuses an archive whose names lead out of it', async () => {
    const evil = at('evil.tar');
    await run('tar', ['-cf', evil, '-P', '--transform', 's#.*#../../evil#', join(at('good'), 'manifest.json')]);
    await expect(restore({ from: evil, dataDir: at('again') })).rejects.toMatchObject({ reason: 'corrupt' });
    const sums = `${'0'.repeat(64)}  ../../evil\n`;
    expect(
      await spoiled(async (backup) => {
        await writeFile(join(backup, 'SHA256SUMS'), sums);
        const digest = createHash('sha256').update(sums).digest('hex');
        await replace(backup, /"sums": "\w+"/, `"sums": "${digest}"`);
      }),
    ).toBe('corrupt');
  });

  it('refuses a directory in use, one that holds anything, and what is no directory', async () => {
    const house = await openHouse(at('busy'));
    await expect(restore({ from: at('good'), dataDir: at('busy') })).rejects.toMatchObject({ reason: 'in_use' });
    await house.close();
    await expect(restore({ from: at('good'), dataDir: at('busy') })).rejects.toMatchObject({ reason: 'taken' });
    await writeFile(at('file'), 'x');
    await expect(restore({ from: at('good'), dataDir: at('file') })).rejects.toMatchObject({ reason: 'taken' });
    await mkdir(at('empty'));
    expect(await restore({ from: at('good'), dataDir: at('empty') })).toMatchObject({ jobs: 1 });
  });

  it('that was cut off is neither served nor restored over', async () => {
    await mkdir(at('half'));
    await writeFile(join(at('half'), 'restore-unfinished'), '');
    await expect(openDataDir(at('half'))).rejects.toThrow('was not finished; empty the directory and restore again');
    await expect(restore({ from: at('good'), dataDir: at('half') })).rejects.toThrow('empty it first');
  });

  it('keeps to itself what it restores', async () => {
    await chmod(at('good'), 0o755);
    await restore({ from: at('good'), dataDir: at('again') });
    expect((await stat(at('again'))).mode & 0o777).toBe(0o700);
    expect((await stat(join(at('again'), 'secret'))).mode & 0o777).toBe(0o600);
  });
});

async function spoil(path: string): Promise<void> {
  const bytes = await readFile(path);
  bytes[0] = (bytes[0] ?? 0) ^ 0xff;
  await rm(path);
  await writeFile(path, bytes);
}

async function halve(path: string): Promise<void> {
  await truncate(path, Math.floor((await stat(path)).size / 2));
}

async function replace(backup: string, what: string | RegExp, by: string): Promise<void> {
  const path = join(backup, 'manifest.json');
  await writeFile(path, (await readFile(path, 'utf8')).replace(what, by));
}
