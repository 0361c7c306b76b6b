import { mkdir } from 'node:fs/promises';
import { type Clock, systemClock } from '../../clock.js';
import { startThread } from '../../engines/threads.js';
import type { Logger } from '../../logger.js';
import { createNewestProgress } from '../newest-progress.js';
import type { Store } from '../store.js';
import { createLeaseBook } from './lease-book.js';
import { databaseFile, type KeptLease } from './open-database.js';
import type { ReadVerbs } from './read-verbs.js';
import { createSlotBook } from './slot-book.js';
import { createReading, createWriting, type StoreParts } from './sqlite-store.js';
import { createThreadCalls, type ThreadCalls } from './thread-calls.js';
import type { CommitFigures } from './thread-messages.js';
import type { WriteVerbs } from './write-verbs.js';

export interface SqliteStoreOptions {
  /** The data directory; made if it is not there. One server at a time may use it. */
  dir: string;
  /** Told when a thread of the store dies. Default: nobody. */
  logger?: Logger;
  /** Leases live by its monotonic time. Default: the system's. */
  clock?: Clock;
  /** Told of every group of writes that has reached the disk. Default: nobody. */
  onCommit?: (commit: CommitFigures) => void;
  /**
   * Size in bytes that the database may grow to; beyond it writes are refused with `storage_unavailable`. Default: as
   * far as the disk goes.
   */
  maxBytes?: number;
}

/** A store in one file of a data directory. */
export interface SqliteStore extends Store {
  /** Moves the bound on the size of the database, in bytes; null takes it away. What is stored stays. */
  limitSize(maxBytes: number | null): Promise<void>;
}

/**
 * Opens the store in `<dir>/rendercast.db`. Two threads of its own do all waiting for the disk: one writes, one reads.
 *
 * @throws StoreOpenError when another server uses the directory, or the file is newer, damaged or not ours.
 */
export async function openSqliteStore(options: SqliteStoreOptions): Promise<SqliteStore> {
  const { dir, logger, clock = systemClock } = options;
  await mkdir(dir, { recursive: true, mode: 0o700 });
  const file = databaseFile(dir);
  const onDeath = (error: Error) => logger?.error({ error }, 'a thread of the store died; nothing can be stored');

  const writer = createThreadCalls<WriteVerbs>(
    startThread(import.meta.url, 'writer-thread', { workerData: { dir, file } }),
    onDeath,
    options.onCommit,
  );
  const reader = createThreadCalls<ReadVerbs>(
    startThread(import.meta.url, 'reader-thread', { workerData: { file } }),
    onDeath,
  );
  const { epoch, leases: kept } = await readyOrClosed(writer, reader);
  if (options.maxBytes !== undefined) await writer.call('limitSize', options.maxBytes);

  const leases = createLeaseBook(() => clock.monotonic());
  for (const lease of kept) {
    if (lease.inProcess) leases.void(lease);
    else leases.hold(lease, lease.leaseMs);
  }
  const progress = createNewestProgress(
    (reports) => writer.call('saveProgress', reports),
    (delayMs, callback) => clock.after(delayMs, callback),
  );
  const slots = createSlotBook(() => clock.monotonic());
  const parts: StoreParts = { epoch, writer, reader, leases, slots, progress };
  return {
    epoch,
    ...createWriting(parts),
    ...createReading(parts),
    limitSize: (maxBytes) => writer.call('limitSize', maxBytes),
    async close() {
      await progress.flush();
      // The writer last: closing the last connection empties the write-ahead log into the database.
      await reader.close();
      await writer.close();
    },
  };
}

/** What the writer found, once both threads stand; when one of them cannot start, neither stays. */
async function readyOrClosed(
  writer: ThreadCalls<WriteVerbs>,
  reader: ThreadCalls<ReadVerbs>,
): Promise<{ epoch: string; leases: KeptLease[] }> {
  const [found] = await Promise.all([writer.ready, reader.ready]).catch(async (thrown: unknown) => {
    await Promise.allSettled([writer.close(), reader.close()]);
    throw thrown;
  });
  return found as { epoch: string; leases: KeptLease[] };
}
