import type { Connection } from './connection.js';

/** Which jobs may go, with the weight already worked out. */
export interface PruneAsked {
  /** Jobs that ended before this time go; null: age is no reason. */
  endedBefore: string | null;
  /** Bytes to be freed beside that; 0: weight is no reason. */
  freeBytes: number;
  favorites: boolean;
  limit: number;
}

export interface PrunedTexts {
  jobIds: string[];
  artifactIds: string[];
  horizon: number;
}

interface Doomed {
  n: number;
  id: string;
  creation: number;
  ended_at: string;
  bytes: number;
}

/**
 * Ended jobs, oldest end first. One whose output a job that has not ended yet starts from stays until that has: the
 * walk passes it by.
 */
const DOOMED = `SELECT n, id, creation, ended_at,
    (SELECT coalesce(sum(bytes), 0) FROM artifacts WHERE artifacts.job = jobs.n) AS bytes
  FROM jobs INDEXED BY jobs_ended
  WHERE state IN ('succeeded', 'failed', 'canceled') AND (favorite = 0 OR ?)
    AND NOT EXISTS (
      SELECT 1 FROM artifacts CROSS JOIN inputs ON inputs.artifact = artifacts.id CROSS JOIN jobs AS user ON user.n = inputs.job
      WHERE artifacts.job = jobs.n AND user.state IN ('queued', 'running'))
  ORDER BY ended_at, n LIMIT ?`;

/** Deletes whole ended jobs with all that hangs on them, oldest first, and raises the feed's horizon. */
export function pruneJobs(connection: Connection, asked: PruneAsked): PrunedTexts {
  const jobIds: string[] = [];
  const artifactIds: string[] = [];
  let horizon = 0;
  let freedBytes = 0;
  for (const job of connection.all<Doomed>(DOOMED, Number(asked.favorites), asked.limit)) {
    const tooOld = asked.endedBefore !== null && job.ended_at < asked.endedBefore;
    if (!tooOld && freedBytes >= asked.freeBytes) break;
    freedBytes += job.bytes;
    jobIds.push(job.id);
    artifactIds.push(...filesOf(connection, job.n));
    horizon = Math.max(horizon, lastCursorOf(connection, job.n));
    forgetJob(connection, job);
  }
  return { jobIds, artifactIds, horizon: raiseHorizon(connection, horizon) };
}

/** Every file the job ever made: those of replaced attempts stand in its facts only. */
function filesOf(connection: Connection, n: number): string[] {
  const rows = connection.all<{ id: string | null }>(
    "SELECT DISTINCT json_extract(fact, '$.artifact.id') AS id FROM facts WHERE job = ? AND type = 'output'",
    n,
  );
  return rows.flatMap(({ id }) => (id === null ? [] : [id]));
}

function lastCursorOf(connection: Connection, n: number): number {
  return (
    connection.get<{ cursor: number | null }>('SELECT max(cursor) AS cursor FROM facts WHERE job = ?', n)?.cursor ?? 0
  );
}

const HANGING_ON = ['search', 'inputs', 'artifacts', 'handles', 'progress', 'leases', 'facts'] as const;

function forgetJob(connection: Connection, { n, creation }: Doomed): void {
  for (const table of HANGING_ON) connection.run(`DELETE FROM ${table} WHERE job = ?`, n);
  connection.run('DELETE FROM jobs WHERE n = ?', n);
  // The request is known, and its key taken, as long as a job of it is left.
  connection.run(
    'DELETE FROM creations WHERE n = ? AND NOT EXISTS (SELECT 1 FROM jobs WHERE creation = ?)',
    creation,
    creation,
  );
}

function raiseHorizon(connection: Connection, upTo: number): number {
  connection.run(
    "UPDATE meta SET value = CAST(max(CAST(value AS INTEGER), ?) AS TEXT) WHERE key = 'horizon'",
    Math.trunc(upTo),
  );
  return Number(connection.get<{ value: string }>("SELECT value FROM meta WHERE key = 'horizon'")?.value ?? 0);
}

/** Forgets uploaded inputs that no job names any more, oldest first; answers their ids. */
export function pruneUploads(connection: Connection, asked: { createdBefore: string; limit: number }): string[] {
  const rows = connection.all<{ id: string }>(
    `SELECT id FROM artifacts INDEXED BY artifacts_uploaded
     WHERE job IS NULL AND created_at < ? AND NOT EXISTS (SELECT 1 FROM inputs WHERE inputs.artifact = artifacts.id)
     ORDER BY created_at, id LIMIT ?`,
    asked.createdBefore,
    asked.limit,
  );
  for (const { id } of rows) connection.run('DELETE FROM artifacts WHERE id = ?', id);
  return rows.map(({ id }) => id);
}

/**
 * Bytes of the files of ended jobs: what retention may weigh. Left to itself, SQLite looks for the favourites among all
 * jobs; through their index 80,000 files are weighed in 2 ms.
 */
export function readWeight(connection: Connection, favorites: boolean): number {
  const row = connection.get<{ bytes: number }>(
    `SELECT (SELECT coalesce(sum(bytes), 0) FROM artifacts WHERE job IS NOT NULL)
       - (SELECT coalesce(sum(bytes), 0) FROM artifacts WHERE job IS NOT NULL AND job IN (
           SELECT n FROM jobs WHERE state IN ('queued', 'running')
           UNION SELECT n FROM jobs INDEXED BY jobs_favorite WHERE favorite = 1 AND NOT ?)) AS bytes`,
    Number(favorites),
  );
  return row?.bytes ?? 0;
}
