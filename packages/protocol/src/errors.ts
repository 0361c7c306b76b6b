import { ERROR_STATUS, type ErrorCode, isRetryable } from './error-table.js';
import { type ErrorBody, type RendercastError, speak } from './rendercast-error.js';

/** What each code means, for people. */
const MEANS: Record<ErrorCode, string> = {
  invalid_request: 'The request is not well formed.',
  unauthorized: 'No key was sent, or the key is not known.',
  forbidden: 'The key is known but may not do this.',
  not_found: 'There is no such thing within reach of the caller.',
  method_not_allowed: 'The address exists, but not for this method.',
  conflict: 'The id or key is in use by another request.',
  already_ended: 'The job has ended and never runs again.',
  not_ended: 'The job must end before this can be done.',
  superseded: 'A newer attempt holds this job.',
  too_large: 'The body, file or frame is over the limit.',
  unsupported_media: 'This type of content is not understood.',
  range_not_satisfiable: 'The range lies outside the file.',
  invalid_field: 'A field has a value that cannot be taken.',
  too_many_requests: 'More was sent than the limit allows.',
  queue_full: 'Too many jobs are waiting already.',
  internal: 'The server failed; the log has the details.',
  storage_unavailable: 'Facts cannot be stored right now; nothing was accepted.',
  shutting_down: 'The server is going down; come back in a moment.',
  unreachable: 'The server could not be reached. Clients raise it, servers never send it.',
  engine_failed: 'The engine could not finish the job.',
  engine_unavailable: 'The backend cannot be reached.',
  out_of_memory: 'The engine ran out of memory.',
  unsupported_request: 'No engine here can do what was asked.',
  queue_timeout: 'The job waited longer than its queue deadline.',
  run_timeout: 'The job ran longer than its deadline.',
  silent_timeout: 'The engine reported nothing for too long.',
  worker_lost: 'The worker vanished and the retries are used up.',
  outcome_unknown: 'The work may have been done and paid for; it is not repeated by itself.',
  canceled: 'The job was canceled.',
};

/** The WebSocket close code of each, used when the error ends the connection. From 4000 on it is 4000 and the status. */
const CLOSES: Record<ErrorCode, number> = {
  invalid_request: 1007,
  unauthorized: 4401,
  forbidden: 4403,
  not_found: 4404,
  method_not_allowed: 1008,
  conflict: 1008,
  already_ended: 1008,
  not_ended: 1008,
  superseded: 1008,
  too_large: 1009,
  unsupported_media: 1003,
  range_not_satisfiable: 1008,
  invalid_field: 1007,
  too_many_requests: 4429,
  queue_full: 4429,
  internal: 1011,
  storage_unavailable: 1013,
  shutting_down: 1012,
  unreachable: 1013,
  engine_failed: 1011,
  engine_unavailable: 1013,
  out_of_memory: 1011,
  unsupported_request: 1007,
  queue_timeout: 1013,
  run_timeout: 1013,
  silent_timeout: 1013,
  worker_lost: 1011,
  outcome_unknown: 1011,
  canceled: 1000,
};

speak(MEANS);

/** One row of the table. */
export interface ErrorRow {
  /** HTTP status. */
  status: number;
  /** WebSocket close code, when the error ends the connection. */
  close: number;
  /** Whether the same request may succeed later by itself. */
  retryable: boolean;
  /** What it means, for people. */
  means: string;
}

/**
 * The closed table of errors. Every failure that leaves the house carries one of these codes;
 * dialects translate them at their edge and invent none.
 */
export const ERRORS = Object.fromEntries(
  (Object.keys(ERROR_STATUS) as ErrorCode[]).map((code) => [
    code,
    { status: ERROR_STATUS[code], close: CLOSES[code], retryable: isRetryable(code), means: MEANS[code] },
  ]),
) as { readonly [C in ErrorCode]: ErrorRow };

/** The error as it travels; what led to it stays here. */
export function errorBodyOf({ code, message, retryable, field, retryAfterMs }: RendercastError): ErrorBody {
  return {
    ...{ code, message, retryable },
    ...(field === undefined ? {} : { field }),
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
  };
}

export type { ErrorCode } from './error-table.js';
export {
  type ErrorBody,
  type ErrorDetails,
  fromErrorBody,
  isErrorCode,
  RendercastError,
  toRendercastError,
} from './rendercast-error.js';
