import { type FactColumns, type Origin, parseNumbers } from '../fact-texts.js';
import type { FeedStretch, StretchAsked } from '../feed-reading.js';
import { atOneMoment, type Connection, type Value } from './connection.js';

/** The first fact of a job in what was read: with it begins the folding. */
interface First {
  /** Row number of its job. */
  row: number;
  seq: number;
  /** How many facts of the job were read. */
  count: number;
}

/** Facts of one job after a number, oldest first. */
export function readJobFacts(
  connection: Connection,
  asked: { jobId: string; after: number; limit: number },
): { facts: FactColumns; from: Origin } {
  return atOneMoment(connection, () => {
    // The ordered rows are gone through in their order; nothing sorts them again.
    const read = connection.get<{ count: number; row: number; seq: number } & FactColumns>(
      `SELECT count(*) AS count, min(job) AS row, min(seq) AS seq,
         coalesce(group_concat(cursor), '') AS cursors, coalesce(group_concat(fact), '') AS texts
       FROM (SELECT cursor, job, seq, fact FROM facts
         WHERE job = (SELECT n FROM jobs WHERE id = ?) AND seq > ? ORDER BY seq LIMIT ?)`,
      asked.jobId,
      asked.after,
      asked.limit,
    );
    if (read === undefined || read.count === 0) return { facts: { cursors: '', texts: '' }, from: { kind: 'start' } };
    const { cursors, texts } = read;
    return { facts: { cursors, texts }, from: originOf(connection, read, undefined) };
  });
}

/** A stretch of the feed on its way between threads: row numbers are separated by commas. */
export type StretchText = Omit<FeedStretch, 'rows'> & { rows: string };

/** What is asked for on its way between threads: jobs that the asker has, as row numbers, each followed by its fact's. */
export type StretchOrder = Omit<StretchAsked, 'held'> & { held: readonly number[] };

/** The next facts after a cursor, within an owner, a batch or a set of jobs. */
export function readStretch(connection: Connection, asked: StretchOrder): StretchText {
  return atOneMoment(connection, () => {
    const { sql, values } = stretchQuery(asked);
    const read = connection.get<{ rows: string; seqs: string } & FactColumns>(sql, ...values, asked.limit);
    const { cursors = '', texts = '', rows = '', seqs = '' } = read ?? {};
    const numbers = parseNumbers(cursors);
    const firsts = firstOfEach(parseNumbers(rows), parseNumbers(seqs));
    const held = new Map<number, number>();
    for (let at = 0; at < asked.held.length; at += 2) held.set(asked.held[at] ?? 0, asked.held[at + 1] ?? 0);
    const origins = new Map<number, Origin>();
    for (const first of firsts) origins.set(first.row, originOf(connection, first, held.get(first.row)));
    const head = readHead(connection);
    const last = numbers.length < asked.limit ? undefined : numbers.at(-1);
    return {
      facts: { cursors, texts },
      rows,
      origins,
      upTo: Math.max(asked.after, last ?? head),
      head,
      horizon: readHorizon(connection),
    };
  });
}

function firstOfEach(rows: readonly number[], seqs: readonly number[]): Iterable<First> {
  const firsts = new Map<number, First>();
  for (const [index, row] of rows.entries()) {
    const known = firsts.get(row);
    if (known === undefined) firsts.set(row, { row, seq: seqs[index] ?? 0, count: 1 });
    else known.count += 1;
  }
  return firsts.values();
}

/** The unary plus keeps SQLite from walking the whole feed where the few jobs asked for are known. */
function stretchQuery({ owner, filter, after }: StretchOrder): { sql: string; values: Value[] } {
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
  const sql = `SELECT coalesce(group_concat(cursor), '') AS cursors, coalesce(group_concat(fact), '') AS texts,
      coalesce(group_concat(job), '') AS rows, coalesce(group_concat(seq), '') AS seqs
    FROM (SELECT cursor, job, seq, fact FROM facts WHERE ${conditions.join(' AND ')} ORDER BY cursor LIMIT ?)`;
  return { sql, values };
}

/** How the job stood before a fact: folded from the facts before, unless a shorter way leads there. */
function originOf(connection: Connection, { row, seq, count }: First, heldSeq: number | undefined): Origin {
  if (seq === 1) return { kind: 'start' };
  if (heldSeq === seq - 1) return { kind: 'held' };
  if (count === 1) {
    // What a live reader asks for: the newest fact, whose job is the row.
    const newest = connection.get<{ job: string }>('SELECT job FROM jobs WHERE n = ? AND seq = ?', row, seq);
    if (newest !== undefined) return { kind: 'after', job: newest.job };
  }
  const before = connection.get<{ facts: string }>(
    `SELECT coalesce(group_concat(fact), '') AS facts
     FROM (SELECT fact FROM facts WHERE job = ? AND seq < ? AND type <> 'note' ORDER BY seq)`,
    row,
    seq,
  );
  return { kind: 'facts', facts: before?.facts ?? '' };
}

/** Cursor of the newest fact of all; 0 before the first. */
export function readHead(connection: Connection): number {
  return connection.get<{ seq: number }>("SELECT seq FROM sqlite_sequence WHERE name = 'facts'")?.seq ?? 0;
}

/** Facts at or before this cursor may have been pruned. */
export function readHorizon(connection: Connection): number {
  return Number(connection.get<{ value: string }>("SELECT value FROM meta WHERE key = 'horizon'")?.value ?? 0);
}
