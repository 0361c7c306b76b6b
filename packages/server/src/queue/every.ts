import type { Clock } from '../clock.js';

/**
 * Runs a task again and again, `everyMs` after the last run ended: a slow one delays the next and never overlaps it.
 * What it throws goes to `onError`, and the next run comes all the same. The returned function stops it and resolves
 * once a run under way has ended.
 */
export function every(
  clock: Clock,
  everyMs: number,
  task: () => unknown,
  onError: (thrown: unknown) => void,
): () => Promise<void> {
  let stopped = false;
  let running: Promise<void> = Promise.resolve();
  let takeBack = clock.after(everyMs, run);

  function run(): void {
    running = (async () => {
      try {
        await task();
      } catch (thrown) {
        onError(thrown);
      }
      if (!stopped) takeBack = clock.after(everyMs, run);
    })();
  }

  return async () => {
    stopped = true;
    takeBack();
    await running;
  };
}
