import { createHash } from 'node:crypto';
import pg, { type ClientConfig } from 'pg';

/** What a statement takes. */
export type Value = string | number | boolean | null | readonly (string | number | boolean | null)[];

/** Whatever answers statements: one connection, or any of several. */
export interface Statements {
  /** Runs one statement, prepared once on each connection under a name of its own. */
  all<Row>(text: string, ...values: Value[]): Promise<Row[]>;
  /** The same for a statement of many shapes, planned anew each time. */
  once<Row>(text: string, ...values: Value[]): Promise<Row[]>;
}

/** One that can be in a transaction. */
export interface Sql extends Statements {
  /** Commits; rejects where the server rolled back instead, because a statement of the transaction had failed. */
  commit(): Promise<void>;
}

/** How to reach the database, and how long to wait for what. */
export interface Reach {
  url: string;
  schema: string;
  /** Longest wait for a connection, in milliseconds. */
  connectTimeoutMs: number;
  /** Longest time for one statement, in milliseconds. */
  statementTimeoutMs: number;
}

/** A transaction whose node fell silent (it is frozen, or cut off) gives its locks back after this. */
const IDLE_IN_TRANSACTION_MS = 5_000;
const INT8 = 20;

/**
 * Settings of every connection: a commit is on disk when it is answered, no statement and no forgotten transaction holds
 * locks for long, and names are those of the schema.
 */
export function clientConfig({ url, schema, connectTimeoutMs, statementTimeoutMs }: Reach): ClientConfig {
  const settings = {
    search_path: schema,
    synchronous_commit: 'on',
    standard_conforming_strings: 'on',
    idle_in_transaction_session_timeout: IDLE_IN_TRANSACTION_MS,
    statement_timeout: statementTimeoutMs,
    lock_timeout: statementTimeoutMs,
  };
  const address = splitOptions(url);
  return {
    connectionString: address.url,
    application_name: 'rendercast',
    connectionTimeoutMillis: connectTimeoutMs,
    // The server ends what takes too long; should even that word not come, the line is dead.
    query_timeout: statementTimeoutMs + 2_000,
    keepAlive: true,
    options: [address.options, ...Object.entries(settings).map(([name, value]) => `-c ${name}=${value}`)].join(' '),
    types: { getTypeParser: (oid, format) => (oid === INT8 ? Number : pg.types.getTypeParser(oid, format)) as never },
  };
}

/** Settings that the address names would take the place of ours: they go before them instead. */
function splitOptions(url: string): { url: string; options: string } {
  if (!URL.canParse(url)) return { url, options: '' };
  const address = new URL(url);
  const options = address.searchParams.get('options');
  if (options === null) return { url, options: '' };
  address.searchParams.delete('options');
  return { url: address.href, options };
}

const names = new Map<string, string>();

/** The name under which a statement is prepared: the same on every node, so that one connection may serve many. */
function nameOf(text: string): string {
  let name = names.get(text);
  if (name === undefined) {
    name = createHash('sha256').update(text).digest('base64url').slice(0, 16);
    names.set(text, name);
  }
  return name;
}

/** Speaks to a client or a pool. */
export function createSql(client: pg.ClientBase | pg.Pool): Sql {
  return {
    all: async <Row>(text: string, ...values: Value[]) =>
      (await client.query({ name: nameOf(text), text, values })).rows as Row[],
    once: async <Row>(text: string, ...values: Value[]) => (await client.query({ text, values })).rows as Row[],
    async commit() {
      const { command } = await client.query('COMMIT');
      if (command !== 'COMMIT') throw new Error('the transaction was rolled back');
    },
  };
}

/** PostgreSQL keeps no NUL character in its texts: in what is only looked for, another stands for it. */
export function plainText<T extends string | null>(text: T): T {
  return (text?.includes('\0') ? text.replaceAll('\0', '\u2400') : text) as T;
}
