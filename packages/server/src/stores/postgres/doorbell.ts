import type { Clock } from '../../clock.js';
import type { Statements } from './connection.js';

/** Wakes idle workers of all nodes: something may be there to claim. A ring may get lost; workers look by themselves, too. */
export interface Doorbell {
  /** Tells the other nodes, soon: rings of a short while are one. */
  ring(): void;
  /** Calls back when another node has rung; the returned function ends that. */
  onRing(listener: () => void): () => void;
  /** Somebody rang, or may have while nobody listened. */
  heard(): void;
  close(): Promise<void>;
}

/** At most one ring of a node in this time: with thousands of jobs a second, nobody is idle for long. */
const PAUSE_MS = 25;

/** Rings through `sql`, so that no commit has to carry the word. */
export function createDoorbell(sql: Statements, clock: Clock, channel: string, node: string): Doorbell {
  const listeners = new Set<() => void>();
  let resting: (() => void) | null = null;
  let again = false;
  let ringing: Promise<void> = Promise.resolve();

  function ring(): void {
    if (resting !== null) {
      again = true;
      return;
    }
    ringing = sql.all('SELECT pg_notify($1, $2)', channel, node).then(
      () => undefined,
      () => undefined, // a lost ring costs a worker one pause
    );
    resting = clock.after(PAUSE_MS, () => {
      resting = null;
      if (!again) return;
      again = false;
      ring();
    });
  }

  return {
    ring,
    onRing(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    heard() {
      for (const listener of listeners) listener();
    },
    async close() {
      resting?.();
      listeners.clear();
      await ringing;
    },
  };
}
