import { monitorEventLoopDelay } from 'node:perf_hooks';

/** How late the loop runs its timers: the first sign of work that should be in a thread. */
export interface LoopDelay {
  p99Ms(): number;
  close(): void;
}

/** Timer resolution of the measurement; it is taken off again. */
const RESOLUTION_MS = 10;

export function watchLoopDelay(): LoopDelay {
  const histogram = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
  histogram.enable();
  return {
    p99Ms: () => Math.max(0, Math.round((histogram.percentile(99) / 1e6 - RESOLUTION_MS) * 100) / 100),
    close: () => void histogram.disable(),
  };
}
