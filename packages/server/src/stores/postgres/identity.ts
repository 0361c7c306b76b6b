import { randomBytes } from 'node:crypto';
import { StoreOpenError } from '../open-error.js';
import { lockKey } from './advisory-keys.js';
import type { Sql } from './connection.js';
import type { HighWater } from './high-water.js';

/** What one history of the database is known by. */
export interface Identity {
  /** Renewed when the database was set back. */
  epoch: string;
  /** Cursor of the newest fact. */
  head: number;
}

interface Found {
  epoch: string | null;
  identity: string | null;
  cluster: string | null;
  head: number;
  body: string;
}

interface Looked extends Found {
  /** Whether it is the history that is written down, and not shorter than what was seen of it. */
  isSame: boolean;
}

/**
 * What a restore changes, as one text: the server's own number, its timeline (a new one begins with each recovery from a
 * backup and each promotion of a standby), the numbers of database and log table (a dump that is read back makes new ones).
 */
const BODY = `concat_ws('/',
  (SELECT system_identifier FROM pg_control_system()),
  left(pg_walfile_name(pg_current_wal_lsn()), 8),
  (SELECT oid FROM pg_database WHERE datname = current_database()),
  'facts'::regclass::oid)`;

const FIND = `SELECT (SELECT value FROM meta WHERE key = 'epoch') AS epoch,
  (SELECT value FROM meta WHERE key = 'identity') AS identity,
  (SELECT value FROM meta WHERE key = 'cluster') AS cluster,
  (SELECT head FROM feed) AS head, ${BODY} AS body`;

const KEEP = `INSERT INTO meta (key, value) SELECT * FROM unnest($1::text[], $2::text[])
  ON CONFLICT (key) DO UPDATE SET value = excluded.value`;

/**
 * Finds out which history this is. A database that is new, or that was set back (its identity differs from the one written
 * down in it, or its log is shorter than what this node has seen), gets a new epoch, once for all nodes. To be
 * called on every new connection of the writer: the database may have been set back behind a running node.
 *
 * @throws StoreOpenError `in_use` when the schema belongs to another cluster.
 */
export async function identify(
  sql: Sql,
  { schema, cluster, seen }: { schema: string; cluster: string; seen: HighWater },
): Promise<Identity> {
  const look = async (): Promise<Looked | undefined> => {
    // Taken before: what is committed while the answer is on its way must not make it look old.
    const mark = seen.now();
    const [found] = await sql.once<Found>(FIND);
    if (found === undefined) return undefined;
    const head = mark?.epoch === found.epoch ? mark.head : 0;
    return { ...found, isSame: found.identity === found.body && found.head >= head };
  };
  const glance = await look();
  if (glance === undefined) throw new Error('the database has lost its counter');
  if (glance.cluster !== null && glance.cluster !== cluster)
    throw new StoreOpenError(
      'in_use',
      `The schema "${schema}" belongs to the cluster "${glance.cluster}", and this is "${cluster}". Choose another schema.`,
    );
  if (glance.epoch !== null && glance.isSame) return { epoch: glance.epoch, head: glance.head };
  await sql.once('BEGIN');
  try {
    await sql.once('SELECT pg_advisory_xact_lock($1::bigint)', lockKey(schema, 'identity'));
    const found = (await look()) ?? glance;
    let { epoch } = found;
    if (epoch === null || !found.isSame) {
      epoch = randomBytes(9).toString('base64url');
      const entries = { epoch, identity: found.body, cluster, ...(found.epoch === null ? { horizon: '0' } : {}) };
      await sql.once(KEEP, Object.keys(entries), Object.values(entries));
    }
    await sql.once('COMMIT');
    return { epoch, head: found.head };
  } catch (thrown) {
    await sql.once('ROLLBACK').catch(() => undefined);
    throw thrown;
  }
}
