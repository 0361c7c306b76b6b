import { randomBytes } from 'node:crypto';
import { RendercastError } from '@rendercast/protocol/errors';
import pg from 'pg';
import { type Clock, systemClock } from '../../clock.js';
import type { Logger } from '../../logger.js';
import { createNewestProgress } from '../newest-progress.js';
import { StoreOpenError } from '../open-error.js';
import type { Roster } from '../roster.js';
import type { Store } from '../store.js';
import { clientConfig, createSql, type Reach, type Sql } from './connection.js';
import { createDoorbell } from './doorbell.js';
import { createEar } from './ear.js';
import { type CommitFigures, createGroupCommit } from './group-commit.js';
import { createHighWater } from './high-water.js';
import { readHouseName } from './house-name.js';
import { type Identity, identify } from './identity.js';
import { saveProgress } from './keep-aside.js';
import { createLane, type Lane, statementsOf } from './lane.js';
import { migrate } from './migrate.js';
import { requireFit, type ServerFound, toOpenError } from './open-failures.js';
import { createReading, createWriting, type StoreParts } from './postgres-store.js';
import { createRoster } from './roster.js';

export interface PostgresStoreOptions {
  /** Address of the database: `postgres://<user>:<password>@<host>:<port>/<database>`. Never logged. */
  url: string;
  /** Schema that holds the tables; made if it is not there. Clusters on one database differ in it. Default: `rendercast`. */
  schema?: string;
  /** Name of the cluster; another one's schema is refused. Default: `rendercast`. */
  cluster?: string;
  /** Told when the database comes and goes. Default: nobody. */
  logger?: Logger;
  /** For pauses and measured times; leases live by the database's own. Default: the system's. */
  clock?: Clock;
  /** Told of every group of writes that was committed. Default: nobody. */
  onCommit?: (commit: CommitFigures) => void;
  /**
   * Told when the database turns out to have been set back behind this store. It stores nothing any more then: the server
   * must be started anew, so that readers meet the new epoch. Default: nobody.
   */
  onSetBack?: (epoch: string) => void;
  /** Connections for reading, beside one for writing and one for leases and rings. Default: 8. */
  poolSize?: number;
  /**
   * Longest time for one statement, in milliseconds; a line that says nothing for longer is given up. Writes get 10,000 at
   * most. Default: 15,000.
   */
  statementTimeoutMs?: number;
  /** Longest wait for a connection, in milliseconds. Default: 10,000. */
  connectTimeoutMs?: number;
  /** File of this node's own that keeps how far it has seen the log. Default: none, and memory alone knows. */
  markFile?: string;
}

/** A store in a schema of a PostgreSQL database, shared by all nodes of a cluster. */
export interface PostgresStore extends Store {
  /**
   * Calls back when another node may have brought something to claim: a new job, a retry, a freed slot. A ring may be
   * doubled or lost. The returned function ends it.
   */
  onRing(listener: () => void): () => void;
  /** The processes that share this store. */
  roster: Roster;
  /** What the house calls itself, the same for all of them. */
  house: string;
}

const SET_BACK = 'The database was set back; the server must be started anew.';
/** A write that takes longer has lost its line, or stands in others' way. */
const WRITE_MS = 10_000;
/** Every so often the mark of what was seen is written down. */
const MARK_MS = 1_000;

/**
 * Opens the store, and makes or updates its schema.
 *
 * @throws StoreOpenError when the database cannot be reached or used, with what the operator can do.
 */
