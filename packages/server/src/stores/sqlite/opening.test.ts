import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, open, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from '@photostructure/sqlite';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { make } from '../contract/samples.contract.js';
import { openSqliteStore } from './open-sqlite-store.js';

/** The built driver, for processes that are to die. */
const BUILT = new URL('../../../dist/stores/sqlite/open-sqlite-store.js', import.meta.url).href;

let dir = '';
let children: ChildProcess[] = [];
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'rendercast-open-'));
});
afterEach(async () => {
  for (const child of children) child.kill('SIGKILL');
  children = [];
  await rm(dir, { recursive: true, force: true });
});

const database = () => join(dir, 'rendercast.db');

/** Another server on the directory; resolves once it holds the store. */
async function startAnother(): Promise<ChildProcess> {
  const code = `import { openSqliteStore } from ${JSON.stringify(BUILT)};
    await openSqliteStore({ dir: ${JSON.stringify(dir)} });
    console.log('open');`;
  const program = join(dir, 'another.mjs');
  await writeFile(program, code);
  const child = spawn(process.execPath, [program], { stdio: ['ignore', 'pipe', 'inherit'] });
  children.push(child);
  if (child.stdout !== null) await once(child.stdout, 'data');
  return child;
}

describe('openSqliteStore', () => {
  it('makes the directory and a database of its own epoch, which stays', async () => {
    const deep = join(dir, 'a', 'b');
    const first = await openSqliteStore({ dir: deep });
    await first.close();
    const again = await openSqliteStore({ dir: deep });
    const other = await openSqliteStore({ dir });
    expect(first.epoch).toMatch(/^[A-Za-z0-9_-]{12}$/);
    expect(again.epoch).toBe(first.epoch);
    expect(other.epoch).not.toBe(first.epoch);
    await Promise.all([again.close(), other.close()]);
  });

  it('leaves one sound file behind when it closes', async () => {
    const store = await openSqliteStore({ dir });
    await make(store);
    await store.close();
    expect((await readdir(dir)).sort()).toStrictEqual(['rendercast.db', 'rendercast.lock']);
    const raw = new DatabaseSync(database());
    expect({ ...raw.prepare('PRAGMA integrity_check').get() }).toStrictEqual({ integrity_check: 'ok' });
    raw.close();
  });

  it('refuses a second store on the directory, and is not disturbed by it', async () => {
    const store = await openSqliteStore({ dir });
    await expect(openSqliteStore({ dir })).rejects.toMatchObject({ name: 'StoreOpenError', reason: 'in_use' });
    const { id } = await make(store);
    expect(await store.find(id, null)).not.toBeNull();
    await store.close();
    await (await openSqliteStore({ dir })).close();
  });

  it('refuses a directory that another process uses, until that process is gone, even by kill -9', async () => {
    const other = await startAnother();
    await expect(openSqliteStore({ dir })).rejects.toThrow(/Another server is using the data directory/);
    other.kill('SIGKILL');
    await once(other, 'exit');
    await (await openSqliteStore({ dir })).close();
  });

  it('refuses a database of a newer version, and leaves it as it is', async () => {
    await (await openSqliteStore({ dir })).close();
    const raw = new DatabaseSync(database());
    raw.exec('PRAGMA user_version = 9000');
    await expect(openSqliteStore({ dir })).rejects.toMatchObject({
      reason: 'newer',
      message: expect.stringContaining('9000'),
    });
    expect({ ...raw.prepare('PRAGMA user_version').get() }).toStrictEqual({ user_version: 9000 });
    raw.close();
  });

  it('refuses a database of another program', async () => {
    const raw = new DatabaseSync(database());
    raw.exec('CREATE TABLE recipes (name TEXT)');
    raw.close();
    await expect(openSqliteStore({ dir })).rejects.toMatchObject({ reason: 'foreign' });
  });

  it('says so when the file is no database', async () => {
    await writeFile(database(), 'this was a picture once '.repeat(1_000));
    await expect(openSqliteStore({ dir })).rejects.toMatchObject({
      reason: 'damaged',
      message: expect.stringContaining('Restore a backup'),
    });
  });

  it('says so when the schema cannot be read', async () => {
    await (await openSqliteStore({ dir })).close();
    await overwrite(100, 3_900);
    await expect(openSqliteStore({ dir })).rejects.toMatchObject({ reason: 'damaged' });
  });

  it('answers storage_unavailable where pages are damaged, and goes on where they are not', async () => {
    const store = await openSqliteStore({ dir });
    for (let count = 0; count < 200; count += 1)
      await make(store, { request: { prompt: `fox ${count} `.repeat(300) } });
    await store.close();
    const { size } = await stat(database());
    await overwrite(Math.floor(size / 8_192) * 4_096, Math.floor(size / 8_192) * 4_096);
    const damaged = await openSqliteStore({ dir });
    const list = damaged.list({ owner: 'ann', filter: {}, search: 'moon', limit: 1_000, before: null });
    await expect(list).rejects.toMatchObject({ code: 'storage_unavailable' });
    expect((await damaged.counts()).queued).toBe(200);
    await damaged.close();
  });
});

/** Writes noise over a part of the database file. */
async function overwrite(position: number, length: number): Promise<void> {
  const file = await open(database(), 'r+');
  await file.write(Buffer.alloc(length, 0xa7), 0, length, position);
  await file.close();
}
