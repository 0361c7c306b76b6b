import { existsSync } from 'node:fs';
import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { makeFolder } from './make-folder.js';

let dir: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'rendercast-folder-'));
});
afterEach(() => rm(dir, { recursive: true }));

it('makes what is missing, with its mode, and leaves what is there', async () => {
  const path = join(dir, 'a', 'b', 'c');
  await makeFolder(path, 0o700);
  await makeFolder(path, 0o755);
  for (const made of [path, join(dir, 'a')]) expect((await stat(made)).mode & 0o777).toBe(0o700);
  await Promise.all([1, 2, 3].map((one) => makeFolder(join(dir, 'x', 'y', String(one % 2)))));
  expect(existsSync(join(dir, 'x', 'y', '0'))).toBe(true);
});

it('says so where a file is in the way', async () => {
  await writeFile(join(dir, 'file'), '');
  for (const path of [join(dir, 'file'), join(dir, 'file', 'below')])
    await expect(makeFolder(path)).rejects.toMatchObject({ code: 'ENOTDIR' });
});

it('comes back where the system contradicts itself', async ({ skip }) => {
  if (!existsSync('/proc/self')) return skip('needs /proc');
  for (const path of ['/proc/rendercast', '/proc/rendercast/a/b', '/proc/self/rendercast/a'])
    await expect(makeFolder(path), path).rejects.toHaveProperty('code');
});
