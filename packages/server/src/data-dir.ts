import { randomBytes } from 'node:crypto';
import { access, chmod, constants, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { RendercastError } from '@rendercast/protocol';

/** The folder where everything is kept. */
export interface DataDir {
  path: string;
  databaseDir: string;
  blobsDir: string;
  /** The secret that signs file URLs; made once, readable by its owner only. */
  secret: string;
}

/** Opens the data directory, making what is missing. Throws `storage_unavailable` with words that help. */
export async function openDataDir(path: string): Promise<DataDir> {
  try {
    await mkdir(path, { recursive: true, mode: 0o700 });
    await access(path, constants.W_OK);
    const blobsDir = join(path, 'files');
    await mkdir(blobsDir, { recursive: true });
    return { path, databaseDir: path, blobsDir, secret: await secretIn(join(path, 'secret')) };
  } catch (error) {
    const why = error instanceof Error && 'code' in error ? String(error.code) : 'it cannot be used';
    throw new RendercastError(
      'storage_unavailable',
      `the data directory ${path} cannot be written (${why}); choose another with RENDERCAST_DATA_DIR or --data-dir`,
      { cause: error },
    );
  }
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
