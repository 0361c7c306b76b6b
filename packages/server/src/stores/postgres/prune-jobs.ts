import type { Pruned, PruneRequest } from '../store.js';
import { lockKey } from './advisory-keys.js';
import { plainText, type Sql } from './connection.js';

interface Doomed {
  n: number;
  creation: number;
  id: string;
  state: string;
  endedAt: string;
  bytes: number;
}

/**
 * Ended jobs, oldest end first. One whose output a job that has not ended yet starts from stays until that has: the walk
 * passes it by, and so it does with jobs that somebody else changes just now.
 */
const DOOMED = `SELECT n, creation, id, state, ended_at AS "endedAt",
    (SELECT coalesce(sum(bytes), 0)::bigint FROM artifacts WHERE artifacts.job = jobs.n) AS bytes
  FROM jobs
  WHERE state IN ('succeeded', 'failed', 'canceled') AND (NOT favorite OR $1::bool)
    AND NOT EXISTS (
      SELECT 1 FROM artifacts JOIN inputs ON inputs.artifact = artifacts.id JOIN jobs AS heir ON heir.n = inputs.job
      WHERE artifacts.job = jobs.n AND heir.state IN ('queued', 'running'))
  ORDER BY ended_at, n LIMIT $2::int FOR UPDATE OF jobs SKIP LOCKED`;

/** Bytes of the files of ended jobs: what retention may weigh. */
const WEIGHT = `SELECT (SELECT coalesce(sum(bytes), 0) FROM artifacts WHERE job IS NOT NULL)::bigint
    - (SELECT coalesce(sum(bytes), 0) FROM artifacts WHERE job IN (
        SELECT n FROM jobs WHERE state IN ('queued', 'running')
        UNION SELECT n FROM jobs WHERE favorite AND NOT $1::bool))::bigint AS bytes`;

/**
 * Deletes whole ended jobs with all that hangs on them, oldest first, and raises the feed's horizon; inside a transaction
 * of its own. One node prunes at a time: two would both free what is too much.
 */
export async function pruneJobs(sql: Sql, schema: string, request: PruneRequest): Promise<Pruned> {
  const { endedBefore, maxBytes, favorites, limit } = request;
  await sql.once('SELECT pg_advisory_xact_lock($1::bigint)', lockKey(schema, 'prune'));
  const [weighed] = maxBytes === null ? [] : await sql.all<{ bytes: number }>(WEIGHT, favorites);
  const freeBytes = weighed === undefined || maxBytes === null ? 0 : Math.max(0, weighed.bytes - maxBytes);
  const doomed: Doomed[] = [];
  let freedBytes = 0;
  for (const job of await sql.all<Doomed>(DOOMED, favorites, limit)) {
    const tooOld = endedBefore !== null && job.endedAt < endedBefore;
    if (!tooOld && freedBytes >= freeBytes) break;
    freedBytes += job.bytes;
    doomed.push(job);
  }
  const artifactIds = await filesOf(sql, doomed);
  const last = await forgetJobs(sql, doomed);
  const [kept] = await sql.all<{ horizon: number }>(
    `UPDATE meta SET value = greatest(value::bigint, $1::bigint)::text WHERE key = 'horizon' RETURNING value::bigint AS horizon`,
    last,
  );
  return { jobIds: doomed.map(({ id }) => id), artifactIds, horizon: kept?.horizon ?? 0 };
}

/** Every file the jobs ever made: those of replaced attempts stand in their facts only. */
async function filesOf(sql: Sql, doomed: readonly Doomed[]): Promise<string[]> {
  const rows = await sql.all<{ fact: string }>(
    "SELECT fact FROM facts WHERE job = ANY ($1::bigint[]) AND type = 'output' ORDER BY cursor",
    doomed.map(({ n }) => n),
  );
  const ids = rows.flatMap(({ fact }) => {
    const { artifact } = JSON.parse(fact) as { artifact?: { id: string } | null };
    return artifact === null || artifact === undefined ? [] : [artifact.id];
  });
  return [...new Set(ids)];
}

const HANGING_ON = ['search', 'inputs', 'artifacts', 'handles', 'progress', 'leases'] as const;

/** Answers the cursor of the newest fact that went. */
async function forgetJobs(sql: Sql, doomed: readonly Doomed[]): Promise<number> {
  if (doomed.length === 0) return 0;
  const numbers = doomed.map(({ n }) => n);
  for (const table of HANGING_ON) await sql.all(`DELETE FROM ${table} WHERE job = ANY ($1::bigint[])`, numbers);
  const [facts] = await sql.all<{ last: number }>(
    `WITH gone AS (DELETE FROM facts WHERE job = ANY ($1::bigint[]) RETURNING cursor)
     SELECT coalesce(max(cursor), 0) AS last FROM gone`,
    numbers,
  );
  await sql.all('DELETE FROM jobs WHERE n = ANY ($1::bigint[])', numbers);
  // The request is known, and its key taken, as long as a job of it is left.
  await sql.all(
    `DELETE FROM creations WHERE n = ANY ($1::bigint[]) AND NOT EXISTS (SELECT 1 FROM jobs WHERE jobs.creation = creations.n)`,
    doomed.map(({ creation }) => creation),
  );
  // Last: a group that commits just now waits for these rows while it holds the counter.
  await sql.all(
    `INSERT INTO totals (state, jobs) SELECT state, -count(*) FROM unnest($1::text[]) AS state GROUP BY state ORDER BY state
     ON CONFLICT (state) DO UPDATE SET jobs = totals.jobs + excluded.jobs`,
    doomed.map(({ state }) => state),
  );
  return facts?.last ?? 0;
}

/** Forgets uploaded inputs that no job names any more, oldest first; answers their ids. */
export async function pruneUploads(sql: Sql, createdBefore: string, limit: number): Promise<string[]> {
  const rows = await sql.all<{ id: string }>(
    `WITH old AS MATERIALIZED (
       SELECT id FROM artifacts
       WHERE job IS NULL AND created_at < $1 AND NOT EXISTS (SELECT 1 FROM inputs WHERE inputs.artifact = artifacts.id)
       ORDER BY created_at, id LIMIT $2::int FOR UPDATE SKIP LOCKED),
     gone AS (DELETE FROM artifacts USING old WHERE artifacts.id = old.id RETURNING artifacts.id, artifacts.created_at)
     SELECT id FROM gone ORDER BY created_at, id`,
    plainText(createdBefore),
    limit,
  );
  return rows.map(({ id }) => id);
}
