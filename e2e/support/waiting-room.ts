/** Those who wait for something to come over a socket, each until it is there. */
export interface WaitingRoom {
  /** Resolves with what `look` finds, now or after a later `tell`; rejects, with what was heard last, when it never comes. */
  waitFor<T>(what: string, look: () => T | null | undefined): Promise<T>;
  /** Something has changed: all look again. */
  tell(): void;
}

const WAIT_MS = 20_000;

/** A room for those who wait for messages; `heard` is told when one waits in vain. */
export function createWaitingRoom(heard: () => readonly unknown[]): WaitingRoom {
  const waiting = new Set<() => void>();
  return {
    waitFor<T>(what: string, look: () => T | null | undefined) {
      return new Promise<T>((resolve, reject) => {
        const timer = setTimeout(() => {
          waiting.delete(check);
          reject(new Error(`waited ${WAIT_MS} ms in vain for ${what}; heard ${JSON.stringify(heard().slice(-4))}`));
        }, WAIT_MS);
        const check = (): void => {
          const found = look();
          if (found === undefined || found === null) return;
          clearTimeout(timer);
          waiting.delete(check);
          resolve(found);
        };
        waiting.add(check);
        check();
      });
    },
    tell() {
      for (const check of [...waiting]) check();
    },
  };
}
