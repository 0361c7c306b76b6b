import { RendercastError } from '@rendercast/protocol/errors';
import pg from 'pg';
import type { Clock } from '../../clock.js';
import type { Logger } from '../../logger.js';
import { clientConfig, createSql, type Reach, type Sql, type Statements } from './connection.js';
import { toStoreError } from './postgres-codes.js';

/** One connection that is made anew when it breaks. */
export interface Lane {
  /**
   * The connection, made if there is none. After a failed try the next ones are refused at once for a while.
   *
   * @throws RendercastError `storage_unavailable` when there is none to be had.
   */
  sql(): Promise<Sql>;
  /** Lets go of a connection that broke, or whose transaction nobody can tell anything about. */
  drop(): void;
  close(): Promise<void>;
}

export interface LaneOptions {
  reach: Reach;
  clock: Clock;
  logger: Logger | undefined;
  /** Called on each new connection, before it is used. */
  greet: (sql: Sql, client: pg.Client) => Promise<void>;
  /** Told when a connection that stood has broken. */
  onBreak?: () => void;
}

const FIRST_WAIT_MS = 50;
const LONGEST_WAIT_MS = 3_000;

/** A lane that connects with the first use. Statements of one turn leave together, without waiting for each other. */
export function createLane({ reach, clock, logger, greet, onBreak }: LaneOptions): Lane {
  let standing: { client: pg.Client; sql: Sql } | null = null;
  let connecting: Promise<Sql> | null = null;
  let failures = 0;
  let failure: { error: RendercastError; untilMs: number } | null = null;
  let closed = false;

  async function connect(): Promise<Sql> {
    const client = new pg.Client({ ...clientConfig(reach), pipeline: true });
    const sql = createSql(client);
    client.on('error', () => broke(client));
    client.on('end', () => broke(client));
    try {
      await client.connect();
      await greet(sql, client);
    } catch (thrown) {
      void client.end().catch(() => undefined);
      failures += 1;
      const error = toStoreError(thrown);
      const waitMs = Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** (failures - 1));
      failure = { error, untilMs: clock.monotonic() + waitMs };
      if (failures === 1) logger?.warn({ error: thrown }, 'the database cannot be reached; trying again');
      throw error;
    }
    if (failures > 0) logger?.info('the database can be reached again');
    failures = 0;
    failure = null;
    standing = { client, sql };
    return sql;
  }

  function broke(client: pg.Client): void {
    if (standing?.client !== client) return;
    standing = null;
    if (!closed) onBreak?.();
  }

  return {
    async sql() {
      if (closed) throw new RendercastError('shutting_down');
      if (standing !== null) return standing.sql;
      if (failure !== null && connecting === null && clock.monotonic() < failure.untilMs) throw failure.error;
      connecting ??= connect().finally(() => {
        connecting = null;
      });
      return connecting;
    },
    drop() {
      const client = standing?.client;
      standing = null;
      void client?.end().catch(() => undefined);
      // A polite end waits for the answers of what was sent; nobody waits for those any more.
      if (client !== undefined) streamOf(client)?.destroy();
    },
    async close() {
      closed = true;
      await connecting?.catch(() => undefined);
      const client = standing?.client;
      standing = null;
      await client?.end().catch(() => undefined);
    },
  };
}

/** Speaks through whatever connection the lane has: for single statements, which need no transaction. */
export function statementsOf(lane: Lane): Statements {
  return {
    all: async (text, ...values) => (await lane.sql()).all(text, ...values),
    once: async (text, ...values) => (await lane.sql()).once(text, ...values),
  };
}

function streamOf(client: pg.Client): { destroy(): void } | null {
  const { connection } = client as unknown as { connection?: { stream?: { destroy(): void } } };
  return connection?.stream ?? null;
}
