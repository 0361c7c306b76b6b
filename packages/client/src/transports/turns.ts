/** Lets so many in at a time: a browser has six connections to a server, and others need some too. */
export interface Turns {
  /** Waits for a turn; the returned function ends it. Rejects with the signal's reason when that aborts. */
  enter(signal: AbortSignal): Promise<() => void>;
  /** Whether others wait. */
  readonly crowded: boolean;
}

/** Makes a gate for so many. */
export function createTurns(places: number): Turns {
  let free = places;
  const line: (() => void)[] = [];

  function leave(): void {
    const next = line.shift();
    if (next === undefined) free += 1;
    else next();
  }

  return {
    get crowded() {
      return line.length > 0;
    },
    enter(signal) {
      return new Promise((resolve, reject) => {
        signal.throwIfAborted();
        const take = (): void => {
          signal.removeEventListener('abort', abort);
          let left = false;
          resolve(() => {
            if (!left) leave();
            left = true;
          });
        };
        const abort = (): void => {
          line.splice(line.indexOf(take), 1);
          reject(signal.reason as Error);
        };
        if (free > 0) {
          free -= 1;
          take();
          return;
        }
        line.push(take);
        signal.addEventListener('abort', abort, { once: true });
      });
    },
  };
}
