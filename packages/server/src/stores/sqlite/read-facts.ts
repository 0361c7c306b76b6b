import type { Filter } from '@rendercast/protocol';
import { atOneMoment, type Connection, type Value } from './connection.js';
import type { FactText, Origin } from './fact-texts.js';

interface FactRow extends FactText {
  /** Row number of its job. */
  row: number;
  seq: number;
}

/** Facts of one job after a number, oldest first. */
export function readJobFacts(
  connection: Connection,
  asked: { jobId: string; after: number; limit: number },
): { facts: FactText[]; from: Origin } {
  return atOneMoment(connection, () => {
    const facts = connection.all<FactRow>(
      `SELECT cursor, job AS row, seq, fact AS text FROM facts
       WHERE job = (SELECT n FROM jobs WHERE id = ?) AND seq > ? ORDER BY seq LIMIT ?`,
      asked.jobId,
      asked.after,
      asked.limit,
    );
    const [first] = facts;
    return { facts, from: first === undefined ? { kind: 'start' } : originOf(connection, first, facts.length === 1) };
  });
}

/** A stretch of the feed. */
export interface FeedStretch {
  facts: (FactText & { row: number })[];
  /** By the row number of each job that occurs. */
  origins: Map<number, Origin>;
  /** Everything up to here was looked at. */
  upTo: number;
  head: number;
  horizon: number;
}

/** Which part of the feed to look at; of the filter, only what never changes is looked at here. */
export interface StretchAsked {
  owner: string | null;
  filter: Pick<Filter, 'jobs' | 'batch'>;
  after: number;
  limit: number;
}

/** The next facts after a cursor, within an owner, a batch or a set of jobs. */
export function readStretch(connection: Connection, asked: StretchAsked): FeedStretch {
  return atOneMoment(connection, () => {
    const { sql, values } = stretchQuery(asked);
    const facts = connection.all<FactRow>(sql, ...values, asked.limit);
    const perJob = new Map<number, { first: FactRow; count: number }>();
    for (const fact of facts) {
      const known = perJob.get(fact.row);
      if (known === undefined) perJob.set(fact.row, { first: fact, count: 1 });
      else known.count += 1;
    }
    const origins = new Map<number, Origin>();
    for (const [row, { first, count }] of perJob) origins.set(row, originOf(connection, first, count === 1));
    const head = readHead(connection);
    const last = facts.length < asked.limit ? undefined : facts.at(-1);
    return {
      facts,
      origins,
      upTo: Math.max(asked.after, last?.cursor ?? head),
      head,
      horizon: readHorizon(connection),
    };
  });
}

/** The unary plus keeps SQLite from walking the whole feed where the few jobs asked for are known. */
function stretchQuery({ owner, filter, after }: StretchAsked): { sql: string; values: Value[] } {
  const conditions: string[] = [];
  const values: Value[] = [];
  const narrow = filter.jobs !== undefined || filter.batch !== undefined;
  if (filter.jobs !== undefined) {
    const ids = JSON.stringify(filter.jobs);
    conditions.push(
      `job IN (SELECT n FROM jobs WHERE id IN (SELECT value FROM json_each(?))
         UNION SELECT n FROM jobs WHERE client_id IN (SELECT value FROM json_each(?)))`,
    );
    values.push(ids, ids);
  }
  if (filter.batch !== undefined) {
    conditions.push('job IN (SELECT n FROM jobs WHERE batch = ?)');
    values.push(filter.batch);
  }
  if (owner !== null) {
    conditions.push(narrow ? '+owner = ?' : 'owner = ?');
    values.push(owner);
  }
  conditions.push(narrow ? '+cursor > ?' : 'cursor > ?');
  values.push(after);
  const sql = `SELECT cursor, job AS row, seq, fact AS text FROM facts
    WHERE ${conditions.join(' AND ')} ORDER BY cursor LIMIT ?`;
  return { sql, values };
}

/** How the job stood before a fact: folded from the facts before, unless a shorter way leads there. */
function originOf(connection: Connection, first: FactRow, alone: boolean): Origin {
  if (first.seq === 1) return { kind: 'start' };
  if (alone) {
    // What a live reader asks for: the newest fact, whose job is the row.
    const row = connection.get<{ job: string }>('SELECT job FROM jobs WHERE n = ? AND seq = ?', first.row, first.seq);
    if (row !== undefined) return { kind: 'after', job: row.job };
  }
  const facts = connection.all<{ text: string }>(
    "SELECT fact AS text FROM facts WHERE job = ? AND seq < ? AND type <> 'note' ORDER BY seq",
    first.row,
    first.seq,
  );
  return { kind: 'facts', facts: facts.map(({ text }) => text) };
}

/** Cursor of the newest fact of all; 0 before the first. */
export function readHead(connection: Connection): number {
  return connection.get<{ seq: number }>("SELECT seq FROM sqlite_sequence WHERE name = 'facts'")?.seq ?? 0;
}

/** Facts at or before this cursor may have been pruned. */
export function readHorizon(connection: Connection): number {
  return Number(connection.get<{ value: string }>("SELECT value FROM meta WHERE key = 'horizon'")?.value ?? 0);
}
