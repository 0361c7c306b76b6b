import type { Level, Levels, LoggedFact, PreviewBytes } from '@rendercast/protocol';

/**
 * What a listener follows: one job, or everything (the listener filters). `levels: false` of a job: facts are enough,
 * and levels need not be carried here.
 */
export type Interest = { job: string; levels?: false } | { all: true };

/** A level with its picture, if it is a preview. */
export interface CarriedLevel {
  jobId: string;
  owner: string;
  level: Level;
  preview: PreviewBytes | null;
}

/** The newest level of each kind, with the picture of its preview. */
export interface NewestLevels {
  levels: Levels;
  preview: PreviewBytes | null;
}

export interface BusListener {
  /** Facts that were stored, as hints: they may be lost, doubled or out of order. */
  facts(logged: readonly LoggedFact[]): void;
  /** A level, newer than those before it of its kind; a doubled one does no harm. */
  level(carried: CarriedLevel): void;
  /** Hints were lost, or may have been: what was stored is in the log. Absent: the listener looks there by itself. */
  missed?(): void;
}

/**
 * Who is told. Facts travel as hints, since the log is the truth; levels keep the newest for late listeners. Nothing
 * here rejects or blocks because the way to other processes is cut: `health` says so, and `missed` tells listeners.
 */
export interface Bus {
  publishFacts(logged: readonly LoggedFact[]): void;
  /**
   * Tells a level where it is newer than what is known. A `place` stays in this process: each works places out for its
   * own watchers, from the store.
   */
  publishLevel(carried: CarriedLevel): void;
  /**
   * Listens; the promise resolves once nothing published from now on can be missed, and the job's newest levels are
   * here. Where the way to other processes is cut it resolves within a second all the same, and the listener is told
   * `missed` as soon as the way is mended.
   */
  listen(interest: Interest, listener: BusListener): Promise<Listening>;
  /** The newest levels as this process knows them: of jobs that are listened to here, or that run here. */
  latest(jobId: string): NewestLevels;
  /**
   * The newest levels of any jobs, wherever they run; jobs without any, or that cannot be asked about now, are left out.
   * `latest` knows them from then on where the job is listened to here.
   */
  newest(jobIds: readonly string[]): Promise<ReadonlyMap<string, NewestLevels>>;
  /** Jobs that somebody in this process watches, and whether somebody watches everything. */
  watched(): { jobs: ReadonlySet<string>; all: boolean };
  /** Whether anybody, in whatever process, wants this job's previews now; of others it is learnt within a second or two. */
  wantsPreviews(jobId: string): boolean;
  health(): BusHealth;
  close(): Promise<void>;
}

/** How well the bus does, and what it could not carry since the start. */
export interface BusHealth {
  /** Why other processes are not heard now, for people; null: all is well. Readers then follow the log, seconds late. */
  degraded: string | null;
  /** How often the way to other processes was lost. */
  losses: number;
  readonly dropped: {
    /** Hints and levels that were not sent: no way, or too slow a way. */
    readonly hints: number;
    readonly levels: number;
    /** Messages that came and made no sense. */
    readonly garbage: number;
  };
}

export interface Listening {
  /** Says whether this listener wants previews; they cost the engine work and the line bytes. */
  wantPreviews(wanted: boolean): void;
  stop(): void;
}
