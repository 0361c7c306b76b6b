import { availableParallelism } from 'node:os';
import { Worker, type WorkerOptions } from 'node:worker_threads';

/**
 * Starts a thread whose entry file stands beside the file that starts it.
 *
 * @param from `import.meta.url` of the caller.
 * @param name file name of the entry without its ending (`paint-thread`).
 *
 * Threads run compiled code: started from a source file (as tests do), the entry is the built one.
 */
export function startThread(from: string, name: string, options: WorkerOptions = {}): Worker {
  const fromSource = from.endsWith('.ts');
  const base = fromSource ? from.replace('/packages/server/src/', '/packages/server/dist/') : from;
  return new Worker(new URL(`./${name}.js`, base), options);
}

/** How many threads the embedded engines use when nothing is configured: all cores but one, at least one. */
export function defaultThreads(): number {
  return Math.max(1, availableParallelism() - 1);
}
