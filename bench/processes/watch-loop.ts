import { monitorEventLoopDelay } from 'node:perf_hooks';

const LOOK_MS = 20;

/** Runs something and says how late the main loop ran its timers meanwhile (p99), and the most resident memory, looked at every 20 ms. */
export async function watchLoop(work: () => Promise<unknown>): Promise<{ loopP99Ms: number; rssBytes: number }> {
  const delays = monitorEventLoopDelay({ resolution: 1 });
  let rssBytes = process.memoryUsage.rss();
  const look = setInterval(() => {
    rssBytes = Math.max(rssBytes, process.memoryUsage.rss());
  }, LOOK_MS);
  delays.enable();
  try {
    await work();
  } finally {
    delays.disable();
    clearInterval(look);
  }
  return { loopP99Ms: delays.percentile(99) / 1e6, rssBytes };
}
