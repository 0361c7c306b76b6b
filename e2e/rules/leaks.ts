import { createHook } from 'node:async_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Worker } from 'node:worker_threads';

/** Watches for what is opened and not closed. */
export interface LeakWatch {
  /** What was opened since the start and is still open: its kind and the line that opened it. */
  open(): string[];
  /**
   * Waits until nothing is open and answers an empty list; answers what is still open when the time is up (default: 2,000 ms).
   * Closing takes some turns of the loop; a leak stays. Ends the watch.
   */
  settled(options?: { withinMs?: number; signal?: AbortSignal }): Promise<string[]>;
}

/** What keeps a process alive until someone closes it, as the runtime names it and as we do. */
const KINDS: Record<string, string> = {
  Timeout: 'timer',
  TCPWRAP: 'socket',
  TCPSERVERWRAP: 'server',
  PIPEWRAP: 'pipe',
  PIPESERVERWRAP: 'pipe server',
  UDPWRAP: 'UDP socket',
  PROCESSWRAP: 'child process',
  FSEVENTWRAP: 'file watcher',
  STATWATCHER: 'file watcher',
};

/** The part of a resource that is asked. */
interface Resource {
  hasRef?(): boolean;
}

interface Opened {
  what: string;
  resource: WeakRef<Resource>;
}

/**
 * Starts a watch over sockets, servers, timers, pipes, child processes and worker threads of this process. A timer or socket
 * that was `unref`ed keeps nothing alive and is not counted; a worker always is. What the test runner opens is its own affair.
 *
 *   const leaks = watchLeaks();
 *   … start, use, close …
 *   expect(await leaks.settled()).toEqual([]);
 */
export function watchLeaks(): LeakWatch {
  const opened = new Map<number, Opened>();
  const workers = new Map<Worker, string>();
  const hook = createHook({
    init(id, type, _trigger, resource) {
      const kind = KINDS[type];
      if (kind === undefined) return;
      const at = openedAt();
      if (at !== null) opened.set(id, { what: `${kind} opened at ${at}`, resource: new WeakRef(resource) });
    },
    destroy(id) {
      opened.delete(id);
    },
  }).enable();
  // Worker threads say themselves when they begin and end.
  const onWorker = (worker: Worker): void => {
    workers.set(worker, `worker thread ${worker.threadId}`);
    worker.once('exit', () => workers.delete(worker));
  };
  process.on('worker', onWorker);

  const open = (): string[] => [
    ...workers.values(),
    ...[...opened.values()].filter(({ resource }) => resource.deref()?.hasRef?.() === true).map(({ what }) => what),
  ];

  return {
    open,
    async settled({ withinMs = 2_000, signal } = {}) {
      const until = performance.now() + withinMs;
      try {
        for (;;) {
          const still = open();
          if (still.length === 0 || performance.now() >= until) return still.sort();
          await sleep(5, undefined, signal === undefined ? {} : { signal });
        }
      } finally {
        process.off('worker', onWorker);
        hook.disable();
      }
    },
  };
}

/** The innermost line outside the runtime, by its path from the root; null when it is the test runner's or this file's. */
function openedAt(): string | null {
  const before = Error.stackTraceLimit;
  Error.stackTraceLimit = 40;
  // After the message, this function and the hook.
  const lines = (new Error('where').stack ?? '').split('\n').slice(3);
  Error.stackTraceLimit = before;
  const line = lines.find((one) => !/\(?node:|<anonymous>/.test(one));
  if (line === undefined) return 'the runtime';
  if (/\/node_modules\/(?:vitest|@vitest)\/|\/rules\/leaks\.ts/.test(line)) return null;
  return /((?:packages|apps|e2e|node_modules)\/[^)]+?)(?::\d+)?\)?$/.exec(line)?.[1] ?? line.trim();
}
