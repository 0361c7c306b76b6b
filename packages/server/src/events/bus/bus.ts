import type { Level, Levels, LoggedFact, PreviewBytes } from '@rendercast/protocol';

/** What a listener follows: one job, or everything (the listener filters). */
export type Interest = { job: string } | { all: true };

/** A level with its picture, if it is a preview. */
export interface CarriedLevel {
  jobId: string;
  owner: string;
  level: Level;
  preview: PreviewBytes | null;
}

export interface BusListener {
  /** Facts that were stored, as hints: they may be lost, doubled or out of order. */
  facts(logged: readonly LoggedFact[]): void;
  level(carried: CarriedLevel): void;
}

/**
 * Who is told. Facts travel as hints, since the log is the truth; levels keep the newest for late listeners.
 */
export interface Bus {
  publishFacts(logged: readonly LoggedFact[]): void;
  publishLevel(carried: CarriedLevel): void;
  /** Listens; the promise resolves once nothing published from now on can be missed. */
  listen(interest: Interest, listener: BusListener): Promise<Listening>;
  /** The newest levels of a job, with the picture of its preview. */
  latest(jobId: string): { levels: Levels; preview: PreviewBytes | null };
  /** Jobs that somebody watches, and whether somebody watches everything. */
  watched(): { jobs: ReadonlySet<string>; all: boolean };
  /** Whether anybody wants this job's previews now. */
  wantsPreviews(jobId: string): boolean;
  close(): Promise<void>;
}

export interface Listening {
  /** Says whether this listener wants previews; they cost the engine work and the line bytes. */
  wantPreviews(wanted: boolean): void;
  stop(): void;
}
