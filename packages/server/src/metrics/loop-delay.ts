import { type IntervalHistogram, monitorEventLoopDelay } from 'node:perf_hooks';

/** How late the loop runs its timers: the first sign of work that should be in a thread. */
export interface LoopDelay {
  /** The delay of the last minute or two, whichever was worse, in milliseconds. */
  figures(): LoopFigures;
  close(): void;
}

export interface LoopFigures {
  p50Ms: number;
  p99Ms: number;
  maxMs: number;
}

/** Timer resolution of the measurement; it is taken off again. */
const RESOLUTION_MS = 10;
/** Figures start over this often, so that one bad moment at the start is not shown for ever. */
const WINDOW_MS = 60_000;

/** Measures from now on, until it is closed. */
export function watchLoopDelay(): LoopDelay {
  const histogram = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
  histogram.enable();
  let before: LoopFigures = { p50Ms: 0, p99Ms: 0, maxMs: 0 };
  const timer = setInterval(() => {
    before = read(histogram);
    histogram.reset();
  }, WINDOW_MS);
  timer.unref();
  return {
    figures() {
      const now = read(histogram);
      return {
        p50Ms: Math.max(before.p50Ms, now.p50Ms),
        p99Ms: Math.max(before.p99Ms, now.p99Ms),
        maxMs: Math.max(before.maxMs, now.maxMs),
      };
    },
    close() {
      clearInterval(timer);
      histogram.disable();
    },
  };
}

function read(histogram: IntervalHistogram): LoopFigures {
  // An empty histogram answers with its bounds.
  if (histogram.count === 0) return { p50Ms: 0, p99Ms: 0, maxMs: 0 };
  return {
    p50Ms: inMs(histogram.percentile(50)),
    p99Ms: inMs(histogram.percentile(99)),
    maxMs: inMs(histogram.max),
  };
}

function inMs(nanoseconds: number): number {
  return Math.max(0, Math.round((nanoseconds / 1e6 - RESOLUTION_MS) * 100) / 100);
}
