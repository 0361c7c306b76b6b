import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { access, chmod, constants, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { RendercastError } from '@rendercast/protocol';
import { makeFolder } from './make-folder.js';

/** The folder where everything is kept. */
export interface DataDir {
  path: string;
  databaseDir: string;
  blobsDir: string;
  /** The secret that signs file URLs; made once, readable by its owner only. */
  secret: string;
}

/** Where what lies in a data directory. */
export function dataPaths(path: string): Pick<DataDir, 'databaseDir' | 'blobsDir'> & { secretFile: string } {
  return { databaseDir: path, blobsDir: join(path, 'files'), secretFile: join(path, 'secret') };
}

/** Opens the data directory, making what is missing. Throws `storage_unavailable` with words that help. */
export async function openDataDir(path: string): Promise<DataDir> {
  try {
    await makeFolder(path, 0o700);
    await access(path, constants.W_OK);
    await refuseUnfinished(path);
    const { databaseDir, blobsDir, secretFile } = dataPaths(path);
    await makeFolder(blobsDir);
    return { path, databaseDir, blobsDir, secret: await secretIn(secretFile) };
  } catch (error) {
    if (error instanceof RendercastError) throw error;
    const why = error instanceof Error && 'code' in error ? String(error.code) : 'it cannot be used';
    throw new RendercastError(
      'storage_unavailable',
      `the data directory ${path} cannot be written (${why}); choose another with RENDERCAST_DATA_DIR or --data-dir`,
      { cause: error },
    );
  }
}

/** Lies in a data directory from the first to the last byte of a restore into it. */
export const RESTORE_MARK = 'restore-unfinished';

/** Half of a restored house would look like a whole one that has lost the rest. */
async function refuseUnfinished(path: string): Promise<void> {
  const mark = join(path, RESTORE_MARK);
  if (!existsSync(mark)) return;
  throw new RendercastError(
    'storage_unavailable',
    `a restore into the data directory ${path} was not finished; empty the directory and restore again`,
  );
}

async function secretIn(file: string): Promise<string> {
  try {
    const secret = (await readFile(file, 'utf8')).trim();
    if (secret !== '') return secret;
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error;
  }
  const secret = randomBytes(32).toString('base64url');
  await writeFile(file, `${secret}\n`, { mode: 0o600 });
  await chmod(file, 0o600);
  return secret;
}
