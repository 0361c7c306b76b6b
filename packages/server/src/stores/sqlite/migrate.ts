import { randomBytes } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import type { Connection } from './connection.js';
import { StoreOpenError } from './open-error.js';

/** Marks the file as ours: "rcst". */
const APPLICATION_ID = 0x72637374;

/** The same place from `src` and from `dist`. */
const MIGRATIONS = new URL('../../../migrations/sqlite/', import.meta.url);

interface Migration {
  version: number;
  name: string;
}

/** Migrations by number, without gaps: `0001-….sql`, `0002-….sql` … */
function migrations(): Migration[] {
  const names = readdirSync(MIGRATIONS)
    .filter((name) => name.endsWith('.sql'))
    .sort();
  return names.map((name, index) => {
    const version = Number.parseInt(name, 10);
    if (version !== index + 1) throw new Error(`migration ${name} is out of line: number ${index + 1} was expected`);
    return { version, name };
  });
}

/**
 * Brings the schema up to date, each step in one transaction with its version (`user_version`). A new file gets its
 * epoch.
 *
 * @throws StoreOpenError `newer` when the file is of a later version of this program, `foreign` when it is not ours.
 */
export function migrate(connection: Connection, file: string): void {
  const known = migrations();
  const version = pragma(connection, 'user_version');
  const empty = version === 0 && connection.get('SELECT 1 FROM sqlite_schema LIMIT 1') === undefined;
  if (!empty) requireOurs(connection, file);
  if (version > known.length)
    throw new StoreOpenError(
      'newer',
      `${file} has schema version ${version}; this version of Rendercast knows ${known.length}. ` +
        'Use the newer version that wrote it, or restore a backup from before.',
    );
  for (const migration of known) if (migration.version > version) apply(connection, migration);
}

/** @throws StoreOpenError `foreign` when the file is not ours. */
export function requireOurs(connection: Connection, file: string): void {
  if (pragma(connection, 'application_id') !== APPLICATION_ID)
    throw new StoreOpenError('foreign', `${file} is a database of another program. Choose another data directory.`);
}

/** The newest schema that this version of the program knows. */
export function newestSchema(): number {
  return migrations().length;
}

function apply(connection: Connection, migration: Migration): void {
  connection.exec('BEGIN IMMEDIATE');
  try {
    connection.exec(readFileSync(new URL(migration.name, MIGRATIONS), 'utf8'));
    if (migration.version === 1) {
      connection.exec(`PRAGMA application_id = ${APPLICATION_ID}`);
      const epoch = randomBytes(9).toString('base64url');
      connection.run("INSERT INTO meta (key, value) VALUES ('epoch', ?), ('horizon', '0')", epoch);
    }
    connection.exec(`PRAGMA user_version = ${migration.version}`);
    connection.exec('COMMIT');
  } catch (thrown) {
    if (connection.inTransaction) connection.exec('ROLLBACK');
    throw thrown;
  }
}

function pragma(connection: Connection, name: string): number {
  return connection.get<Record<string, number>>(`PRAGMA ${name}`)?.[name] ?? 0;
}
