import { randomBytes } from 'node:crypto';
import type { Artifact } from '@rendercast/protocol';
import { type Connection, openConnection } from './connection.js';
import { newestSchema, requireOurs } from './migrate.js';
import { StoreOpenError } from './open-error.js';
import { isDamage } from './sqlite-codes.js';

/** What a copy of a database holds. */
export interface CopyFacts {
  epoch: string;
  schema: number;
  jobs: number;
}

/** How long to wait for a lock of a busy server, in milliseconds. */
const BUSY_MS = 30_000;

/**
 * Copies a database that may be in use into a new file: everything that was committed at one moment. A copy in one read
 * (`VACUUM INTO`), since a backup page by page starts over whenever the server commits.
 *
 * @throws StoreOpenError when the file is damaged or no database of ours.
 */
export function copyDatabase(file: string, to: string): void {
  inWords(file, () =>
    withConnection(file, true, (connection) => {
      requireOurs(connection, file);
      connection.exec(`VACUUM INTO '${to.replaceAll("'", "''")}'`);
    }),
  );
}

/** Looks into a copy, and reads all of it. @throws StoreOpenError when it is damaged, foreign or of a newer version. */
export function examineCopy(file: string): CopyFacts {
  return inWords(file, () =>
    withConnection(file, true, (connection) => {
      requireOurs(connection, file);
      const check = connection.get<{ quick_check: string }>('PRAGMA quick_check')?.quick_check;
      if (check !== 'ok') throw new StoreOpenError('damaged', `${file} is damaged: ${check ?? 'it cannot be read'}.`);
      return {
        epoch: connection.get<{ value: string }>("SELECT value FROM meta WHERE key = 'epoch'")?.value ?? '',
        schema: connection.get<{ user_version: number }>('PRAGMA user_version')?.user_version ?? 0,
        jobs: connection.get<{ jobs: number }>('SELECT count(*) AS jobs FROM jobs')?.jobs ?? 0,
      };
    }),
  );
}

/** All files that a copy remembers, in stretches, by their ids. */
export function* artifactsIn(file: string): Generator<Artifact> {
  const connection = openConnection(file, { readOnly: true, busyMs: BUSY_MS });
  try {
    let last = '';
    for (;;) {
      const rows = connection.all<{ id: string; artifact: string }>(
        'SELECT id, artifact FROM artifacts WHERE id > ? ORDER BY id LIMIT 500',
        last,
      );
      for (const row of rows) yield JSON.parse(row.artifact) as Artifact;
      last = rows.at(-1)?.id ?? last;
      if (rows.length < 500) return;
    }
  } finally {
    connection.close();
  }
}

/** Gives a restored database an epoch of its own: every position of before is answered with a reset. */
export function renewEpoch(file: string): string {
  const epoch = randomBytes(9).toString('base64url');
  withConnection(file, false, (connection) => {
    connection.exec('PRAGMA synchronous = FULL');
    connection.run("UPDATE meta SET value = ? WHERE key = 'epoch'", epoch);
  });
  return epoch;
}

/** The newest schema that this version of the program can open. */
export { newestSchema };

function withConnection<T>(file: string, readOnly: boolean, work: (connection: Connection) => T): T {
  const connection = openConnection(file, { readOnly, busyMs: BUSY_MS });
  try {
    return work(connection);
  } finally {
    connection.close();
  }
}

function inWords<T>(file: string, work: () => T): T {
  try {
    return work();
  } catch (thrown) {
    if (!isDamage(thrown)) throw thrown;
    throw new StoreOpenError('damaged', `${file} is damaged and cannot be read.`, thrown);
  }
}
