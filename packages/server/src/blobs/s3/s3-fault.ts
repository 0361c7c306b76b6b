import { RendercastError } from '@rendercast/protocol';

/** Codes of S3 that pass by themselves, whatever status they come with. */
const PASSING_CODES = new Set([
  'BadDigest',
  'ConditionalRequestConflict',
  'IncompleteBody',
  'InternalError',
  'OperationAborted',
  'RequestTimeout',
  'ServiceUnavailable',
  'SlowDown',
  'XAmzContentSHA256Mismatch', // damaged on its way: the same bytes are sent again
]);
const PASSING_STATUS = new Set([408, 425, 429, 500, 502, 503, 504, 509]);

/** What can be learned from a failed exchange without keeping anything secret. */
export interface FaultDetails {
  /** Status of the answer; null: there was none. */
  status: number | null;
  /** S3's own code (`SlowDown`), or the system's (`ECONNREFUSED`). */
  code: string;
  /** Whether the same request may go well in a moment. */
  passing: boolean;
  /** How long the storage asks to be left alone, in milliseconds. */
  retryAfterMs?: number;
  /** Region that the bucket is in, if the storage says so. */
  region?: string;
  /** How far the storage's clock is ahead of ours, in milliseconds, as far as its `Date` tells. */
  aheadMs?: number;
}

/**
 * An exchange with the storage that failed. It holds a status and a code and nothing else: answers of S3 repeat key ids
 * and what was signed, and addresses are nobody's business.
 */
export class S3Fault extends Error {
  readonly details: FaultDetails;

  constructor(details: FaultDetails, options?: ErrorOptions) {
    super(details.status === null ? `the storage: ${details.code}` : `the storage: ${details.status} ${details.code}`, {
      ...options,
    });
    this.name = 'S3Fault';
    this.details = details;
  }
}

/** Whether an answer with this status and code may be another one in a moment. */
export function isPassing(status: number, code: string): boolean {
  return PASSING_STATUS.has(status) || PASSING_CODES.has(code);
}

/** Errors of TLS do not pass by themselves; everything else between two sockets does. */
export function faultOfSocket(thrown: unknown): S3Fault {
  if (thrown instanceof S3Fault) return thrown;
  const code = thrown instanceof Error && 'code' in thrown ? String(thrown.code) : 'the connection failed';
  const passing = !/CERT|SELF_SIGNED|UNABLE_TO_VERIFY|ERR_TLS|ERR_SSL|ERR_INVALID/.test(code);
  return new S3Fault({ status: null, code, passing });
}

/** What the rest of the house hears of a fault. */
export function unavailable(cause: unknown): RendercastError {
  return new RendercastError('storage_unavailable', 'Files cannot be stored or read right now.', { cause });
}

/** Whether a fault says that there is no such blob. Without a body (HEAD) there is only the status to go by. */
export function isMissing(thrown: unknown): boolean {
  return (
    thrown instanceof S3Fault && thrown.details.status === 404 && /^(NoSuchKey|NotFound|404)$/.test(thrown.details.code)
  );
}

/** Runs work for the house: its faults become `storage_unavailable`, everything else passes as it is. */
export async function forHouse<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (thrown) {
    throw thrown instanceof S3Fault ? unavailable(thrown) : thrown;
  }
}
