/** How long things took of late. */
export interface RecentFigures {
  /** How many there were since the start. */
  count: number;
  /** Of the newest thousand, in milliseconds; null when there were none. */
  p50Ms: number | null;
  p95Ms: number | null;
}

/** The newest durations, for percentiles that follow what happens now and not what happened last week. */
export interface Recent {
  add(ms: number): void;
  figures(): RecentFigures;
}

/** @param size how many are kept. */
export function createRecent(size = 1_000): Recent {
  const kept: number[] = [];
  let count = 0;
  return {
    add(ms) {
      kept[count % size] = ms;
      count += 1;
    },
    figures() {
      const sorted = [...kept].sort((left, right) => left - right);
      return { count, p50Ms: percentile(sorted, 0.5), p95Ms: percentile(sorted, 0.95) };
    },
  };
}

/** The smallest value that this part of all does not exceed. */
function percentile(sorted: readonly number[], part: number): number | null {
  return sorted[Math.max(0, Math.ceil(sorted.length * part) - 1)] ?? null;
}
