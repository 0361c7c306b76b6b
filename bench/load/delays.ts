/** Delays of what arrived, in microseconds. */
export interface Delays {
  add(us: number): void;
  summary(): DelaySummary;
  clear(): void;
}

export interface DelaySummary {
  samples: number;
  p50Ms: number;
  p99Ms: number;
  maxMs: number;
}

/** Keeps every sample: exact, and small at the rates that are measured. */
export function createDelays(): Delays {
  let samples: number[] = [];
  return {
    add: (us) => void samples.push(us),
    summary() {
      const sorted = Float64Array.from(samples).sort();
      const at = (part: number): number =>
        (sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? 0) / 1_000;
      return { samples: sorted.length, p50Ms: at(0.5), p99Ms: at(0.99), maxMs: at(1) };
    },
    clear() {
      samples = [];
    },
  };
}
