import type { Filter } from '../commands.js';
import type { ResetReason } from '../dialect.js';
import type { Fact, Level, Levels } from '../events.js';
import type { Job } from '../job.js';

/** One thing that a reader saw, written down at the moment it saw it. */
export type Observation =
  /** A connection stands (or a poll was asked): the position it goes on from; null: from now, with a snapshot. */
  | { saw: 'connected'; position: string | null }
  /**
   * What a connection opened with. `jobs` holds the job as it stands at `position` (empty: it does not exist yet, or the
   * stream goes on from the position asked for); for a feed the first page of the list.
   */
  | { saw: 'snapshot'; position: string; jobs: readonly Job[]; levels?: Levels }
  /** A fact, with the position or cursor that came with it (null in dialects that have none). */
  | { saw: 'fact'; fact: Fact; position: string | null }
  | { saw: 'level'; jobId: string; level: Level }
  /** The position could not be used; what follows starts at `position`. */
  | { saw: 'reset'; reason: ResetReason; position: string; jobs: readonly Job[]; levels?: Levels }
  /** The connection is gone, for whatever reason. */
  | { saw: 'cut' }
  /**
   * The reader stopped watching and claims to have seen everything: of a job, up to its end; of a feed, up to the cursor
   * `upTo` (absent: all that the log holds). A reader that just stops writes nothing.
   */
  | { saw: 'finished'; upTo?: string };

/** Everything that one reader saw, in order, across all its connections. */
export interface ReaderHistory {
  /** Names the reader in violations. */
  name: string;
  /** Whose jobs it may see; null: an operator, who sees all. */
  owner: string | null;
  /** One job, by the server's id or the owner's own, or a feed. */
  target: { job: string } | { feed: Filter };
  observations: readonly Observation[];
  /**
   * True: written down below the SDK. A server that was killed may come back with older levels than the wire showed before,
   * so levels are compared within each connection only. Default false: they never go back, whatever was cut.
   */
  wire?: boolean;
}

/** One entry of the log; `LoggedFact` is one. */
export interface LogEntry {
  /** Place in the one order of all facts. */
  cursor: number;
  fact: Fact;
}

/** The truth that readers are judged by: every fact that was ever stored under one epoch, in cursor order. */
export interface HistoryLog {
  epoch: string;
  entries: readonly LogEntry[];
  /** Cursors below this one may have been pruned. Default 0: none. */
  horizon?: number;
  /** Jobs that retention pruned; their entries stay in this record. */
  pruned?: readonly string[];
  /** True: everything has come to rest, so every job must have ended. */
  settled?: boolean;
  /** Logs of earlier epochs, when a restore took place. */
  former?: readonly HistoryLog[];
}
