import type { Clock } from '../clock.js';

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
        await new Promise<void>((resolve, reject) => {
          const takeBack = clock.after(withinMs, () => end(resolve));
          const abort = (): void => end(() => reject(signal.reason as Error));
          const end = (settle: () => void): void => {
            takeBack();
            signal.removeEventListener('abort', abort);
            settle();
          };
          wake = () => end(resolve);
          signal.addEventListener('abort', abort, { once: true });
        });
        wake = () => undefined;
      }
      isRung = false;
    },
  };
}
