/** What a process has used so far. */
export interface Usage {
  /** Processor time of all its threads, user and system, in microseconds. */
  cpuUs: number;
  /** Resident memory, in bytes; after a collection where the process was started with `--expose-gc`. */
  rssBytes: number;
  /** Of it: JavaScript objects, and buffers outside the heap. */
  heapBytes: number;
  externalBytes: number;
}

/** Reads the usage of this process. */
export function readUsage(): Usage {
  const { user, system } = process.cpuUsage();
  const { gc } = globalThis as { gc?: () => void };
  gc?.();
  gc?.();
  const memory = process.memoryUsage();
  return {
    cpuUs: user + system,
    rssBytes: memory.rss,
    heapBytes: memory.heapUsed,
    externalBytes: memory.external,
  };
}
