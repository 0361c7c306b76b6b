import type { Job, LoggedFact } from '@rendercast/protocol';
import type { CarriedLevel } from './bus/bus.js';

/** A level with the job that it belongs to, as the job stood when the level came. */
export interface JobLevel extends CarriedLevel {
  job: Job;
}

/** What a group is told by the source that it follows. */
export interface SourceListener {
  /** New facts in order, without gap or repeat. */
  facts(logged: readonly LoggedFact[]): void;
  /** A level that is current for the facts told so far. */
  level(level: JobLevel): void;
  /** What comes next is gone for good: the job was pruned, or a feed's facts before this node had read them. */
  lost(): void;
}

/** A stretch of a source, read from the log. */
export interface SourcePage {
  facts: LoggedFact[];
  /** How far it reaches. */
  upTo: number;
  /** Facts at or before this number may be gone for good: a reader that stands before it has lost some. */
  horizon: number;
}

/**
 * One followed thing on this node (a job, or a feed within a scope): an in-memory tail of its facts, kept in
 * order by number, with the log behind it. Shared by all dialects and readers that follow it.
 */
export interface Source {
  /** Tells equal sources apart from others. */
  readonly key: string;
  /** Number of the newest fact told: per job for a job, the feed's cursor for a feed. */
  readonly head: number;
  /** Facts after this number are in memory. */
  readonly tailFrom: number;
  /** Facts at or before this number may be gone for good. */
  readonly horizon: number;
  /** The job was pruned: nothing comes any more, and what is in memory is of the past. */
  readonly gone: boolean;
  /** The job as it stands at `head`; null for a feed. */
  readonly job: Job | null;
  /** The number by which this source orders a fact. */
  numberOf(logged: LoggedFact): number;
  /** Facts after a number that is not before `tailFrom`. */
  inMemory(after: number): LoggedFact[];
  /** Facts after a number from the log. */
  read(after: number): Promise<SourcePage>;
  /** The newest levels that a newcomer should see. */
  newestLevels(): JobLevel[];
  /** Reads on from the log until nothing newer is there. */
  refresh(): Promise<void>;
  wantPreviews(wanted: boolean): void;
  add(listener: SourceListener): void;
  /** Removes a listener; with the last one the source closes. */
  remove(listener: SourceListener): void;
}
