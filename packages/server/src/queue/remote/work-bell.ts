import { type Clock, sleep } from '../../clock.js';
import type { Queue } from '../queue.js';

/** Lets many callers wait for work at once. */
export interface WorkBell {
  /** A wait that begins now: what rings before it is asked for counts. */
  next(): (ms: number, signal: AbortSignal) => Promise<void>;
  close(): void;
}

export function createWorkBell(queue: Pick<Queue, 'onWork'>, clock: Clock): WorkBell {
  let rung = new AbortController();
  const stop = queue.onWork(() => {
    rung.abort();
    rung = new AbortController();
  });
  return {
    next() {
      const { signal: bell } = rung;
      return async (ms, signal) => {
        await sleep(clock, ms, AbortSignal.any([bell, signal])).catch(() => undefined);
        signal.throwIfAborted();
      };
    },
    close: () => void stop(),
  };
}
