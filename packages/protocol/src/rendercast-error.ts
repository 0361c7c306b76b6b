import { ERROR_STATUS, type ErrorCode, isRetryable } from './error-table.js';

/** What the codes mean, for people: what an error says that was given no message. Without them it says its code. */
const words: Partial<Record<ErrorCode, string>> = {};

/** Gives the codes their words; `errors.ts` does so, and pages do without. */
export function speak(means: Record<ErrorCode, string>): void {
  Object.assign(words, means);
}

/** An error as it travels: in HTTP answers under `error`, in socket messages and in `failed` facts. */
export interface ErrorBody {
  /** The code to test by. */
  code: ErrorCode;
  /** What was wrong and what to do, for people. */
  message: string;
  /** Whether the same request may succeed later by itself. */
  retryable: boolean;
  /** The field that was wrong, as a dotted path (`request.steps`). */
  field?: string;
  /** How long to wait before trying again, in milliseconds. */
  retryAfterMs?: number;
}

/** Details that an error may carry beside code and message. */
export interface ErrorDetails {
  field?: string | undefined;
  retryAfterMs?: number | undefined;
  /** Overrides the table where the thrower knows better (an engine's verdict). */
  retryable?: boolean | undefined;
  /** What led to it; logged, never sent. */
  cause?: unknown;
}

/** The one error class of the house. Test by `code`, never by message. */
export class RendercastError extends Error {
  override readonly name = 'RendercastError';
  readonly code: ErrorCode;
  readonly field: string | undefined;
  readonly retryAfterMs: number | undefined;
  readonly retryable: boolean;

  constructor(code: ErrorCode, message: string = words[code] ?? code, details: ErrorDetails = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.code = code;
    this.field = details.field;
    this.retryAfterMs = details.retryAfterMs;
    this.retryable = details.retryable ?? isRetryable(code);
  }

  /** The HTTP status of this error. */
  get status(): number {
    return ERROR_STATUS[this.code];
  }
}

/** Whether a string is a code of the table (a newer server may send one that this build does not know). */
export function isErrorCode(code: string): code is ErrorCode {
  return Object.hasOwn(ERROR_STATUS, code);
}

/** Turns anything thrown into an error of the table: ours stays, everything else becomes `internal` without its text. */
export function toRendercastError(thrown: unknown): RendercastError {
  if (thrown instanceof RendercastError) return thrown;
  return new RendercastError('internal', undefined, { cause: thrown });
}

/** Rebuilds the error from its travelling form; an unknown code reads as `internal`, keeping the message. */
export function fromErrorBody(body: ErrorBody): RendercastError {
  const code = isErrorCode(body.code) ? body.code : 'internal';
  const { message, retryable, field, retryAfterMs } = body;
  return new RendercastError(code, message, { retryable, field, retryAfterMs });
}
