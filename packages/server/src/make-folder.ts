import { mkdir, stat } from 'node:fs/promises';
import { dirname } from 'node:path';

/**
 * Makes a folder and those above it that are missing; one that is there is left as it is. Node's own `recursive` never comes
 * back where the system says of a folder that is there that it is not (`/proc`), so each is tried twice at most.
 *
 * @param mode of the folders that are made. Default: as the process makes them.
 * @throws what the system says, `ENOTDIR` where a file is in the way.
 */
export async function makeFolder(path: string, mode?: number): Promise<void> {
  const above = dirname(path);
  try {
    await makeOne(path, mode);
  } catch (error) {
    if (codeOf(error) !== 'ENOENT' || above === path) throw error;
    await makeFolder(above, mode);
    await makeOne(path, mode);
  }
}

async function makeOne(path: string, mode: number | undefined): Promise<void> {
  try {
    await mkdir(path, { mode });
  } catch (error) {
    // Read-only disks and folders without leave say so first, also of what is there.
    const isThere = await stat(path).catch(() => null);
    if (isThere?.isDirectory() === true) return;
    throw isThere === null ? error : Object.assign(new Error(`${path} is no folder`), { code: 'ENOTDIR' });
  }
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && 'code' in error ? error.code : null;
}
