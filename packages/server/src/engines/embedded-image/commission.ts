import { EngineError } from '../engine.js';
import type { Order } from './order.js';
import type { Painter } from './painters.js';
import { type Failure, FLAG, type FromThread, type ToThread } from './thread-messages.js';

/** Hears what a painting thread says about one order. */
export interface Listener {
  /** Stage and output hold the thread up until they resolve; a rejection stops the order. */
  stage(message: Extract<FromThread, { type: 'stage' }>): Promise<void>;
  output(message: Extract<FromThread, { type: 'output' }>): Promise<void>;
  progress(message: Extract<FromThread, { type: 'step' }>): void;
  preview(message: Extract<FromThread, { type: 'preview' }>): void;
  wantsPreview(): boolean;
}

/** An order in the works. */
export interface Commission {
  /** Rejects with an {@link EngineError}, or with what the listener threw. */
  done: Promise<void>;
  /** Resolves when the thread is free again or gone. */
  free: Promise<void>;
  stop(): void;
}

/** A stopped thread that does not come back in this time, in milliseconds, is ended; a new one takes its place. */
const PATIENCE_MS = 5_000;

/** Has the painter paint the order, passes on what it says, and releases it. */
export function commission(painter: Painter, order: Order, listener: Listener): Commission {
  const { worker } = painter;
  const flags = new Int32Array(new SharedArrayBuffer(8));
  const say = (message: ToThread) => worker.postMessage(message);
  const done = createDeferred();
  const free = createDeferred();
  let patience: NodeJS.Timeout | undefined;
  let fault: { thrown: unknown } | null = null;

  function stop(): void {
    Atomics.store(flags, FLAG.stop, 1);
    say({ type: 'stop' });
    patience ??= setTimeout(() => void worker.terminate(), PATIENCE_MS);
  }
  function leave(failure: EngineError | null): void {
    clearTimeout(patience);
    worker.off('message', hear);
    painter.release();
    if (fault !== null) done.reject(fault.thrown);
    else if (failure !== null) done.reject(failure);
    else done.resolve();
    free.resolve();
  }
  function hold(storing: Promise<void>): void {
    storing.then(
      () => say({ type: 'taken' }),
      (thrown: unknown) => {
        fault ??= { thrown };
        stop();
      },
    );
  }
  function look(): void {
    Atomics.store(flags, FLAG.wantsPreview, listener.wantsPreview() ? 1 : 0);
  }
  function hear(message: FromThread): void {
    if (message.type === 'free') return leave(message.failure === null ? null : toError(message.failure));
    if (Atomics.load(flags, FLAG.stop) !== 0) return;
    look();
    if (message.type === 'stage') hold(listener.stage(message));
    else if (message.type === 'output') hold(listener.output(message));
    else if (message.type === 'preview') listener.preview(message);
    else listener.progress(message);
  }

  painter.onGone = leave;
  worker.on('message', hear);
  look();
  say({ type: 'paint', order, flags });
  return { done: done.promise, free: free.promise, stop };
}

function createDeferred() {
  let resolve: () => void = () => undefined;
  let reject: (reason: unknown) => void = () => undefined;
  const promise = new Promise<void>((resolvePromise, rejectPromise) => {
    resolve = resolvePromise;
    reject = rejectPromise;
  });
  return { promise, resolve, reject };
}

function toError({ code, message, retryable, detail }: Failure): EngineError {
  return new EngineError(code, message, { retryable, cause: new Error(detail) });
}
