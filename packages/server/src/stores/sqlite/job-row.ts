import type { Job } from '@rendercast/protocol';
import { isEnded } from '@rendercast/protocol/reduce';
import type { Connection } from './connection.js';
import { searchText } from './search-words.js';

/** A job as it lies in its row. */
export interface JobRow {
  /** Short number of the row. */
  n: number;
  job: Job;
  /** The same as text. */
  text: string;
}

/** Reads a row by the server's id. */
export function readRow(connection: Connection, id: string): JobRow | null {
  const row = connection.get<{ n: number; job: string }>('SELECT n, job FROM jobs WHERE id = ?', id);
  return row === undefined ? null : { n: row.n, job: JSON.parse(row.job) as Job, text: row.job };
}

/** Reads a row by its number. */
export function readRowAt(connection: Connection, n: number): JobRow | null {
  const row = connection.get<{ job: string }>('SELECT job FROM jobs WHERE n = ?', n);
  return row === undefined ? null : { n, job: JSON.parse(row.job) as Job, text: row.job };
}

/** Adds the row of a new job and makes it findable; answers its number. */
export function insertRow(connection: Connection, job: Job, creation: number): number {
  const { lastInsertRowid: n } = connection.run(
    `INSERT INTO jobs (id, owner, kind, engine, model, batch, start_by, creation, client_id, holds_client_id, state,
       ran_on, priority, canceling, favorite, tags, not_before, attempt, seq, job)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    job.id,
    job.owner,
    job.kind,
    job.engine,
    job.request.model ?? null,
    job.batch,
    job.startBy,
    creation,
    job.clientId,
    job.clientId === null ? 0 : 1,
    job.state,
    job.ranOn?.engine ?? null,
    job.priority,
    Number(job.canceling),
    Number(job.favorite),
    JSON.stringify(job.tags),
    job.notBefore,
    job.attempt,
    job.seq,
    JSON.stringify(job),
  );
  connection.run('INSERT INTO search (job, words) VALUES (?, ?)', n, searchText(job));
  return n;
}

/** Brings the row, and everything that hangs on it, to the job as it stands now. */
export function updateRow(connection: Connection, n: number, before: Job, after: Job): void {
  if (sameColumns(before, after)) {
    // Most facts (stage, output, note) move no index: writing those columns would rewrite their entries.
    connection.run('UPDATE jobs SET seq = ?, job = ? WHERE n = ?', after.seq, JSON.stringify(after), n);
    return;
  }
  connection.run(
    `UPDATE jobs SET state = ?, ran_on = ?, priority = ?, canceling = ?, favorite = ?, tags = ?, not_before = ?,
       attempt = ?, seq = ?, job = ? WHERE n = ?`,
    after.state,
    after.ranOn?.engine ?? null,
    after.priority,
    Number(after.canceling),
    Number(after.favorite),
    JSON.stringify(after.tags),
    after.notBefore,
    after.attempt,
    after.seq,
    JSON.stringify(after),
    n,
  );
  if (after.removed) forgetContent(connection, n);
  else if (before.tags !== after.tags)
    connection.run('UPDATE search SET words = ? WHERE job = ?', searchText(after), n);
  if (before.state === 'running' && after.state !== 'running') endAttempt(connection, n);
  if (isEnded(after) && !isEnded(before)) connection.run('DELETE FROM handles WHERE job = ?', n);
}

function sameColumns(before: Job, after: Job): boolean {
  return (
    before.state === after.state &&
    before.ranOn === after.ranOn &&
    before.priority === after.priority &&
    before.canceling === after.canceling &&
    before.favorite === after.favorite &&
    before.tags === after.tags &&
    before.notBefore === after.notBefore &&
    before.attempt === after.attempt &&
    before.removed === after.removed
  );
}

/** A removed job is found by no word and by no client's id, and uses no file. */
function forgetContent(connection: Connection, n: number): void {
  connection.run('DELETE FROM inputs WHERE job = ?', n);
  connection.run('DELETE FROM search WHERE job = ?', n);
  connection.run('UPDATE jobs SET client_id = NULL, holds_client_id = 0, model = NULL WHERE n = ?', n);
}

function endAttempt(connection: Connection, n: number): void {
  connection.run('DELETE FROM leases WHERE job = ?', n);
  connection.run('DELETE FROM progress WHERE job = ?', n);
}
