/** Steps of one job's fraction, seen by the clock: how soon it could be done at the earliest. */
export interface JobPace {
  hear(fraction: number, nowMs: number): void;
  /** Least time that is left, in milliseconds, by the fastest stretch that was seen; 0 while nothing is known. */
  leastLeftMs(): number;
}

/** Fewer stretches than this say nothing. */
const ENOUGH = 2;

export function createJobPace(): JobPace {
  let last: { fraction: number; atMs: number } | null = null;
  let fastest = Number.POSITIVE_INFINITY;
  let stretches = 0;
  return {
    hear(fraction, nowMs) {
      if (last !== null && fraction > last.fraction) {
        fastest = Math.min(fastest, (nowMs - last.atMs) / (fraction - last.fraction));
        stretches += 1;
      }
      if (last === null || fraction !== last.fraction) last = { fraction, atMs: nowMs };
    },
    leastLeftMs: () => (last === null || stretches < ENOUGH ? 0 : (1 - last.fraction) * fastest),
  };
}
