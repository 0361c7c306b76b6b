import { constants } from 'node:fs';
import { access, link, open, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { EXIT } from '../exit-codes.js';
import { CommandError } from '../failure.js';
import type { OutTarget } from './out-names.js';

/**
 * Writes a file so that nobody ever sees a part of it: aside first, on disk for good, then under its name.
 *
 * @throws CommandError when the file exists already and `replace` is not set
 */
export async function writeWhole(
  path: string,
  body: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  { replace = false } = {},
): Promise<void> {
  const aside = join(dirname(path), `.${basename(path)}.${process.pid}.part`);
  try {
    const file = await open(aside, 'w');
    try {
      for await (const chunk of body) await file.writeFile(chunk);
      await file.sync();
    } finally {
      await file.close();
    }
    await (replace ? rename(aside, path) : publishNew(aside, path));
  } finally {
    await rm(aside, { force: true });
  }
}

/** A link fails where the name is taken, in one step; file systems without links get a look first. */
async function publishNew(aside: string, path: string): Promise<void> {
  try {
    await link(aside, path);
  } catch (error) {
    if (isCode(error, 'EEXIST')) throw taken(path);
    if (await exists(path)) throw taken(path);
    await rename(aside, path);
  }
}

/** Says what `--out` means: `-` is standard output, an existing folder or a name that ends in `/` a folder. */
export async function parseOut(out: string | undefined): Promise<OutTarget> {
  if (out === '-') return { to: 'stdout' };
  if (out === undefined) return { to: 'folder', path: '.' };
  if (/[\\/]$/.test(out) || (await isFolder(out))) return { to: 'folder', path: out };
  return { to: 'file', path: out };
}

/**
 * Looks before the work is done whether its results can be written.
 *
 * @throws CommandError when a name is taken (and `replace` not set) or the folder cannot be written to
 */
export async function checkWritable(
  folderOrFiles: { folder: string } | { files: readonly string[] },
  replace: boolean,
): Promise<void> {
  const files = 'files' in folderOrFiles ? folderOrFiles.files : [];
  const folders = 'files' in folderOrFiles ? files.map((file) => dirname(file)) : [folderOrFiles.folder];
  for (const folder of new Set(folders)) {
    try {
      await access(folder, constants.W_OK | constants.X_OK);
    } catch (error) {
      throw new CommandError(`${resolve(folder)} cannot be written to. Does the folder exist?`, EXIT.usage, {
        cause: error,
      });
    }
  }
  if (replace) return;
  for (const file of files) if (await exists(file)) throw taken(file);
}

const taken = (path: string) =>
  new CommandError(`${path} exists already. Choose another name, or replace it with --force.`, EXIT.usage);

async function exists(path: string): Promise<boolean> {
  return (await stat(path).catch(() => null)) !== null;
}

async function isFolder(path: string): Promise<boolean> {
  return (await stat(path).catch(() => null))?.isDirectory() ?? false;
}

function isCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}
