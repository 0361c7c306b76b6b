import type { Worker } from 'node:worker_threads';
import { EngineError } from '../engine.js';
import { startThread } from '../threads.js';

/** A painting thread. One order at a time has it. */
export interface Painter {
  worker: Worker;
  /** Called when the thread is gone. */
  onGone: (error: EngineError) => void;
  /** Gives it back for the next order. */
  release(): void;
}

/** A few painting threads; each is started when it is first needed and lives until `close`. */
export interface Painters {
  /** A free thread; waits for one while all are busy. Rejects with the signal's reason, or once closed. */
  take(signal: AbortSignal): Promise<Painter>;
  /** Ends all threads; orders under way fail with `engine_unavailable`. */
  close(): Promise<void>;
}

export function createPainters(most: number): Painters {
  const idle: Painter[] = [];
  const all = new Set<Painter>();
  const line: (() => void)[] = [];
  let closed = false;

  function start(): Painter {
    const worker = startThread(import.meta.url, 'paint-thread');
    const painter: Painter = {
      worker,
      onGone: () => undefined,
      release() {
        painter.onGone = () => undefined;
        // An idle thread does not keep the process alive.
        worker.unref();
        if (all.has(painter)) idle.push(painter);
        line.shift()?.();
      },
    };
    const gone = (error: EngineError) => {
      if (!all.delete(painter)) return;
      const place = idle.indexOf(painter);
      if (place >= 0) idle.splice(place, 1);
      painter.onGone(error);
    };
    worker.on('error', (cause) => gone(brokenDown(cause)));
    worker.on('exit', () => gone(closed ? closing() : brokenDown(undefined)));
    all.add(painter);
    return painter;
  }

  return {
    async take(signal) {
      while (!closed && idle.length === 0 && all.size >= most) {
        await turn(line, signal);
        signal.throwIfAborted();
      }
      if (closed) throw closing();
      const painter = idle.pop() ?? start();
      painter.worker.ref();
      return painter;
    },
    async close() {
      closed = true;
      for (const call of line.splice(0)) call();
      await Promise.all([...all].map(({ worker }) => worker.terminate()));
    },
  };
}

/** Waits to be called; resolves on abort too, having left the line. */
function turn(line: (() => void)[], signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const leave = () => {
      const place = line.indexOf(called);
      if (place >= 0) line.splice(place, 1);
      resolve();
    };
    const called = () => {
      signal.removeEventListener('abort', leave);
      resolve();
    };
    line.push(called);
    signal.addEventListener('abort', leave, { once: true });
  });
}

function brokenDown(cause: unknown): EngineError {
  const memory = (cause as { code?: unknown } | undefined)?.code === 'ERR_WORKER_OUT_OF_MEMORY';
  return memory
    ? new EngineError('out_of_memory', 'The painter ran out of memory.', { retryable: true, cause })
    : new EngineError('engine_failed', 'The painter broke down.', { retryable: true, cause });
}

function closing(): EngineError {
  return new EngineError('engine_unavailable', 'The painters are closing.', { retryable: true });
}
