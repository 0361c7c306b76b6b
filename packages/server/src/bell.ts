import { type Clock, sleep } from './clock.js';

/** Something to wait for that may ring before anybody waits. */
export interface Bell {
  /** Ends the wait that goes on, or the next one. */
  ring(): void;
  /** Resolves once it has rung since the last wait, or after this time, in milliseconds; rejects when the signal aborts. */
  rung(withinMs: number, signal: AbortSignal): Promise<void>;
}

/** A bell for one who waits. */
export function createBell(clock: Clock): Bell {
  let isRung = false;
  let wake = (): void => undefined;
  return {
    ring() {
      isRung = true;
      wake();
    },
    async rung(withinMs, signal) {
      signal.throwIfAborted();
      if (!isRung) {
        const woken = new AbortController();
        wake = () => woken.abort();
        await sleep(clock, withinMs, AbortSignal.any([signal, woken.signal])).catch(() => signal.throwIfAborted());
        wake = () => undefined;
      }
      isRung = false;
    },
  };
}
