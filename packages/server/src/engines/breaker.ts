import type { Clock } from '../clock.js';

/** How a backend's line stands: in use, cut for a while, or on trial with one job at a time. */
export type BreakerState = 'closed' | 'open' | 'trial';

/**
 * Keeps jobs from a backend that loses them although it answers when it is asked how it is.
 *
 *   closed ──3 losses in a row──▶ open ──its time is over and a probe is answered──▶ trial ──a job works──▶ closed
 *                                  ▲────────────────── a job is lost, twice the time ───┘
 */
export interface Breaker {
  state(): BreakerState;
  /** Contact with the backend was lost in the midst of work. */
  lost(): void;
  /** Work ended there, well or not, without contact being lost. */
  worked(): void;
  /** The backend said that it is well. */
  answered(): void;
  /** Until when it is open at least, by the wall clock; null: it is not. */
  untilMs(): number | null;
  /** All losses so far. */
  losses(): number;
}

export interface BreakerOptions {
  clock: Clock;
  /** Losses in a row that open it. Default: 3. */
  lossesToOpen?: number;
  /** How long it is open the first time, in milliseconds; twice as long each time after a trial that failed. Default: 5,000. */
  firstMs?: number;
  /** Longest time open, in milliseconds. Default: 300,000. */
  longestMs?: number;
}

export function createBreaker({
  clock,
  lossesToOpen = 3,
  firstMs = 5_000,
  longestMs = 300_000,
}: BreakerOptions): Breaker {
  let state: BreakerState = 'closed';
  let inRow = 0;
  let losses = 0;
  let openings = 0;
  let openUntilMs = 0;

  return {
    state: () => state,
    lost() {
      losses += 1;
      inRow += 1;
      // Jobs that were under way when it opened are lost along with the others: that is no news.
      if (state === 'open' || (state === 'closed' && inRow < lossesToOpen)) return;
      state = 'open';
      openUntilMs = clock.monotonic() + Math.min(longestMs, firstMs * 2 ** Math.min(20, openings));
      openings += 1;
    },
    worked() {
      state = 'closed';
      inRow = 0;
      openings = 0;
    },
    answered() {
      if (state === 'open' && clock.monotonic() >= openUntilMs) state = 'trial';
    },
    untilMs: () => (state === 'open' ? clock.now() + Math.max(0, openUntilMs - clock.monotonic()) : null),
    losses: () => losses,
  };
}
