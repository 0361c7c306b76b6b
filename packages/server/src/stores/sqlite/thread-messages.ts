// By path: the package's index loads the schemas' library, which would double the start of each thread.
import { type ErrorCode, RendercastError } from '@rendercast/protocol/errors';
import { type OpenFailure, StoreOpenError } from './open-error.js';
import { isStorageFailure } from './sqlite-codes.js';

/** One call of a verb. */
export interface Call {
  id: number;
  verb: string;
  input: unknown;
}

export type Answer = { id: number; ok: true; value: unknown } | { id: number; ok: false; failure: Failure };

/** Main thread to worker. After `close` nothing more is sent. */
export type ToThread = { calls: Call[] } | { close: true };

/** Worker to main thread: `ready` or `failed` first, `closed` last. */
export type FromThread =
  | { ready: unknown }
  | { failed: Failure }
  | { answers: Answer[]; commit?: CommitFigures }
  | { closed: true };

/** One group that reached the disk. */
export interface CommitFigures {
  /** Calls that it took along. */
  calls: number;
  /** From its first statement to the end of the sync, in milliseconds. */
  ms: number;
}

/** An error on its way between threads. */
export interface Failure {
  code: ErrorCode;
  message: string;
  /** What led to it, for the log. */
  detail: string | null;
  /** Set when the store could not be opened. */
  open: OpenFailure | null;
}

/** Writes down what was thrown: a failing disk is `storage_unavailable`, a bug of ours `internal`. */
export function toFailure(thrown: unknown): Failure {
  const detail = thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown);
  if (thrown instanceof StoreOpenError)
    return { code: 'storage_unavailable', message: thrown.message, detail: null, open: thrown.reason };
  if (thrown instanceof RendercastError) return { code: thrown.code, message: thrown.message, detail, open: null };
  const { code, message } = new RendercastError(isStorageFailure(thrown) ? 'storage_unavailable' : 'internal');
  return { code, message, detail, open: null };
}

/** Makes it an error again. */
export function fromFailure(failure: Failure): Error {
  if (failure.open !== null) return new StoreOpenError(failure.open, failure.message);
  const cause = failure.detail === null ? {} : { cause: new Error(failure.detail) };
  return new RendercastError(failure.code, failure.message, cause);
}