export async function openPostgresStore(options: PostgresStoreOptions): Promise<PostgresStore> {
  const { logger, clock = systemClock, cluster = 'rendercast', markFile = null } = options;
  const { schema = 'rendercast', connectTimeoutMs = 10_000, statementTimeoutMs = 15_000 } = options;
  const reach: Reach = { url: options.url, schema: requireName(schema), connectTimeoutMs, statementTimeoutMs };
  await prepare(reach);

  const seen = createHighWater(markFile);
  let known: Identity | null = null;
  let refusal: RendercastError | null = null;
  /** Looks at the database on each new connection before it is used for anything, and every few seconds. */
  async function greet(sql: Sql): Promise<void> {
    const found = await identify(sql, { schema, cluster, seen });
    known ??= found;
    if (found.epoch === known.epoch) return seen.saw(found.epoch, found.head);
    if (refusal === null) {
      refusal = new RendercastError('storage_unavailable', SET_BACK);
      logger?.fatal('the database was set back to an earlier state; the server must be started anew');
      options.onSetBack?.(found.epoch);
    }
    writer.drop();
    throw refusal;
  }

  // Waited for, and heeded when it rejects, whatever its type says.
  const greetPooled: (client: pg.ClientBase) => unknown = (client) => greet(createSql(client));
  const pool = new pg.Pool({
    ...clientConfig(reach),
    max: options.poolSize ?? 8,
    allowExitOnIdle: true,
    onConnect: greetPooled,
  });
  pool.on('error', () => undefined); // an idle connection broke; the next use makes another
  const read = createSql(pool);
  const node = randomBytes(9).toString('base64url');
  const channel = `${schema}_rendercast`;
  const writing = { ...reach, statementTimeoutMs: Math.min(statementTimeoutMs, WRITE_MS) };
  const writer = createLane({ reach: writing, clock, logger, greet });
  const ear = createEar(
    { reach: writing, clock, logger: undefined, greet },
    { channel, node, heard: () => bell.heard(), look: greet },
  );
  const brief = statementsOf(ear);
  const bell = createDoorbell(brief, clock, channel, node);
  const identity = await opened({ writer, ear, pool, read }, reach, () => known);
  const group = createGroupCommit({
    ...{ lane: writer, read, schema, clock, onCommit: options.onCommit ?? (() => undefined) },
    onDone({ facts, rings }) {
      seen.saw(identity.epoch, facts.at(-1)?.cursor ?? 0);
      if (rings) bell.ring();
    },
  });
  const progress = createNewestProgress(
    (reports) => saveProgress(brief, reports),
    (delayMs, callback) => clock.after(delayMs, callback),
  );
  const marking = setInterval(() => seen.keep(), MARK_MS).unref();
  const parts: StoreParts = { group, pool, read, brief, schema, progress, refusal: () => refusal };
  const reading = createReading(parts);
  return {
    epoch: identity.epoch,
    ...createWriting(parts),
    ...reading,
    async freeSlot(attempt) {
      await reading.freeSlot(attempt);
      bell.ring();
    },
    onRing: (listener) => bell.onRing(listener),
    roster: createRoster(brief),
    house: identity.house,
    async close() {
      clearInterval(marking);
      await progress.flush();
      await group.close();
      await bell.close();
      await Promise.all([writer.close(), ear.close(), pool.end()]);
      seen.keep();
    },
  };
}

/** A name that needs no quotes anywhere, neither in SQL nor in the settings of a connection. */
function requireName(schema: string): string {
  if (/^[a-z_][a-z0-9_]{0,47}$/.test(schema) && !schema.startsWith('pg_')) return schema;
  throw new StoreOpenError(
    'foreign',
    `"${schema}" cannot be a schema here: up to 48 small letters, digits and underscores, not beginning with pg_.`,
  );
}

/** Looks at the server, and makes or updates the schema, on a connection of its own without a time limit. */
async function prepare(reach: Reach): Promise<void> {
  const client = new pg.Client({ ...clientConfig({ ...reach, statementTimeoutMs: 0 }), query_timeout: 0 });
  client.on('error', () => undefined);
  try {
    await client.connect();
    const { rows } = await client.query<ServerFound>(
      `SELECT current_setting('server_version_num')::int AS version, current_setting('server_encoding') AS encoding,
         pg_is_in_recovery() AS standby`,
    );
    for (const server of rows) requireFit(server, reach.url);
    await migrate(client, reach.schema);
  } catch (thrown) {
    throw toOpenError(thrown, reach);
  } finally {
    await client.end().catch(() => undefined);
  }
}

/** The identity of the database, once the connections stand; when one of them cannot be made, none stays. */
async function opened(
  { writer, ear, pool, read }: { writer: Lane; ear: Lane; pool: pg.Pool; read: Sql },
  reach: Reach,
  known: () => Identity | null,
): Promise<Identity & { house: string }> {
  try {
    await Promise.all([writer.sql(), ear.sql()]);
    const identity = known();
    if (identity === null) throw new Error('the database was not looked at');
    return { ...identity, house: await readHouseName(read) };
  } catch (thrown) {
    await Promise.all([writer.close(), ear.close(), pool.end()]);
    throw toOpenError(thrown instanceof Error && thrown.cause !== undefined ? thrown.cause : thrown, reach);
  }
}
