import type { Clock } from '../clock.js';

/** A clock that stands still until it is stepped. */
export interface SteppedClock extends Clock {
  /** Moves on; what becomes due is called in order, at its own time. */
  step(ms: number): void;
  /** Sets the wall clock alone, forth or back, as an operator or a time server does. */
  jump(ms: number): void;
}

export function createSteppedClock(wallMs = Date.parse('2026-01-01T00:00:00Z')): SteppedClock {
  let steadyMs = 0;
  let offsetMs = wallMs;
  let due: { atMs: number; callback: () => void }[] = [];
  return {
    now: () => offsetMs + steadyMs,
    monotonic: () => steadyMs,
    after(delayMs, callback) {
      const timer = { atMs: steadyMs + delayMs, callback };
      due.push(timer);
      return () => {
        due = due.filter((other) => other !== timer);
      };
    },
    step(ms) {
      const untilMs = steadyMs + ms;
      for (;;) {
        const [next] = due.filter(({ atMs }) => atMs <= untilMs).sort((left, right) => left.atMs - right.atMs);
        if (next === undefined) break;
        due = due.filter((other) => other !== next);
        steadyMs = Math.max(steadyMs, next.atMs);
        next.callback();
      }
      steadyMs = untilMs;
    },
    jump(ms) {
      offsetMs += ms;
    },
  };
}
