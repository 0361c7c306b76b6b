import type { Worker, WorkerOptions } from 'node:worker_threads';
import { EngineError } from '../engine.js';
import { startThread } from '../threads.js';
import type { Song } from './song.js';
import type { SongOrder } from './song-order.js';
import { type ComposeOrder, FLAG, type FromThread } from './thread-messages.js';

/** What a caller hears while its song is made. */
export interface Listener {
  /** Called for every message but the last, in order. */
  heard(message: FromThread): void;
}

/** One song under way. */
export interface SongRun {
  /** The song; rejects with the reason once stopped, or with an `EngineError` when the thread fails or dies. */
  song: Promise<Song>;
  /** Settles when the thread can take another order; never rejects. */
  free: Promise<void>;
  setWantsPreview(wanted: boolean): void;
  /** Gives the song up: `song` rejects at once, the thread stops within a block. */
  stop(reason: unknown): void;
}

/** Threads that make songs, started when they are first needed and kept for the next. */
export interface ThreadPool {
  run(order: SongOrder, listener: Listener): SongRun;
  close(): Promise<void>;
}

interface Task {
  order: SongOrder;
  flags: Int32Array;
  listener: Listener;
  resolve(song: Song): void;
  reject(reason: unknown): void;
  setFree(): void;
}

const closing = () => new EngineError('shutting_down', 'The engine was closed.', { retryable: true });

/**
 * Makes the pool. Orders beyond the number of threads wait their turn.
 *
 * @param options for the threads; memory limits may be set here.
 */
export function createThreadPool(threads: number, options: WorkerOptions = {}): ThreadPool {
  const idle: Worker[] = [];
  const busy = new Map<Worker, Task>();
  const waiting: Task[] = [];
  const ends = new Map<Worker, Promise<unknown>>();
  let closed = false;

  const finish = (worker: Worker, end: (task: Task) => void): void => {
    const task = busy.get(worker);
    if (!task) return;
    busy.delete(worker);
    end(task);
    task.setFree();
  };

  const start = (): Worker => {
    const worker = startThread(import.meta.url, 'compose-thread', { name: 'embedded-music', ...options });
    worker.unref();
    worker.on('message', (message: FromThread) => {
      const task = busy.get(worker);
      if (!task) return;
      if (message.type === 'done' || message.type === 'stopped' || message.type === 'failed') {
        finish(worker, () => settle(task, message));
        worker.unref();
        idle.push(worker);
        next();
      } else if (Atomics.load(task.flags, FLAG.stop) === 0) task.listener.heard(message);
    });
    worker.on('error', (error: Error & { code?: string }) => finish(worker, (task) => task.reject(verdictOn(error))));
    const ended = new Promise<void>((resolve) => {
      worker.on('exit', () => {
        ends.delete(worker);
        const place = idle.indexOf(worker);
        if (place >= 0) idle.splice(place, 1);
        const lost = new EngineError('engine_failed', 'The thread that made the song ended unexpectedly.', {
          retryable: true,
        });
        finish(worker, (task) => task.reject(closed ? closing() : lost));
        resolve();
        next();
      });
    });
    ends.set(worker, ended);
    return worker;
  };

  const next = (): void => {
    while (!closed && waiting.length > 0 && (idle.length > 0 || ends.size < threads)) {
      const task = waiting.shift();
      if (!task) return;
      const worker = idle.pop() ?? start();
      busy.set(worker, task);
      // A thread at work keeps the process alive, an idle one does not.
      worker.ref();
      worker.postMessage({ order: task.order, flags: task.flags } satisfies ComposeOrder);
    }
  };

  return {
    run(order, listener) {
      const flags = new Int32Array(new SharedArrayBuffer(8));
      let setFree = (): void => undefined;
      const free = new Promise<void>((resolve) => {
        setFree = resolve;
      });
      let reject: (reason: unknown) => void = () => undefined;
      const song = new Promise<Song>((resolve, rejectSong) => {
        reject = rejectSong;
        if (closed) return rejectSong(closing());
        waiting.push({ order, flags, listener, resolve, reject: rejectSong, setFree });
      });
      if (closed) setFree();
      next();
      return {
        song,
        free,
        setWantsPreview: (wanted) => void Atomics.store(flags, FLAG.wantsPreview, wanted ? 1 : 0),
        stop(reason) {
          Atomics.store(flags, FLAG.stop, 1);
          reject(reason);
          const place = waiting.findIndex((task) => task.flags === flags);
          if (place >= 0) waiting.splice(place, 1)[0]?.setFree();
        },
      };
    },
    async close() {
      closed = true;
      for (const task of waiting.splice(0)) {
        task.reject(closing());
        task.setFree();
      }
      for (const worker of ends.keys()) void worker.terminate();
      await Promise.all(ends.values());
    },
  };
}

function settle(task: Task, message: Extract<FromThread, { type: 'done' | 'stopped' | 'failed' }>): void {
  if (message.type === 'done') task.resolve(message.song);
  else if (message.type === 'failed') task.reject(failure(message.code, message.detail));
  else task.reject(new EngineError('engine_failed', 'The song was given up.', { retryable: true }));
}

function failure(code: 'out_of_memory' | (string & {}), detail: unknown): EngineError {
  if (code === 'out_of_memory')
    return new EngineError('out_of_memory', 'There was not enough memory for the song.', {
      retryable: true,
      cause: detail,
    });
  return new EngineError('engine_failed', 'The song could not be made.', { retryable: true, cause: detail });
}

const verdictOn = (error: Error & { code?: string }) =>
  failure(error.code === 'ERR_WORKER_OUT_OF_MEMORY' ? 'out_of_memory' : 'engine_failed', error);
