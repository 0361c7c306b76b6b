/** How the wait between two tries grows. */
export interface Backoff {
  /** Wait after the first failure, in milliseconds, before jitter. Default: 1,000. */
  firstMs: number;
  /** Longest wait, in milliseconds. Default: 60,000. */
  maxMs: number;
}

export const DEFAULT_BACKOFF: Backoff = { firstMs: 1_000, maxMs: 60_000 };

/** An engine that asks for a longer pause than this is not believed: a day. */
const LONGEST_RETRY_AFTER_MS = 86_400_000;

/**
 * How long to wait before another try, in milliseconds: doubling from `firstMs` to `maxMs`, of which half is certain and
 * half drawn (`random` in [0, 1)), so that jobs that failed together do not come back together; at least `retryAfterMs`.
 *
 * @param failures tries used up, the one that just failed included.
 */
export function backoffMs(backoff: Backoff, failures: number, random: number, retryAfterMs = 0): number {
  const full = Math.min(backoff.maxMs, backoff.firstMs * 2 ** Math.min(30, Math.max(0, failures - 1)));
  const jittered = full / 2 + (full / 2) * random;
  return Math.round(Math.max(jittered, Math.min(retryAfterMs, LONGEST_RETRY_AFTER_MS)));
}
