/**
 * The closed table of errors. Every failure that leaves the house carries one of these codes;
 * dialects translate them at their edge and invent none.
 *
 * `status` is the HTTP status, `close` the WebSocket close code used when the error ends the
 * connection, `retryable` tells a client whether the same request may succeed later by itself.
 */
export const ERRORS = {
  invalid_request: { status: 400, close: 1007, retryable: false, means: 'The request is not well formed.' },
  unauthorized: { status: 401, close: 4401, retryable: false, means: 'No key was sent, or the key is not known.' },
  forbidden: { status: 403, close: 4403, retryable: false, means: 'The key is known but may not do this.' },
  not_found: {
    status: 404,
    close: 4404,
    retryable: false,
    means: 'There is no such thing within reach of the caller.',
  },
  method_not_allowed: {
    status: 405,
    close: 1008,
    retryable: false,
    means: 'The address exists, but not for this method.',
  },
  conflict: { status: 409, close: 1008, retryable: false, means: 'The id or key is in use by another request.' },
  already_ended: { status: 409, close: 1008, retryable: false, means: 'The job has ended and never runs again.' },
  not_ended: { status: 409, close: 1008, retryable: false, means: 'The job must end before this can be done.' },
  superseded: { status: 409, close: 1008, retryable: false, means: 'A newer attempt holds this job.' },
  too_large: { status: 413, close: 1009, retryable: false, means: 'The body, file or frame is over the limit.' },
  unsupported_media: { status: 415, close: 1003, retryable: false, means: 'This type of content is not understood.' },
  range_not_satisfiable: { status: 416, close: 1008, retryable: false, means: 'The range lies outside the file.' },
  invalid_field: { status: 422, close: 1007, retryable: false, means: 'A field has a value that cannot be taken.' },
  too_many_requests: { status: 429, close: 4429, retryable: true, means: 'More was sent than the limit allows.' },
  queue_full: { status: 429, close: 4429, retryable: true, means: 'Too many jobs are waiting already.' },
  internal: { status: 500, close: 1011, retryable: true, means: 'The server failed; the log has the details.' },
  storage_unavailable: {
    status: 503,
    close: 1013,
    retryable: true,
    means: 'Facts cannot be stored right now; nothing was accepted.',
  },
  shutting_down: {
    status: 503,
    close: 1012,
    retryable: true,
    means: 'The server is going down; come back in a moment.',
  },
  unreachable: {
    status: 503,
    close: 1013,
    retryable: true,
    means: 'The server could not be reached. Clients raise it, servers never send it.',
  },
  engine_failed: { status: 502, close: 1011, retryable: true, means: 'The engine could not finish the job.' },
  engine_unavailable: { status: 503, close: 1013, retryable: true, means: 'The backend cannot be reached.' },
  out_of_memory: { status: 507, close: 1011, retryable: true, means: 'The engine ran out of memory.' },
  unsupported_request: { status: 422, close: 1007, retryable: false, means: 'No engine here can do what was asked.' },
  queue_timeout: { status: 504, close: 1013, retryable: true, means: 'The job waited longer than its queue deadline.' },
  run_timeout: { status: 504, close: 1013, retryable: true, means: 'The job ran longer than its deadline.' },
  silent_timeout: { status: 504, close: 1013, retryable: true, means: 'The engine reported nothing for too long.' },
  worker_lost: { status: 502, close: 1011, retryable: true, means: 'The worker vanished and the retries are used up.' },
  outcome_unknown: {
    status: 502,
    close: 1011,
    retryable: false,
    means: 'The work may have been done and paid for; it is not repeated by itself.',
  },
  canceled: { status: 409, close: 1000, retryable: false, means: 'The job was canceled.' },
} as const satisfies Record<string, { status: number; close: number; retryable: boolean; means: string }>;

/** One of the codes of {@link ERRORS}. */
export type ErrorCode = keyof typeof ERRORS;

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
  field?: string;
  retryAfterMs?: number;
  /** Overrides the table where the thrower knows better (an engine's verdict). */
  retryable?: boolean;
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

  constructor(code: ErrorCode, message: string = ERRORS[code].means, details: ErrorDetails = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.code = code;
    this.field = details.field;
    this.retryAfterMs = details.retryAfterMs;
    this.retryable = details.retryable ?? ERRORS[code].retryable;
  }

  /** The HTTP status of this error. */
  get status(): number {
    return ERRORS[this.code].status;
  }

  /** The error as it travels. */
  toBody(): ErrorBody {
    return {
      code: this.code,
      message: this.message,
      retryable: this.retryable,
      ...(this.field === undefined ? {} : { field: this.field }),
      ...(this.retryAfterMs === undefined ? {} : { retryAfterMs: this.retryAfterMs }),
    };
  }
}

/** Whether a string is a code of the table (a newer server may send one that this build does not know). */
export function isErrorCode(code: string): code is ErrorCode {
  return Object.hasOwn(ERRORS, code);
}

/** Turns anything thrown into an error of the table: ours stays, everything else becomes `internal` without its text. */
export function toRendercastError(thrown: unknown): RendercastError {
  if (thrown instanceof RendercastError) return thrown;
  return new RendercastError('internal', undefined, { cause: thrown });
}

/** Rebuilds the error from its travelling form; an unknown code reads as `internal`, keeping the message. */
export function fromErrorBody(body: ErrorBody): RendercastError {
  const code = isErrorCode(body.code) ? body.code : 'internal';
  return new RendercastError(code, body.message, {
    retryable: body.retryable,
    ...(body.field === undefined ? {} : { field: body.field }),
    ...(body.retryAfterMs === undefined ? {} : { retryAfterMs: body.retryAfterMs }),
  });
}
