/** Time as an input: tests step it, the house reads it here. */
export interface Clock {
  /** Wall time in milliseconds since 1970; for show and for stamps, never for leases. */
  now(): number;
  /** Milliseconds that only go forward, for leases, deadlines and durations. */
  monotonic(): number;
  /** Calls back once after a time; the returned function takes it back. Does not keep the process alive. */
  after(delayMs: number, callback: () => void): () => void;
}

export const systemClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  after(delayMs, callback) {
    const timer = setTimeout(callback, delayMs);
    timer.unref();
    return () => clearTimeout(timer);
  },
};

/** ISO 8601 UTC of a wall time. */
export function isoTime(nowMs: number): string {
  return new Date(nowMs).toISOString();
}

/** Waits by a clock; rejects with the signal's reason as soon as it aborts, and leaves no timer behind. */
export function sleep(clock: Clock, delayMs: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) {
      reject(signal.reason);
      return;
    }
    const onAbort = () => {
      takeBack();
      reject(signal.reason);
    };
    const takeBack = clock.after(delayMs, () => {
      signal.removeEventListener('abort', onAbort);
      resolve();
    });
    signal.addEventListener('abort', onAbort, { once: true });
  });
}
