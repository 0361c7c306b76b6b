import type { JobState } from '@rendercast/protocol';
import type { WaitingJob } from '../store.js';
import { atOneMoment, type Connection } from './connection.js';
import { readHead, readHorizon } from './read-facts.js';

/** A job with what is kept beside its facts, as text. */
export interface FoundText {
  job: string;
  cursor: number;
  progress: string | null;
}

const FOUND = `SELECT job,
  (SELECT cursor FROM facts WHERE facts.job = jobs.n AND facts.seq = jobs.seq) AS cursor,
  (SELECT value FROM progress WHERE progress.job = jobs.n AND progress.attempt = jobs.attempt) AS progress
  FROM jobs`;

/**
 * By the server's id, else by the client's own. Two owners may use one id of their own: an operator gets the newest.
 */
export function findJob(connection: Connection, asked: { id: string; owner: string | null }): FoundText | null {
  const { id, owner } = asked;
  const found =
    owner === null
      ? (connection.get<FoundText>(`${FOUND} WHERE id = ?`, id) ??
        connection.get<FoundText>(`${FOUND} WHERE client_id = ? AND holds_client_id = 1 ORDER BY n DESC LIMIT 1`, id))
      : (connection.get<FoundText>(`${FOUND} WHERE id = ? AND +owner = ?`, id, owner) ??
        connection.get<FoundText>(`${FOUND} WHERE owner = ? AND client_id = ? AND holds_client_id = 1`, owner, id));
  return found === undefined ? null : { ...found };
}

/** Number of the last fact of each job that exists, and of the feed. */
export function readHeads(
  connection: Connection,
  ids: readonly string[],
): { jobs: [string, number][]; feed: number; horizon: number } {
  return atOneMoment(connection, () => {
    const rows = connection.all<{ id: string; seq: number }>(
      'SELECT id, seq FROM jobs WHERE id IN (SELECT value FROM json_each(?))',
      JSON.stringify(ids),
    );
    return {
      jobs: rows.map(({ id, seq }) => [id, seq]),
      feed: readHead(connection),
      horizon: readHorizon(connection),
    };
  });
}

/**
 * Waiting jobs in the order in which they would run: highest priority, then oldest. As JSON, since they may be many.
 */
export function readWaiting(connection: Connection, limit: number): string {
  const rows = connection.all<WaitingJob>(
    `SELECT id, kind, engine, model, attempt, seq, not_before AS notBefore FROM jobs INDEXED BY jobs_waiting
     WHERE state = 'queued' AND canceling = 0 ORDER BY priority DESC, n LIMIT ?`,
    limit,
  );
  return JSON.stringify(rows);
}

/** How many jobs stand where. */
export function readCounts(connection: Connection): Record<JobState, number> {
  const counts: Record<JobState, number> = { queued: 0, running: 0, succeeded: 0, failed: 0, canceled: 0 };
  const rows = connection.all<{ state: JobState; jobs: number }>(
    'SELECT state, sum(jobs) AS jobs FROM tallies GROUP BY state',
  );
  for (const { state, jobs } of rows) counts[state] = jobs;
  return counts;
}

/** Queued jobs whose `startBy` lies before a time. */
export function readOverdue(connection: Connection, now: string): string[] {
  const rows = connection.all<{ job: string }>(
    "SELECT job FROM jobs WHERE state = 'queued' AND start_by IS NOT NULL AND start_by < ? ORDER BY start_by",
    now,
  );
  return rows.map(({ job }) => job);
}

/** An artifact within reach. */
export function readArtifact(connection: Connection, asked: { id: string; owner: string | null }): string | null {
  const row = connection.get<{ artifact: string; owner: string }>(
    'SELECT artifact, owner FROM artifacts WHERE id = ?',
    asked.id,
  );
  return row === undefined || (asked.owner !== null && asked.owner !== row.owner) ? null : row.artifact;
}

/** Artifacts within reach whose digest begins so. */
export function readArtifactsByDigest(
  connection: Connection,
  { start, owner, limit }: { start: string; owner: string | null; limit: number },
): string[] {
  // The digits of a digest are all below `g`.
  const rows = connection.all<{ artifact: string }>(
    `SELECT artifact FROM artifacts WHERE digest >= ? AND digest < ? ${owner === null ? '' : 'AND owner = ?'}
     ORDER BY id LIMIT ?`,
    ...[start, `${start}g`],
    ...(owner === null ? [] : [owner]),
    limit,
  );
  return rows.map(({ artifact }) => artifact);
}

/** Which of these artifacts are remembered. */
export function readKnownArtifacts(connection: Connection, ids: readonly string[]): string[] {
  const rows = connection.all<{ id: string }>(
    'SELECT id FROM artifacts WHERE id IN (SELECT value FROM json_each(?))',
    JSON.stringify(ids),
  );
  return rows.map(({ id }) => id);
}
