import type { Artifact, Job, JobState, Progress } from '@rendercast/protocol';
import type { Heads, Stored, WaitingJob } from '../store.js';
import { plainText, type Sql } from './connection.js';
import { HEAD, HORIZON } from './read-facts.js';

const FOUND = `SELECT job,
  (SELECT cursor FROM facts WHERE facts.job = jobs.n AND facts.seq = jobs.seq) AS cursor,
  (SELECT value FROM progress WHERE progress.job = jobs.n AND progress.attempt = jobs.attempt AND jobs.state = 'running')
    AS progress
  FROM jobs`;
const ANYBODYS = `${FOUND} WHERE n = coalesce((SELECT n FROM jobs WHERE id = $1),
  (SELECT n FROM jobs WHERE client_id = $1 AND holds_client_id ORDER BY n DESC LIMIT 1))`;
const OWN = `${FOUND} WHERE n = coalesce((SELECT n FROM jobs WHERE id = $1 AND owner = $2),
  (SELECT n FROM jobs WHERE owner = $2 AND client_id = $1 AND holds_client_id))`;

/**
 * By the server's id, else by the client's own. Two owners may use one id of their own: an operator gets the newest.
 */
export async function findJob(sql: Sql, id: string, owner: string | null): Promise<Stored | null> {
  type Found = { job: string; cursor: number; progress: string | null };
  const [found] =
    owner === null
      ? await sql.all<Found>(ANYBODYS, plainText(id))
      : await sql.all<Found>(OWN, plainText(id), plainText(owner));
  if (found === undefined) return null;
  return {
    job: JSON.parse(found.job) as Job,
    cursor: found.cursor,
    progress: found.progress === null ? null : (JSON.parse(found.progress) as Progress),
  };
}

/** Number of the last fact of each job that exists, and of the feed. */
export async function readHeads(sql: Sql, ids: readonly string[]): Promise<Heads> {
  const [read] = await sql.all<{ ids: string[]; seqs: number[]; head: number; horizon: number }>(
    `SELECT coalesce(array_agg(id), '{}') AS ids, coalesce(array_agg(seq), '{}') AS seqs, ${HEAD} AS head, ${HORIZON} AS horizon
     FROM jobs WHERE id = ANY ($1::text[])`,
    ids.map((id) => plainText(id)),
  );
  if (read === undefined) throw new Error('the database has lost its counter');
  return {
    jobs: new Map(read.ids.map((id, index) => [id, read.seqs[index] ?? 0])),
    feed: read.head,
    horizon: read.horizon,
  };
}

/** Waiting jobs in the order in which they would run: highest priority, then oldest. */
export async function readWaiting(sql: Sql, limit: number): Promise<WaitingJob[]> {
  return await sql.all<WaitingJob>(
    `SELECT id, kind, engine, model, attempt, seq, not_before AS "notBefore" FROM jobs
     WHERE state = 'queued' AND NOT canceling ORDER BY priority DESC, n LIMIT $1::bigint`,
    limit,
  );
}

/** How many jobs stand where. */
export async function readCounts(sql: Sql): Promise<Record<JobState, number>> {
  const counts: Record<JobState, number> = { queued: 0, running: 0, succeeded: 0, failed: 0, canceled: 0 };
  for (const { state, jobs } of await sql.all<{ state: JobState; jobs: number }>('SELECT state, jobs FROM totals'))
    counts[state] = jobs;
  return counts;
}

/** Queued jobs whose `startBy` lies before a time. */
export async function readOverdue(sql: Sql, now: string): Promise<Job[]> {
  const rows = await sql.all<{ job: string }>(
    "SELECT job FROM jobs WHERE state = 'queued' AND start_by IS NOT NULL AND start_by < $1 ORDER BY start_by, n",
    now,
  );
  return rows.map(({ job }) => JSON.parse(job) as Job);
}

/** An artifact within reach. */
export async function readArtifact(sql: Sql, id: string, owner: string | null): Promise<Artifact | null> {
  const [row] = await sql.all<{ artifact: string }>(
    'SELECT artifact FROM artifacts WHERE id = $1 AND ($2::text IS NULL OR owner = $2)',
    plainText(id),
    plainText(owner),
  );
  return row === undefined ? null : (JSON.parse(row.artifact) as Artifact);
}

/** Artifacts within reach whose digest begins so. */
export async function readArtifactsByDigest(
  sql: Sql,
  start: string,
  owner: string | null,
  limit: number,
): Promise<Artifact[]> {
  // The digits of a digest are all below `g`.
  const rows = await sql.all<{ artifact: string }>(
    `SELECT artifact FROM artifacts WHERE digest >= $1 AND digest < $2 AND ($3::text IS NULL OR owner = $3)
     ORDER BY id LIMIT $4::int`,
    plainText(start),
    plainText(`${start}g`),
    plainText(owner),
    limit,
  );
  return rows.map(({ artifact }) => JSON.parse(artifact) as Artifact);
}

/** Which of these artifacts are remembered. */
export async function readKnownArtifacts(sql: Sql, ids: readonly string[]): Promise<string[]> {
  const rows = await sql.all<{ id: string }>(
    'SELECT id FROM artifacts WHERE id = ANY ($1::text[])',
    ids.map((id) => plainText(id)),
  );
  return rows.map(({ id }) => id);
}
