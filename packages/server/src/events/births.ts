import type { FeedListener, FeedTail } from './feed-tail.js';
import type { Reach } from './follow.js';

/** Tells those who wait for an id when a job under it comes into being. One listener serves them all. */
export interface Births {
  /** How many ids are waited for. */
  readonly waiting: number;
  /**
   * Calls back at each birth within reach, and once as soon as nothing can be missed any more (the job may be there
   * already). Returns how to stop.
   */
  wait(id: string, reach: Reach, callback: () => void, failed: (error: unknown) => void): () => void;
}

interface Waiter {
  reach: Reach;
  callback: () => void;
}

export function createBirths(tails: { acquire(): Promise<FeedTail>; release(): void }): Births {
  const waiting = new Map<string, Set<Waiter>>();

  const listener: FeedListener = {
    facts(logged) {
      for (const { fact } of logged) {
        if (fact.type !== 'queued') continue;
        tell(fact.jobId, fact.owner);
        if (fact.clientId !== null) tell(fact.clientId, fact.owner);
      }
    },
    level: () => undefined,
    lost: () => undefined, // a job that was pruned before it was heard of is no birth
  };

  function tell(id: string, owner: string): void {
    for (const { reach, callback } of [...(waiting.get(id) ?? [])]) if (reach.all || reach.owner === owner) callback();
  }

  return {
    get waiting() {
      return waiting.size;
    },
    wait(id, reach, callback, failed) {
      const waiter: Waiter = { reach, callback };
      const atId = waiting.get(id) ?? new Set();
      atId.add(waiter);
      waiting.set(id, atId);
      let stopped = false;
      let tail: FeedTail | null = null;
      const listen = async (): Promise<void> => {
        try {
          tail = await tails.acquire();
          tail.add(listener); // once, however many wait: a set holds it
          if (stopped) tails.release();
          else callback();
        } catch (error) {
          failed(error);
        }
      };
      void listen();
      return () => {
        if (stopped) return;
        stopped = true;
        atId.delete(waiter);
        if (atId.size === 0 && waiting.get(id) === atId) waiting.delete(id);
        if (tail === null) return;
        if (waiting.size === 0) tail.remove(listener);
        tails.release();
      };
    },
  };
}
