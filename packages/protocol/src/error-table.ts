/**
 * What programs need of the closed table of errors: by code the HTTP status, the WebSocket close code used when the
 * error ends the connection, and whether the same request may succeed later by itself.
 *
 * Apart from the words for people (`errors.ts`), so that a page does not load what the server's answers bring along.
 */
export const ERROR_TABLE = {
  invalid_request: [400, 1007, false],
  unauthorized: [401, 4401, false],
  forbidden: [403, 4403, false],
  not_found: [404, 4404, false],
  method_not_allowed: [405, 1008, false],
  conflict: [409, 1008, false],
  already_ended: [409, 1008, false],
  not_ended: [409, 1008, false],
  superseded: [409, 1008, false],
  too_large: [413, 1009, false],
  unsupported_media: [415, 1003, false],
  range_not_satisfiable: [416, 1008, false],
  invalid_field: [422, 1007, false],
  too_many_requests: [429, 4429, true],
  queue_full: [429, 4429, true],
  internal: [500, 1011, true],
  storage_unavailable: [503, 1013, true],
  shutting_down: [503, 1012, true],
  unreachable: [503, 1013, true],
  engine_failed: [502, 1011, true],
  engine_unavailable: [503, 1013, true],
  out_of_memory: [507, 1011, true],
  unsupported_request: [422, 1007, false],
  queue_timeout: [504, 1013, true],
  run_timeout: [504, 1013, true],
  silent_timeout: [504, 1013, true],
  worker_lost: [502, 1011, true],
  outcome_unknown: [502, 1011, false],
  canceled: [409, 1000, false],
} as const satisfies Record<string, readonly [status: number, close: number, retryable: boolean]>;

/** One of the codes of the table. */
export type ErrorCode = keyof typeof ERROR_TABLE;
