import type { Dialect, Frame, SocketRoute } from '../dialect.js';
import type { JobKind, LevelKind } from '../events.js';

/** What a client of the dialect makes of a frame. */
export interface FrameMeaning {
  /** It tells the end of a job: the one message that a client waits for. */
  end: boolean;
  /** It only carries a level. */
  level: boolean;
}

/** One way to talk to a socket of the dialect, until a job is followed. */
export interface SocketExam {
  /** What is special about it, for the test's name. */
  named: string;
  socket: SocketRoute;
  params?: Record<string, string>;
  query?: Record<string, string>;
  /** False: the socket opens without a key, and the conversation presents `EXAM_TOKEN`. */
  authenticated?: boolean;
  /** What the client says. Empty: the address alone says which job. */
  conversation: readonly (string | Uint8Array)[];
  /** The job is made by this very conversation, so nobody can join it late by the same. */
  submits: boolean;
  /** The code that the server closes with after the end; null: the socket stays open. */
  closesAfterEnd: number | null;
  /** Whether a frame that cannot be understood may close the socket: before or after the job is followed. */
  garbageCloses: { before: boolean; after: boolean };
}

/** An example of a call, with what its route says of it. */
export interface CallExam {
  route: string;
  params?: unknown;
  query?: unknown;
  body?: unknown;
  headers?: Record<string, string>;
  file?: Uint8Array;
  /** The status expected; for `artifact` and `events` replies, 200. */
  status: number;
}

/** Everything that the exam needs to know of a dialect. Ids of jobs are those of `historyOf`. */
export interface DialectExam {
  dialect: Dialect;
  /** The kinds of job that this dialect knows. Default: all. */
  kinds?: readonly JobKind[];
  /** Variants that followers can ask for, with the levels that go with them. */
  variants: readonly { variant: string; levels: readonly LevelKind[] }[];
  sockets: readonly SocketExam[];
  /** At least one call of every route. */
  calls: readonly CallExam[];
  /** What a frame means to a client. */
  read(frame: Frame): FrameMeaning;
  /** Whether a frame says goodbye: more will not come, through no fault of the job. */
  isGoodbye(frame: Frame): boolean;
  /**
   * What a client knows of the job after these frames: for dialects whose clients can join at any point. Joining
   * late must lead to the same as having heard everything. Levels are left out.
   */
  observe?: (frames: readonly Frame[]) => unknown;
}

/** One thing that is examined: its name is a sentence, and it throws if it does not hold. */
export interface Check {
  title: string;
  run(exam: DialectExam): void | Promise<void>;
}
