/** The places of one server: who has one may work, the others wait in order. */
export interface Places {
  /** Resolves with the way to give it back. Rejects when the signal aborts. */
  take(signal: AbortSignal): Promise<() => void>;
}

/** So many places; a place is free when its work is over at the server, not when its job has ended. */
export function createPlaces(count: number): Places {
  let free = count;
  const waiting: (() => void)[] = [];
  const giveBack = () => {
    free += 1;
    waiting.shift()?.();
  };
  return {
    async take(signal) {
      signal.throwIfAborted();
      while (free === 0) {
        await new Promise<void>((resolve, reject) => {
          const onFree = () => {
            signal.removeEventListener('abort', onAbort);
            resolve();
          };
          const onAbort = () => {
            waiting.splice(waiting.indexOf(onFree), 1);
            reject(signal.reason);
          };
          waiting.push(onFree);
          signal.addEventListener('abort', onAbort, { once: true });
        });
      }
      free -= 1;
      let held = true;
      return () => {
        if (held) giveBack();
        held = false;
      };
    },
  };
}
