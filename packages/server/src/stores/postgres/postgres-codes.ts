import { RendercastError } from '@rendercast/protocol/errors';

/** Classes of SQLSTATE (https://www.postgresql.org/docs/current/errcodes-appendix.html) that are no fault of ours. */
const STORAGE_CLASSES = new Set(['08', '53', '57', '58', 'XX']);
/** The server went into read-only mode (a standby, say), or a lock was not to be had in time. */
const STORAGE_CODES = new Set(['25006', '55P03', '55000', '25P03']);
/** Deadlock and failed serialization: nothing was done, and the same may well succeed at once. */
const AGAIN_CODES = new Set(['40P01', '40001']);
/** Our own: a limit on waiting jobs was passed together with another node. */
const FULL = 'RC001';

/** The SQLSTATE of an error of the database; null for any other error. */
export function sqlState(thrown: unknown): string | null {
  if (!(thrown instanceof Error) || !('code' in thrown) || typeof thrown.code !== 'string') return null;
  return /^[0-9A-Z]{5}$/.test(thrown.code) && 'severity' in thrown ? thrown.code : null;
}

/** Whether the line is gone, and with it the transaction; what the server itself refused is no such thing. */
export function isConnectionLoss(thrown: unknown): boolean {
  const state = sqlState(thrown);
  if (state === null) return thrown instanceof Error && !(thrown instanceof RendercastError) && isFromDriver(thrown);
  if (thrown instanceof Error && 'severity' in thrown && thrown.severity === 'FATAL') return true;
  return state.startsWith('08') || state.startsWith('57P');
}

/** What node and the driver throw when a connection cannot be made or breaks. */
function isFromDriver(thrown: Error): boolean {
  if ('code' in thrown && typeof thrown.code === 'string' && /^E[A-Z]/.test(thrown.code)) return true;
  return /^Connection terminated|^Client (has encountered|was closed)|^Query read timeout|timeout exceeded when|^timeout expired/.test(
    thrown.message,
  );
}

/** Whether the same transaction may be tried again at once. */
export function mayTryAgain(thrown: unknown): boolean {
  const state = sqlState(thrown);
  return state !== null && (AGAIN_CODES.has(state) || state === FULL);
}

/** Whether database or line failed us, and not the statement. */
export function isStorageFailure(thrown: unknown): boolean {
  const state = sqlState(thrown);
  if (state === null) return isConnectionLoss(thrown);
  return STORAGE_CODES.has(state) || STORAGE_CLASSES.has(state.slice(0, 2)) || mayTryAgain(thrown);
}

/** What callers get to see: `storage_unavailable`, or `internal` for a bug of ours. What led to it goes to the log alone. */
export function toStoreError(thrown: unknown): RendercastError {
  if (thrown instanceof RendercastError) return thrown;
  const code = isStorageFailure(thrown) ? 'storage_unavailable' : 'internal';
  return new RendercastError(code, undefined, { cause: thrown });
}
