import type { Job } from '@rendercast/protocol';
import { isEnded } from '@rendercast/protocol/reduce';
import { plainText, type Sql } from './connection.js';
import type { Row } from './group.js';
import { searchText } from './search-words.js';

/**
 * Locks the rows of jobs until the end of the transaction, in one order, so that groups cannot deadlock; answers them by
 * the server's id.
 */
export async function lockRows(
  sql: Sql,
  ids: readonly string[],
  numbers: readonly number[],
): Promise<Map<string, Row>> {
  if (ids.length === 0 && numbers.length === 0) return new Map();
  const rows = await sql.all<{ n: number; job: string }>(
    `SELECT n, job FROM jobs WHERE n = ANY (ARRAY(
       SELECT n FROM jobs WHERE id = ANY ($1::text[]) UNION SELECT unnest($2::bigint[]))) ORDER BY n FOR UPDATE`,
    ids,
    numbers,
  );
  return new Map(
    rows.map(({ n, job: text }) => {
      const job = JSON.parse(text) as Job;
      return [job.id, { n, stored: job, job }];
    }),
  );
}

/** Adds the rows of new jobs and makes them findable. */
export async function insertRows(sql: Sql, jobs: readonly (Row & { creation: number })[]): Promise<void> {
  if (jobs.length === 0) return;
  const column = <T>(pick: (job: Job) => T) => jobs.map(({ job }) => pick(job));
  const numbers = jobs.map(({ n }) => n);
  const inputs = jobs.flatMap(({ n, job: { request } }) => {
    const named = 'inputs' in request ? (request.inputs ?? []) : [];
    return named.map(({ artifactId }) => ({ n, artifactId }));
  });
  await Promise.all([
    sql.all(
      `INSERT INTO jobs (n, creation, id, owner, kind, engine, model, batch, start_by, client_id, priority, tags, attempt,
         seq, job, holds_client_id, state, canceling, favorite)
       SELECT n, creation, id, owner, kind, engine, model, batch, start_by, client_id, priority,
         ARRAY(SELECT json_array_elements_text(tags::json)), attempt, seq, job, client_id IS NOT NULL, 'queued', false, false
       FROM unnest($1::bigint[], $2::bigint[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[],
         $9::text[], $10::text[], $11::int[], $12::text[], $13::int[], $14::int[], $15::text[])
         AS v(n, creation, id, owner, kind, engine, model, batch, start_by, client_id, priority, tags, attempt, seq, job)`,
      numbers,
      jobs.map(({ creation }) => creation),
      column(({ id }) => id),
      column(({ owner }) => plainText(owner)),
      column(({ kind }) => kind),
      column(({ engine }) => plainText(engine)),
      column(({ request }) => plainText(request.model ?? null)),
      column(({ batch }) => plainText(batch)),
      column(({ startBy }) => startBy),
      column(({ clientId }) => plainText(clientId)),
      column(({ priority }) => priority),
      column(({ tags }) => tagsText(tags)),
      column(({ attempt }) => attempt),
      column(({ seq }) => seq),
      column((job) => JSON.stringify(job)),
    ),
    sql.all(
      'INSERT INTO search (job, words) SELECT * FROM unnest($1::bigint[], $2::text[])',
      numbers,
      column((job) => searchText(job)),
    ),
    ...(inputs.length === 0
      ? []
      : [
          sql.all(
            `INSERT INTO inputs (artifact, job) SELECT DISTINCT * FROM unnest($1::text[], $2::bigint[])`,
            inputs.map(({ artifactId }) => plainText(artifactId)),
            inputs.map(({ n }) => n),
          ),
        ]),
  ]);
}

/** Brings rows, and everything that hangs on them, to the jobs as they stand now. */
export async function updateRows(sql: Sql, rows: Iterable<Row>): Promise<void> {
  const changed = [...rows].filter(({ stored, job }) => stored !== job);
  if (changed.length === 0) return;
  const column = <T>(pick: (job: Job) => T) => changed.map(({ job }) => pick(job));
  const where = (test: (before: Job | null, after: Job) => boolean) =>
    changed.filter(({ stored, job }) => test(stored, job));
  const retagged = where((before, after) => before?.tags !== after.tags && !after.removed);
  const removed = where((before, after) => after.removed && before?.removed !== true);
  const stopped = where((before, after) => before?.state === 'running' && after.state !== 'running');
  const ended = where((before, after) => isEnded(after) && (before === null || !isEnded(before)));
  const numbers = (some: readonly Row[]) => some.map(({ n }) => n);
  const writes = [
    sql.all(
      `UPDATE jobs SET state = v.state, ran_on = v.ran_on, priority = v.priority, canceling = v.canceling,
         favorite = v.favorite, tags = CASE WHEN v.tags IS NULL THEN jobs.tags
           ELSE ARRAY(SELECT json_array_elements_text(v.tags::json)) END,
         not_before = v.not_before, ended_at = v.ended_at, attempt = v.attempt, seq = v.seq, job = v.job
       FROM unnest($1::bigint[], $2::text[], $3::text[], $4::int[], $5::bool[], $6::bool[], $7::text[], $8::text[],
         $9::text[], $10::int[], $11::int[], $12::text[])
         AS v(n, state, ran_on, priority, canceling, favorite, tags, not_before, ended_at, attempt, seq, job)
       WHERE jobs.n = v.n`,
      numbers(changed),
      column(({ state }) => state),
      column(({ ranOn }) => plainText(ranOn?.engine ?? null)),
      column(({ priority }) => priority),
      column(({ canceling }) => canceling),
      column(({ favorite }) => favorite),
      changed.map(({ stored, job }) => (stored?.tags === job.tags ? null : tagsText(job.tags))),
      column(({ notBefore }) => notBefore),
      column(({ endedAt }) => endedAt),
      column(({ attempt }) => attempt),
      column(({ seq }) => seq),
      column((job) => JSON.stringify(job)),
    ),
  ];
  if (retagged.length > 0)
    writes.push(
      sql.all(
        `UPDATE search SET words = v.words FROM unnest($1::bigint[], $2::text[]) AS v(job, words) WHERE search.job = v.job`,
        numbers(retagged),
        retagged.map(({ job }) => searchText(job)),
      ),
    );
  if (removed.length > 0) writes.push(...forgetContent(sql, numbers(removed)));
  if (stopped.length > 0) writes.push(...['leases', 'progress'].map((table) => forget(sql, table, numbers(stopped))));
  if (ended.length > 0) writes.push(forget(sql, 'handles', numbers(ended)));
  await Promise.all(writes);
  for (const row of changed) row.stored = row.job;
}

/** A removed job is found by no word and by no client's id, and uses no file. */
function forgetContent(sql: Sql, numbers: readonly number[]): Promise<unknown[]>[] {
  return [
    forget(sql, 'inputs', numbers),
    forget(sql, 'search', numbers),
    sql.all(
      'UPDATE jobs SET client_id = NULL, holds_client_id = false, model = NULL WHERE n = ANY ($1::bigint[])',
      numbers,
    ),
  ];
}

/** Deletes what hangs on jobs, its rows locked in one order: a renewal takes several at once, too. */
function forget(sql: Sql, table: string, numbers: readonly number[]): Promise<unknown[]> {
  return sql.all(
    `DELETE FROM ${table} WHERE job = ANY (ARRAY(
       SELECT job FROM ${table} WHERE job = ANY ($1::bigint[]) ORDER BY job FOR UPDATE))`,
    numbers,
  );
}

function tagsText(tags: readonly string[]): string {
  return JSON.stringify(tags.map((tag) => plainText(tag)));
}
