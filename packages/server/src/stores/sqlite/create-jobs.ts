import type { Fact, Job, JobState } from '@rendercast/protocol';
import { isEnded, reduce } from '@rendercast/protocol/reduce';
import type { Creation, NewJob } from '../store.js';
import type { Connection } from './connection.js';
import type { FactText } from './fact-text.js';
import { insertRow } from './job-row.js';
import { insertFact } from './write-facts.js';

/** What came of a creation, with jobs and facts as text. */
export type CreatedTexts =
  /** The first fact of each job, in the order asked for. */
  | { outcome: 'created'; facts: FactText[] }
  | { outcome: 'replayed'; jobs: string[] }
  | { outcome: 'conflict'; by: 'id' | 'key' }
  | { outcome: 'full'; of: 'owner' | 'all' };

/** Makes the jobs, unless the request was seen before, its names are taken, or too many wait. */
export function createJobs(connection: Connection, creation: Creation): CreatedTexts {
  const names = checkNames(connection, creation);
  if (names.refusal !== null) return names.refusal;
  const full = checkLimits(connection, creation);
  if (full !== null) return full;

  if (names.releasedKey !== null)
    connection.run('UPDATE creations SET idempotency_key = NULL WHERE n = ?', names.releasedKey);
  for (const n of names.takenOver) connection.run('UPDATE jobs SET holds_client_id = 0 WHERE n = ?', n);
  const { lastInsertRowid } = connection.run(
    'INSERT INTO creations (owner, idempotency_key, digest) VALUES (?, ?, ?)',
    creation.owner,
    creation.idempotencyKey,
    creation.requestDigest,
  );
  const facts = creation.jobs.map((job) => insertJob(connection, job, creation.at, lastInsertRowid));
  return { outcome: 'created', facts };
}

function insertJob(connection: Connection, { id, body }: NewJob, at: string, creation: number): FactText {
  const fact: Fact = { ...body, jobId: id, seq: 1, at };
  const n = insertRow(connection, reduce(null, fact), creation);
  return insertFact(connection, n, body.owner, fact);
}

interface NamesChecked {
  refusal: CreatedTexts | null;
  /** Ended jobs whose client id passes to the new ones. */
  takenOver: number[];
  /** The creation whose key passes to the new jobs. */
  releasedKey: number | null;
}

/** Key first, then each client id: both are the owner's own. */
function checkNames(connection: Connection, creation: Creation): NamesChecked {
  const refuse = (refusal: CreatedTexts): NamesChecked => ({ refusal, takenOver: [], releasedKey: null });
  const byKey = creationByKey(connection, creation);
  const released = byKey !== undefined && isReleased(connection, byKey.n, creation);
  const releasedKey = released ? byKey.n : null;
  if (byKey !== undefined && !released) {
    if (byKey.digest !== creation.requestDigest) return refuse({ outcome: 'conflict', by: 'key' });
    return refuse(replay(connection, byKey.n));
  }
  const takenOver: number[] = [];
  let same: number | null = null;
  const clientIds = creation.jobs.map((job) => job.body.clientId).filter((id) => id !== null);
  if (new Set(clientIds).size < clientIds.length) return refuse({ outcome: 'conflict', by: 'id' });
  for (const clientId of clientIds) {
    const holder = holderOf(connection, creation.owner, clientId);
    if (holder === undefined) continue;
    if (creation.onExistingId === 'takeOver' && isEnded(holder)) {
      takenOver.push(holder.n);
      continue;
    }
    const isSame = holder.digest === creation.requestDigest && (same ?? holder.creation) === holder.creation;
    if (creation.onExistingId === 'refuse' || !isSame) return refuse({ outcome: 'conflict', by: 'id' });
    same = holder.creation;
  }
  return same === null ? { refusal: null, takenOver, releasedKey } : refuse(replay(connection, same));
}

function creationByKey(connection: Connection, creation: Creation): { n: number; digest: string } | undefined {
  if (creation.idempotencyKey === null) return undefined;
  return connection.get(
    'SELECT n, digest FROM creations WHERE owner = ? AND idempotency_key = ?',
    creation.owner,
    creation.idempotencyKey,
  );
}

/** Whether a key has let go of the jobs it was used for. */
function isReleased(connection: Connection, n: number, { keyRelease }: Creation): boolean {
  if (keyRelease === undefined) return false;
  const rows = connection.all<{ job: string }>('SELECT job FROM jobs WHERE creation = ?', n);
  return rows.every((row) => {
    const job = JSON.parse(row.job) as Job;
    if (!isEnded(job)) return false;
    if (job.removed || job.state !== 'succeeded' || job.tags.includes(keyRelease.tag)) return true;
    return job.endedAt !== null && Date.parse(job.endedAt) < Date.parse(keyRelease.endedBefore);
  });
}

interface Holder {
  n: number;
  state: JobState;
  creation: number;
  digest: string;
}

function holderOf(connection: Connection, owner: string, clientId: string): Holder | undefined {
  return connection.get<Holder>(
    `SELECT jobs.n, jobs.state, jobs.creation, creations.digest FROM jobs JOIN creations ON creations.n = jobs.creation
     WHERE jobs.owner = ? AND jobs.client_id = ? AND jobs.holds_client_id = 1`,
    owner,
    clientId,
  );
}

function replay(connection: Connection, creation: number): CreatedTexts {
  const rows = connection.all<{ job: string }>('SELECT job FROM jobs WHERE creation = ? ORDER BY n', creation);
  return { outcome: 'replayed', jobs: rows.map((row) => row.job) };
}

function checkLimits(connection: Connection, creation: Creation): CreatedTexts | null {
  const more = creation.jobs.length;
  const own = connection.get<{ jobs: number }>(
    "SELECT jobs FROM tallies WHERE state = 'queued' AND owner = ?",
    creation.owner,
  );
  if ((own?.jobs ?? 0) + more > creation.maxWaitingPerOwner) return { outcome: 'full', of: 'owner' };
  const all = connection.get<{ jobs: number }>(
    "SELECT coalesce(sum(jobs), 0) AS jobs FROM tallies WHERE state = 'queued'",
  );
  return (all?.jobs ?? 0) + more > creation.maxWaiting ? { outcome: 'full', of: 'all' } : null;
}
