/** Bounds of the wait between attempts, in milliseconds. */
export interface Backoff {
  baseMs: number;
  maxMs: number;
}

/**
 * How long to wait before the next attempt: doubling, with half of it drawn by chance, so that clients that lost
 * the same server do not come back as one wave. `failures` counts those in a row, from 1; 0 gives a short draw.
 */
export function backoffMs(failures: number, { baseMs, maxMs }: Backoff): number {
  if (failures <= 0) return Math.random() * baseMs;
  const fullMs = Math.min(maxMs, baseMs * 2 ** (failures - 1));
  return fullMs * (0.5 + Math.random() / 2);
}

/** A time that is the same for everybody, spread over half as much again. */
export function spreadMs(leastMs: number): number {
  return leastMs * (1 + Math.random() / 2);
}
