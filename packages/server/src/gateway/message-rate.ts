import type { Clock } from '../clock.js';

/** Messages are counted over this time, so that a burst is no offence. */
const WINDOW_S = 10;

/** Counts the messages of one socket against the limit: a bucket that refills with time. */
export function createMessageRate(perSecond: number, clock: Clock): { allows(): boolean } {
  let tokens = perSecond * WINDOW_S;
  let countedAtMs = clock.monotonic();
  return {
    allows() {
      const nowMs = clock.monotonic();
      tokens = Math.min(perSecond * WINDOW_S, tokens + ((nowMs - countedAtMs) / 1000) * perSecond);
      countedAtMs = nowMs;
      tokens -= 1;
      return tokens >= 0;
    },
  };
}
