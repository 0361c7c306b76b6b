import { setTimeout as sleep } from 'node:timers/promises';
import type { Worker } from 'node:worker_threads';

/** Kinds of open things by their number, as the runtime names them (`TCPSocketWrap`, `Timeout` …), and `Worker`. */
export type OpenThings = Readonly<Record<string, number>>;

/** Watches for what was opened and not closed. */
export interface LeakWatch {
  /** What is open now beyond what was open at the start. */
  open(): OpenThings;
  /**
   * Waits until nothing is open beyond the start and answers an empty record; answers what is still open when the time is up
   * (default: 2,000 ms). Closing takes some turns of the loop; a leak stays. Ends the watch.
   */
  settled(options?: { withinMs?: number; signal?: AbortSignal }): Promise<OpenThings>;
}

/** Come and go by themselves: work of the moment, not something that anyone forgot to close. */
const PASSING = /^(?:Immediate|TickObject|FSReq.*|.*ReqWrap|WriteWrap|ShutdownWrap|.*ConnectWrap|.*Request)$/;

/**
 * Starts a watch. Counts what keeps the process alive: sockets, servers, timers, pipes of child processes, worker threads.
 * A timer or socket that was `unref`ed keeps nothing alive and is not counted; a worker always is.
 *
 *   const leaks = watchLeaks();
 *   … start, use, close …
 *   expect(await leaks.settled()).toEqual({});
 */
export function watchLeaks(): LeakWatch {
  const workers = new Set<Worker>();
  // The runtime's list of resources leaves worker threads out.
  const onWorker = (worker: Worker): void => {
    workers.add(worker);
    worker.once('exit', () => workers.delete(worker));
  };
  process.on('worker', onWorker);
  const before = countResources();

  const open = (): OpenThings => {
    const more: Record<string, number> = workers.size === 0 ? {} : { Worker: workers.size };
    for (const [kind, number] of Object.entries(countResources())) {
      const extra = number - (before[kind] ?? 0);
      if (extra > 0) more[kind] = extra;
    }
    return more;
  };

  return {
    open,
    async settled({ withinMs = 2_000, signal } = {}) {
      const until = performance.now() + withinMs;
      try {
        for (;;) {
          const still = open();
          if (Object.keys(still).length === 0 || performance.now() >= until) return still;
          await sleep(5, undefined, signal === undefined ? {} : { signal });
        }
      } finally {
        process.off('worker', onWorker);
      }
    },
  };
}

function countResources(): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const kind of process.getActiveResourcesInfo()) if (!PASSING.test(kind)) counts[kind] = (counts[kind] ?? 0) + 1;
  return counts;
}
