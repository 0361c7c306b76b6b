/**
 * What programs need of the closed table of errors: the HTTP status by code. Apart from the rest (`errors.ts`), so that a page
 * does not load what the server's answers bring along.
 */
export const ERROR_STATUS = {
  invalid_request: 400,
  unauthorized: 401,
  forbidden: 403,
  not_found: 404,
  method_not_allowed: 405,
  conflict: 409,
  already_ended: 409,
  not_ended: 409,
  superseded: 409,
  too_large: 413,
  unsupported_media: 415,
  range_not_satisfiable: 416,
  invalid_field: 422,
  too_many_requests: 429,
  queue_full: 429,
  internal: 500,
  storage_unavailable: 503,
  shutting_down: 503,
  unreachable: 503,
  engine_failed: 502,
  engine_unavailable: 503,
  out_of_memory: 507,
  unsupported_request: 422,
  queue_timeout: 504,
  run_timeout: 504,
  silent_timeout: 504,
  worker_lost: 502,
  outcome_unknown: 502,
  canceled: 409,
} as const satisfies Record<string, number>;

/** One of the codes of the table. */
export type ErrorCode = keyof typeof ERROR_STATUS;

/**
 * Whether the same request may succeed later by itself: where the server was at fault, or too busy. What may have been
 * done and paid for is not tried again.
 */
export function isRetryable(code: ErrorCode): boolean {
  const status = ERROR_STATUS[code];
  return code !== 'outcome_unknown' && (status === 429 || status >= 500);
}
