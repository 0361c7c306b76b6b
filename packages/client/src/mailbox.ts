import type { Level } from '@rendercast/protocol/events';
import type { Failed, Wants } from './subscription.js';

/**
 * Between a stream that does not wait and a reader that takes its time: facts queue up, levels keep only the newest
 * of each key. Facts come out first; a level that they made obsolete is the reader's to drop.
 */
export interface Mailbox<T> {
  put(item: T): void;
  replace(key: string, item: T): void;
  /** After what is in it, `take` rejects with this. */
  fail(error: unknown): void;
  /** The next item; rejects with the signal's reason when that aborts. One reader at a time. */
  take(signal?: AbortSignal): Promise<T>;
}

/** Makes an empty mailbox. */
export function createMailbox<T>(): Mailbox<T> {
  const facts: T[] = [];
  const levels = new Map<string, T>();
  let failure: { error: unknown } | null = null;
  let wake = (): void => undefined;

  function arrival(signal: AbortSignal | undefined): Promise<void> {
    return new Promise((resolve) => {
      wake = () => {
        signal?.removeEventListener('abort', wake);
        resolve();
      };
      signal?.addEventListener('abort', wake);
    });
  }

  return {
    put(item) {
      facts.push(item);
      wake();
    },
    replace(key, item) {
      levels.delete(key); // a newer value goes to the back
      levels.set(key, item);
      wake();
    },
    fail(error) {
      failure ??= { error };
      wake();
    },
    async take(signal) {
      for (;;) {
        signal?.throwIfAborted();
        if (facts.length > 0) return facts.shift() as T;
        for (const [key, item] of levels) {
          levels.delete(key);
          return item;
        }
        if (failure !== null) throw failure.error;
        await arrival(signal);
      }
    },
  };
}

/** Puts what a shared stream brings into one reader's mailbox, without those levels that only others want. */
export function mailInto<E extends { type: string; level?: Level; jobId?: string }>(
  mailbox: Mailbox<E>,
  { levels, previews }: Wants,
): (event: E | Failed) => void {
  return (event) => {
    if (isFailed(event)) mailbox.fail(event.error);
    else if (event.level === undefined) mailbox.put(event);
    else if (event.level.kind === 'preview' ? previews !== 'none' : levels)
      mailbox.replace(event.level.kind + (event.jobId ?? ''), event);
  };
}

function isFailed(event: { type: string }): event is Failed {
  return event.type === 'failed';
}
