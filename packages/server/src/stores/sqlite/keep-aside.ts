import type { Artifact } from '@rendercast/protocol';
import type { ProgressOf } from '../newest-progress.js';
import type { Connection } from './connection.js';

/** Keeps a handle of the running attempt; null forgets it. False: the attempt has been superseded or has ended. */
export function saveHandle(connection: Connection, kept: { jobId: string; attempt: number; value: string }): boolean {
  const n = runningRow(connection, kept.jobId, kept.attempt);
  if (n === null) return false;
  if (kept.value === 'null') connection.run('DELETE FROM handles WHERE job = ?', n);
  else
    connection.run(
      'INSERT OR REPLACE INTO handles (job, attempt, value) VALUES (?, ?, ?)',
      n,
      kept.attempt,
      kept.value,
    );
  return true;
}

/** Keeps the newest progress of running attempts; that of others is passed over. */
export function saveProgress(connection: Connection, reports: readonly ProgressOf[]): void {
  for (const { jobId, attempt, progress } of reports) {
    const n = runningRow(connection, jobId, attempt);
    if (n === null) continue;
    connection.run(
      'INSERT OR REPLACE INTO progress (job, attempt, value) VALUES (?, ?, ?)',
      n,
      attempt,
      JSON.stringify(progress),
    );
  }
}

function runningRow(connection: Connection, jobId: string, attempt: number): number | null {
  const row = connection.get<{ n: number }>(
    "SELECT n FROM jobs WHERE id = ? AND attempt = ? AND state = 'running'",
    jobId,
    attempt,
  );
  return row?.n ?? null;
}

/** Remembers an uploaded input; one of the same id and owner is replaced. */
export function putArtifact(connection: Connection, { owner, artifact }: { owner: string; artifact: Artifact }): void {
  connection.run(
    `INSERT INTO artifacts (id, owner, bytes, artifact) VALUES (?, ?, ?, ?)
     ON CONFLICT (id) DO UPDATE SET bytes = excluded.bytes, artifact = excluded.artifact
       WHERE job IS NULL AND owner = excluded.owner`,
    artifact.id,
    owner,
    artifact.sizeBytes,
    JSON.stringify(artifact),
  );
}

/** Forgets an uploaded input; outputs go with their `removed` fact alone. */
export function dropArtifact(connection: Connection, id: string): void {
  connection.run('DELETE FROM artifacts WHERE id = ? AND job IS NULL', id);
}
