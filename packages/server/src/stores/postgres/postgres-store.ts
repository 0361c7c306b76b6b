import type pg from 'pg';
import { createFeedReading } from '../feed-reading.js';
import type { NewestProgress } from '../newest-progress.js';
import type { Append, AppendResult, Claim, CreationResult, Store } from '../store.js';
import { createSql, type Sql, type Statements } from './connection.js';
import type { GroupCommit } from './group-commit.js';
import { freeSlot, holdSlots } from './held-slots.js';
import { readIntakes, writeIntake } from './intakes.js';
import { dropArtifact, putArtifact } from './keep-aside.js';
import { expiredLeases, renewLeases } from './leases.js';
import { listJobs } from './list-jobs.js';
import { isConnectionLoss, mayTryAgain, toStoreError } from './postgres-codes.js';
import { pruneJobs, pruneUploads } from './prune-jobs.js';
import { readJobFacts, readStretch } from './read-facts.js';
import {
  findJob,
  readArtifact,
  readArtifactsByDigest,
  readCounts,
  readHeads,
  readKnownArtifacts,
  readOverdue,
  readWaiting,
} from './read-jobs.js';

/** The parts that one store is made of. */
export interface StoreParts {
  group: GroupCommit;
  pool: pg.Pool;
  /** Any connection of the pool. */
  read: Sql;
  /** A connection on which nothing waits behind long reads. */
  brief: Statements;
  schema: string;
  progress: NewestProgress;
  /** Why nothing is read or written any more; null: all is well. */
  refusal: () => Error | null;
}

type Writing = Pick<
  Store,
  | 'create'
  | 'append'
  | 'claim'
  | 'saveHandle'
  | 'saveProgress'
  | 'putArtifact'
  | 'dropArtifact'
  | 'prune'
  | 'pruneUploads'
  | 'setIntake'
>;

/** The verbs that change something. */
export function createWriting({ group, pool, read, schema, progress, refusal }: StoreParts): Writing {
  const again = createRetry(refusal);
  return {
    create: async (input) => (await group.submit({ verb: 'create', input })) as CreationResult,
    append: async (input: Append) => (await group.submit({ verb: 'append', input })) as AppendResult,
    claim: async (input) => (await group.submit({ verb: 'claim', input })) as Claim | null,
    async saveHandle(jobId, attempt, handle) {
      const value = JSON.stringify(handle) ?? 'null';
      return (await group.submit({ verb: 'saveHandle', input: { jobId, attempt, value } })) as boolean;
    },
    saveProgress: (jobId, attempt, newest) => progress.report({ jobId, attempt, progress: newest }),
    // Each of these may be done twice without harm.
    putArtifact: (owner, artifact) => again(() => putArtifact(read, owner, artifact)),
    dropArtifact: (id) => again(() => dropArtifact(read, id)),
    prune: (request) => again(() => transact(pool, (sql) => pruneJobs(sql, schema, request))),
    pruneUploads: (createdBefore, limit) => again(() => pruneUploads(read, createdBefore, limit)),
    setIntake: (backend, intake) => again(() => writeIntake(read, backend, intake)),
  };
}

type Reading = Omit<Store, keyof Writing | 'epoch' | 'close'>;

/** The verbs that only look, and those about leases and slots, which need no group. */
export function createReading({ read, brief, progress, refusal }: StoreParts): Reading {
  const again = createRetry(refusal);
  const feed = createFeedReading((asked) => readStretch(read, asked));
  return {
    renew: (held, leaseMs) => again(() => renewLeases(brief, held, leaseMs)),
    holdSlots: (holds, leaseMs) => again(() => holdSlots(brief, holds, leaseMs)),
    freeSlot: (attempt) => again(() => freeSlot(brief, attempt)),
    expiredLeases: () => again(() => expiredLeases(brief)),
    overdue: (now) => again(() => readOverdue(read, now)),
    async find(id, owner) {
      const found = await again(() => findJob(read, id, owner));
      if (found === null || found.job.state !== 'running') return found;
      return { ...found, progress: progress.of(found.job.id, found.job.attempt) ?? found.progress };
    },
    facts: (jobId, after, limit) => again(() => readJobFacts(read, jobId, after, limit)),
    feed: (query) => again(() => feed(query)),
    list: (query) => again(() => listJobs(read, query)),
    heads: (jobIds) => again(() => readHeads(read, jobIds)),
    waiting: (limit) => again(() => readWaiting(read, limit)),
    counts: () => again(() => readCounts(read)),
    intakes: () => again(() => readIntakes(brief)),
    artifact: (id, owner) => again(() => readArtifact(read, id, owner)),
    artifactsByDigest: (start, owner, limit) => again(() => readArtifactsByDigest(read, start, owner, limit)),
    knownArtifacts: (ids) => again(() => readKnownArtifacts(read, ids)),
  };
}

/** Runs what may be run twice; once more where a connection had broken while nobody used it, or locks crossed. */
function createRetry(refusal: StoreParts['refusal']): <T>(run: () => Promise<T>) => Promise<T> {
  const once = async <T>(run: () => Promise<T>): Promise<T> => {
    const refused = refusal();
    if (refused !== null) throw refused;
    return await run();
  };
  return async (run) => {
    try {
      return await once(run);
    } catch (thrown) {
      if (!isConnectionLoss(thrown) && !mayTryAgain(thrown)) throw toStoreError(thrown);
    }
    try {
      return await once(run);
    } catch (thrown) {
      throw toStoreError(thrown);
    }
  };
}

/** One transaction on a connection of the pool. */
async function transact<T>(pool: pg.Pool, run: (sql: Sql) => Promise<T>): Promise<T> {
  const client = await pool.connect();
  const sql = createSql(client);
  let broken = false;
  try {
    await sql.once('BEGIN');
    const value = await run(sql);
    await sql.commit();
    return value;
  } catch (thrown) {
    broken = true;
    throw thrown;
  } finally {
    // What failed is not trusted: a connection that goes takes its transaction along.
    client.release(broken);
  }
}
