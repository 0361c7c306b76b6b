import { readdirSync, readFileSync } from 'node:fs';
import pg from 'pg';
import { StoreOpenError } from '../open-error.js';
import { lockKey } from './advisory-keys.js';
import { createSql, type Sql } from './connection.js';

/** The same place from `src` and from `dist`. */
const MIGRATIONS = new URL('../../../migrations/postgres/', import.meta.url);
/** What the schema consists of: one of these missing means that it was not made or copied to its end. */
const TABLES = [
  ...['artifacts', 'creations', 'facts', 'feed', 'handles', 'held_slots', 'inputs', 'jobs', 'leases', 'meta', 'nodes'],
  ...['progress', 'search', 'totals', 'waiting'],
];

/** Longest wait for another node's migration, and for the tables that it changes, in milliseconds. */
const WAIT_MS = 60_000;

interface Migration {
  version: number;
  name: string;
  text: string;
  /** An older version of the program cannot work on the schema after it. */
  breaking: boolean;
}

/** Migrations by number, without gaps; the first line of each says `-- additive` or `-- breaking`. */
function migrations(): Migration[] {
  const names = readdirSync(MIGRATIONS)
    .filter((name) => name.endsWith('.sql'))
    .sort();
  return names.map((name, index) => {
    const version = Number.parseInt(name, 10);
    if (version !== index + 1) throw new Error(`migration ${name} is out of line: number ${index + 1} was expected`);
    const text = readFileSync(new URL(name, MIGRATIONS), 'utf8');
    const [, kind] = /^-- (additive|breaking)\n/.exec(text) ?? [];
    if (kind === undefined) throw new Error(`migration ${name} does not say whether it is additive or breaking`);
    return { version, name, text, breaking: kind === 'breaking' };
  });
}

/**
 * Brings the schema up to date, each step in one transaction with its version. One node does so, the others wait for
 * it, `waitMs` at most. Nodes of an older version work on with what was only added to.
 *
 * @throws StoreOpenError `newer` when a later version of this program changed the schema so that this one cannot use it,
 * `foreign` when it is not ours, `damaged` when it is not whole, `rights` when it may not be made.
 */
export async function migrate(client: pg.Client, schema: string, waitMs = WAIT_MS): Promise<void> {
  const sql = createSql(client);
  // A node that froze in the middle must not keep all others waiting for ever, nor may one statement.
  await sql.once(`SET lock_timeout = ${Math.ceil(waitMs)}`);
  await sql.once('SELECT pg_advisory_lock($1::bigint)', lockKey(schema, 'migrate'));
  try {
    await openSchema(client, sql, schema);
    const known = migrations();
    const done = await sql.once<{ version: number; breaking: boolean }>(
      'SELECT version, breaking FROM migrations ORDER BY version',
    );
    requireWhole(done, schema);
    requireUsable(done, known.length, schema);
    for (const migration of known) if (migration.version > done.length) await apply(client, migration);
    await requireTables(sql, schema);
  } finally {
    await sql.once('SELECT pg_advisory_unlock($1::bigint)', lockKey(schema, 'migrate')).catch(() => undefined);
  }
}

async function openSchema(client: pg.Client, sql: Sql, schema: string): Promise<void> {
  const [found] = await sql.once<{ tables: number; ours: boolean }>(
    `SELECT (SELECT count(*) FROM pg_class WHERE relnamespace = pg_namespace.oid AND relkind IN ('r', 'p', 'v')) AS tables,
       EXISTS (SELECT 1 FROM pg_class WHERE relnamespace = pg_namespace.oid AND relname = 'migrations') AS ours
     FROM pg_namespace WHERE nspname = $1`,
    schema,
  );
  if (found === undefined) await client.query(`CREATE SCHEMA ${pg.escapeIdentifier(schema)}`);
  else if (!found.ours && found.tables > 0)
    throw new StoreOpenError(
      'foreign',
      `The schema "${schema}" belongs to another program. Choose a schema that is not there yet.`,
    );
  if (found?.ours !== true)
    await client.query(`CREATE TABLE migrations (
      version integer PRIMARY KEY, name text NOT NULL, breaking boolean NOT NULL, applied_at timestamptz NOT NULL DEFAULT now()
    )`);
}

function requireWhole(done: readonly { version: number }[], schema: string): void {
  if (done.every(({ version }, index) => version === index + 1)) return;
  throw new StoreOpenError(
    'damaged',
    `The schema "${schema}" was migrated in part only: a step before ${done.at(-1)?.version} is missing. Restore a backup.`,
  );
}

function requireUsable(done: readonly { version: number; breaking: boolean }[], known: number, schema: string): void {
  const beyond = done.find(({ version, breaking }) => version > known && breaking);
  if (beyond === undefined) return;
  throw new StoreOpenError(
    'newer',
    `The schema "${schema}" has version ${done.length}, which this version of Rendercast cannot use; it knows ${known}. ` +
      'Use the newer version that changed it, or restore a backup from before.',
  );
}

async function apply(client: pg.Client, { version, name, text, breaking }: Migration): Promise<void> {
  await client.query('BEGIN');
  try {
    await client.query(text);
    await client.query('INSERT INTO migrations (version, name, breaking) VALUES ($1, $2, $3)', [
      version,
      name,
      breaking,
    ]);
    await client.query('COMMIT');
  } catch (thrown) {
    await client.query('ROLLBACK').catch(() => undefined);
    throw thrown;
  }
}

async function requireTables(sql: Sql, schema: string): Promise<void> {
  const missing = await sql.once<{ name: string }>(
    `SELECT name FROM unnest($1::text[]) AS name WHERE NOT EXISTS (
       SELECT 1 FROM pg_class JOIN pg_namespace ON pg_namespace.oid = relnamespace WHERE nspname = $2 AND relname = name)
     UNION ALL
     SELECT indexrelid::regclass::text FROM pg_index JOIN pg_class ON pg_class.oid = indrelid
       JOIN pg_namespace ON pg_namespace.oid = relnamespace WHERE nspname = $2 AND NOT indisvalid`,
    TABLES,
    schema,
  );
  if (missing.length === 0) return;
  throw new StoreOpenError(
    'damaged',
    `The schema "${schema}" is not whole: ${missing.map(({ name }) => `"${name}"`).join(', ')} is missing. Restore a backup.`,
  );
}
