import type { Now } from './describe-job.js';

/** The present, from the clocks of this machine. */
export function systemNow(): Now {
  return { wallMs: Date.now(), monotonicMs: performance.now() };
}
