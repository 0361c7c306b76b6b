import type { Connection } from './connection.js';
import { readIntakes } from './intakes.js';
import { listSlice, type SliceAsked } from './list-jobs.js';
import { readWeight } from './prune-jobs.js';
import { readJobFacts, readStretch, type StretchOrder } from './read-facts.js';
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

/** What the reader's thread can be asked for. */
export type ReadVerbs = ReturnType<typeof createReadVerbs>;

/** Binds the verbs to the connection. */
export function createReadVerbs(connection: Connection) {
  return {
    find: (asked: { id: string; owner: string | null }) => findJob(connection, asked),
    facts: (asked: { jobId: string; after: number; limit: number }) => readJobFacts(connection, asked),
    feed: (asked: StretchOrder) => readStretch(connection, asked),
    list: (asked: SliceAsked) => listSlice(connection, asked),
    heads: (ids: readonly string[]) => readHeads(connection, ids),
    waiting: (limit: number) => readWaiting(connection, limit),
    counts: () => readCounts(connection),
    overdue: (now: string) => readOverdue(connection, now),
    artifact: (asked: { id: string; owner: string | null }) => readArtifact(connection, asked),
    artifactsByDigest: (asked: { start: string; owner: string | null; limit: number }) =>
      readArtifactsByDigest(connection, asked),
    knownArtifacts: (ids: readonly string[]) => readKnownArtifacts(connection, ids),
    intakes: () => [...readIntakes(connection)],
    weight: (favorites: boolean) => readWeight(connection, favorites),
  };
}
