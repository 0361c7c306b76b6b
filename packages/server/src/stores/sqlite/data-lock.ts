import { join } from 'node:path';
import { openConnection } from './connection.js';
import { StoreOpenError } from './open-error.js';
import { isBusy } from './sqlite-codes.js';

/** Held as long as the server runs. */
export interface DataLock {
  release(): void;
}

/**
 * Makes this the only server of a data directory: an exclusive transaction on a lock file of its own, held open.
 * The kernel drops it with the process, also after `kill -9`; a pid file would be left behind. Waits for the disk,
 * so it is taken off the main thread.
 *
 * @throws StoreOpenError `in_use` when another server (or another store of this process) holds it.
 */
export function openDataLock(dir: string): DataLock {
  const connection = openConnection(join(dir, 'rendercast.lock'), { readOnly: false, busyMs: 0 });
  try {
    connection.exec('BEGIN EXCLUSIVE');
  } catch (thrown) {
    connection.close();
    if (!isBusy(thrown)) throw thrown;
    throw new StoreOpenError(
      'in_use',
      `Another server is using the data directory ${dir}. Stop it, or give this one a directory of its own.`,
      thrown,
    );
  }
  return { release: () => connection.close() };
}
