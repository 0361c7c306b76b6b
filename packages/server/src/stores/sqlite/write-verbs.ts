import type { Artifact, Intake } from '@rendercast/protocol';
import type { ProgressOf } from '../newest-progress.js';
import type { Append, Creation } from '../store.js';
import { appendFacts } from './append-facts.js';
import { type ClaimAsked, claimJob } from './claim-job.js';
import type { Connection } from './connection.js';
import { createJobs } from './create-jobs.js';
import { writeIntake } from './intakes.js';
import { dropArtifact, putArtifact, saveHandle, saveProgress } from './keep-aside.js';
import { type PruneAsked, type PrunedTexts, pruneJobs, pruneUploads } from './prune-jobs.js';

/** What the writer's thread can be asked for; each runs in a savepoint of a group's transaction. */
export interface WriteVerbs {
  create(creation: Creation): ReturnType<typeof createJobs>;
  append(append: Append): ReturnType<typeof appendFacts>;
  claim(asked: ClaimAsked): ReturnType<typeof claimJob>;
  saveHandle(kept: { jobId: string; attempt: number; value: string }): boolean;
  saveProgress(reports: readonly ProgressOf[]): void;
  putArtifact(put: { owner: string; artifact: Artifact }): void;
  dropArtifact(id: string): void;
  prune(asked: PruneAsked): PrunedTexts;
  pruneUploads(asked: { createdBefore: string; limit: number }): string[];
  setIntake(ordered: { backend: string; intake: Intake }): void;
  limitSize(maxBytes: number | null): void;
}

/** Verbs that need not be on disk when they are answered. */
export const LAZY_VERBS: readonly string[] = ['saveProgress'] satisfies (keyof WriteVerbs)[];

/** Binds the verbs to the connection. */
export function createWriteVerbs(connection: Connection): WriteVerbs {
  return {
    create: (creation) => createJobs(connection, creation),
    append: (append) => appendFacts(connection, append),
    claim: (asked) => claimJob(connection, asked),
    saveHandle: (kept) => saveHandle(connection, kept),
    saveProgress: (reports) => saveProgress(connection, reports),
    putArtifact: (put) => putArtifact(connection, put),
    dropArtifact: (id) => dropArtifact(connection, id),
    prune: (asked) => pruneJobs(connection, asked),
    pruneUploads: (asked) => pruneUploads(connection, asked),
    setIntake: (ordered) => writeIntake(connection, ordered),
    limitSize: (maxBytes) => limitSize(connection, maxBytes),
  };
}

/** SQLite's own most: 2^32 - 2 pages. */
const MOST_PAGES = 4_294_967_294;

/** Bounds the size of the database file; what is there already stays. */
function limitSize(connection: Connection, maxBytes: number | null): void {
  const pageBytes = connection.get<{ page_size: number }>('PRAGMA page_size')?.page_size ?? 4_096;
  const pages = maxBytes === null ? MOST_PAGES : Math.max(1, Math.floor(maxBytes / pageBytes));
  connection.exec(`PRAGMA max_page_count = ${pages}`);
}
