import type { LoggedFact } from '@rendercast/protocol';
import { createFold, type FactColumns, type Origin, parseColumns, parseNumbers } from '../fact-texts.js';
import type { FeedStretch, StretchAsked } from '../feed-reading.js';
import { plainText, type Sql, type Value } from './connection.js';

/** Cursor of the newest fact of all, and the one up to which facts may have been pruned. */
export const HEAD = '(SELECT head FROM feed)';
export const HORIZON = "(SELECT value::bigint FROM meta WHERE key = 'horizon')";

/** Facts of one job after a number, oldest first. One statement, so that everything in it is of one moment. */
export async function readJobFacts(sql: Sql, jobId: string, after: number, limit: number): Promise<LoggedFact[]> {
  const [read] = await sql.all<FactColumns & { before: string }>(
    `WITH asked AS MATERIALIZED (
       SELECT cursor, job, seq, fact FROM facts
       WHERE job = (SELECT n FROM jobs WHERE id = $1) AND seq > $2::int ORDER BY seq LIMIT $3::int),
     first AS (SELECT job, min(seq) AS seq FROM asked GROUP BY job)
     SELECT coalesce(string_agg(cursor::text, ',' ORDER BY seq), '') AS cursors,
       coalesce(string_agg(fact, ',' ORDER BY seq), '') AS texts,
       (SELECT coalesce(string_agg(facts.fact, ',' ORDER BY facts.seq), '') FROM first
          JOIN facts ON facts.job = first.job AND facts.seq < first.seq AND facts.type <> 'note') AS before
     FROM asked`,
    plainText(jobId),
    after,
    limit,
  );
  if (read === undefined) return [];
  return parseColumns(read).map(createFold({ kind: 'facts', facts: read.before }));
}

interface Read extends FactColumns {
  rows: string;
  /** Jobs whose earlier facts are not needed, as the only one read is their newest: number and text of each. */
  newestRows: string;
  newest: string;
  /** Jobs with earlier facts, and these as one text each. */
  earlierRows: string;
  earlier: string;
  head: number;
  horizon: number;
}

/** The next facts after a cursor, within an owner, a batch or a set of jobs: one statement, of one moment. */
export async function readStretch(sql: Sql, asked: StretchAsked): Promise<FeedStretch> {
  const { text, values } = stretchQuery(asked);
  const [read] = await sql.all<Read>(text, ...values);
  if (read === undefined) throw new Error('the database has lost its counter');
  const rows = parseNumbers(read.rows);
  const cursors = parseNumbers(read.cursors);
  const last = cursors.length < asked.limit ? undefined : cursors.at(-1);
  return {
    facts: read,
    rows,
    origins: originsOf(read, rows, asked.held),
    upTo: Math.max(asked.after, last ?? read.head),
    head: read.head,
    horizon: read.horizon,
  };
}

function originsOf(read: Read, rows: readonly number[], held: StretchAsked['held']): Map<number, Origin> {
  const origins = new Map<number, Origin>();
  const newest = JSON.parse(`[${read.newest}]`) as string[];
  for (const [index, row] of parseNumbers(read.newestRows).entries())
    origins.set(row, { kind: 'after', job: newest[index] ?? '' });
  const earlier = JSON.parse(`[${read.earlier}]`) as string[];
  for (const [index, row] of parseNumbers(read.earlierRows).entries())
    origins.set(row, { kind: 'facts', facts: earlier[index] ?? '' });
  // What is left begins here, or is in the asker's hands at the fact before.
  for (const row of rows) if (!origins.has(row)) origins.set(row, held.has(row) ? { kind: 'held' } : { kind: 'start' });
  return origins;
}

function stretchQuery({ owner, filter, after, limit, held }: StretchAsked): { text: string; values: Value[] } {
  const values: Value[] = [after, limit, [...held.keys()], [...held.values()].map(({ seq }) => seq)];
  const conditions = ['cursor > $1::bigint'];
  const add = (value: Value): string => `$${values.push(value)}`;
  if (filter.jobs !== undefined) {
    const ids = add(filter.jobs.map((id) => plainText(id)));
    conditions.push(
      `job = ANY (ARRAY(SELECT n FROM jobs WHERE id = ANY (${ids}::text[])
         UNION SELECT n FROM jobs WHERE client_id = ANY (${ids}::text[])))`,
    );
  }
  if (filter.batch !== undefined)
    conditions.push(`job = ANY (ARRAY(SELECT n FROM jobs WHERE batch = ${add(plainText(filter.batch))}))`);
  if (owner !== null) conditions.push(`owner = ${add(plainText(owner))}`);
  const text = `WITH asked AS MATERIALIZED (
      SELECT cursor, job, seq, fact FROM facts WHERE ${conditions.join(' AND ')} ORDER BY cursor LIMIT $2::int),
    first AS MATERIALIZED (
      SELECT asked.job, min(asked.seq) AS seq, count(*) AS facts FROM asked GROUP BY asked.job),
    old AS MATERIALIZED (
      SELECT first.*, newest.job AS newest FROM first
        LEFT JOIN jobs AS newest ON first.facts = 1 AND newest.n = first.job AND newest.seq = first.seq
      WHERE first.seq > 1
        AND (first.job, first.seq - 1) NOT IN (SELECT * FROM unnest($3::bigint[], $4::int[]))),
    earlier AS (
      SELECT old.job, string_agg(facts.fact, ',' ORDER BY facts.seq) AS texts FROM old
        JOIN facts ON facts.job = old.job AND facts.seq < old.seq AND facts.type <> 'note'
      WHERE old.newest IS NULL GROUP BY old.job)
    SELECT coalesce((SELECT string_agg(cursor::text, ',' ORDER BY cursor) FROM asked), '') AS cursors,
      coalesce((SELECT string_agg(fact, ',' ORDER BY cursor) FROM asked), '') AS texts,
      coalesce((SELECT string_agg(job::text, ',' ORDER BY cursor) FROM asked), '') AS rows,
      coalesce((SELECT string_agg(job::text, ',' ORDER BY job) FROM old WHERE newest IS NOT NULL), '') AS "newestRows",
      coalesce((SELECT string_agg(to_json(newest)::text, ',' ORDER BY job) FROM old WHERE newest IS NOT NULL), '') AS newest,
      coalesce((SELECT string_agg(job::text, ',' ORDER BY job) FROM earlier), '') AS "earlierRows",
      coalesce((SELECT string_agg(to_json(texts)::text, ',' ORDER BY job) FROM earlier), '') AS earlier,
      ${HEAD} AS head, ${HORIZON} AS horizon`;
  return { text, values };
}
