import type { Stats } from '@rendercast/client';
import type { Sample } from './stats-record.js';

/** Values over time; null where there is none. */
export type Series = (number | null)[];

/** Rates are taken over this much time, so that a single job is a bump and no needle, in milliseconds. */
const WINDOW_MS = 20_000;

/** Times of the samples, in seconds, as charts take them. */
export function timesOf(samples: readonly Sample[]): number[] {
  return samples.map(({ atMs }) => atMs / 1000);
}

/** A value of each moment. */
export function levelsOf(samples: readonly Sample[], read: (stats: Stats) => number | null): Series {
  return samples.map(({ stats }) => read(stats));
}

/** How fast a counter grows, per so many milliseconds. */
export function ratesOf(samples: readonly Sample[], read: (stats: Stats) => number, perMs: number): Series {
  let from = 0;
  return samples.map((sample, index) => {
    while (from < index - 1 && sample.atMs - (samples[from]?.atMs ?? 0) > WINDOW_MS) from += 1;
    const before = samples[from];
    if (before === undefined || index === 0) return null;
    const elapsedMs = sample.atMs - before.atMs;
    return elapsedMs <= 0 ? null : (Math.max(0, read(sample.stats) - read(before.stats)) * perMs) / elapsedMs;
  });
}
