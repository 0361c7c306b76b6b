/** What a process has used so far. */
export interface Usage {
  /** Processor time of all its threads, user and system, in microseconds. */
  cpuUs: number;
  /** Resident memory, in bytes. */
  rssBytes: number;
  /** Of it: JavaScript objects, and buffers outside the heap. */
  heapBytes: number;
  externalBytes: number;
}

/** Reads the usage of this process. `collect`: memory is that after a collection (needs `--expose-gc`). */
export function readUsage(collect = false): Usage {
  const { user, system } = process.cpuUsage();
  const { gc } = globalThis as { gc?: () => void };
  if (collect) gc?.();
  const memory = process.memoryUsage();
  return {
    cpuUs: user + system,
    rssBytes: memory.rss,
    heapBytes: memory.heapUsed,
    externalBytes: memory.external,
  };
}
