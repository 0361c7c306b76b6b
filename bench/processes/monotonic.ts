import { performance } from 'node:perf_hooks';

const OFFSET_US = Number(process.hrtime.bigint() / 1_000n) - performance.now() * 1_000;

/** Microseconds of the machine's monotonic clock: the same in all its processes. */
export function monotonicUs(): number {
  return performance.now() * 1_000 + OFFSET_US;
}
