import { join } from 'node:path';
import { type Connection, openConnection } from './connection.js';
import { migrate } from './migrate.js';
import { StoreOpenError } from './open-error.js';
import { isDamage } from './sqlite-codes.js';

/** A lease found at the start. */
export interface KeptLease {
  jobId: string;
  attempt: number;
  leaseMs: number;
  /** Its holder went with the process before: void. */
  inProcess: boolean;
}

export interface Opened {
  connection: Connection;
  epoch: string;
  leases: KeptLease[];
}

/** Where the database of a data directory lies. */
export function databaseFile(dir: string): string {
  return join(dir, 'rendercast.db');
}

/** The WAL file is cut back to this after a checkpoint. */
const WAL_KEPT_BYTES = 64 * 1024 * 1024;

/**
 * Opens the writer's connection: write-ahead log, a sync with every commit (NORMAL would sync at checkpoints only),
 * schema up to date. What a savepoint may have to take back is kept in memory (a few pages for each call): written to a
 * file, as is the default, it was 17 of 20 writes of a group of submissions.
 *
 * @throws StoreOpenError with what the operator can do.
 */
export function openDatabase(file: string): Opened {
  let connection: Connection | null = null;
  try {
    connection = openConnection(file, { readOnly: false, busyMs: 5_000 });
    migrate(connection, file);
    connection.exec(`
      PRAGMA journal_mode = WAL;
      PRAGMA synchronous = FULL;
      PRAGMA journal_size_limit = ${WAL_KEPT_BYTES};
      PRAGMA temp_store = MEMORY;
    `);
    return { connection, epoch: readEpoch(connection), leases: readLeases(connection) };
  } catch (thrown) {
    connection?.close();
    if (!isDamage(thrown)) throw thrown;
    throw new StoreOpenError(
      'damaged',
      `${file} is damaged and cannot be read. Restore a backup, or move it away to start anew.`,
      thrown,
    );
  }
}

function readEpoch(connection: Connection): string {
  const row = connection.get<{ value: string }>("SELECT value FROM meta WHERE key = 'epoch'");
  if (row === undefined) throw new Error('the database has lost its epoch');
  return row.value;
}

function readLeases(connection: Connection): KeptLease[] {
  // CROSS JOIN: the few leases first. Left to itself, SQLite walks all jobs ever made.
  const rows = connection.all<{ id: string; attempt: number; lease_ms: number; in_process: number }>(
    'SELECT jobs.id, leases.attempt, lease_ms, in_process FROM leases CROSS JOIN jobs ON jobs.n = leases.job',
  );
  return rows.map((row) => ({
    jobId: row.id,
    attempt: row.attempt,
    leaseMs: row.lease_ms,
    inProcess: row.in_process === 1,
  }));
}
