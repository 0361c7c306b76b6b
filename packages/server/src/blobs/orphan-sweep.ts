import type { Clock } from '../clock.js';
import type { Logger } from '../logger.js';
import type { Store } from '../stores/store.js';
import type { Blobs } from './blobs.js';
import { sweepOrphans } from './orphans.js';

/** Orphaned files are rare, and looking for them reads the whole folder. */
const SWEEP_EVERY_MS = 6 * 3_600_000;

/** Sweeps orphaned files now and then, while it is open. */
export function createOrphanSweep(deps: { blobs: Blobs; store: Store; clock: Clock; logger: Logger }): {
  start(): void;
  close(): Promise<void>;
} {
  const { blobs, store, clock, logger } = deps;
  const closing = new AbortController();
  let stopWaiting: (() => void) | null = null;
  let sweeping: Promise<void> = Promise.resolve();

  async function sweep(): Promise<void> {
    try {
      const removed = await sweepOrphans({ blobs, store, signal: closing.signal });
      if (removed > 0) logger.info({ removed }, 'removed files that no job knows of');
    } catch (error) {
      if (!closing.signal.aborted) logger.warn({ error }, 'orphaned files could not be swept');
    }
    later();
  }

  function later(): void {
    if (closing.signal.aborted) return;
    stopWaiting = clock.after(SWEEP_EVERY_MS, () => {
      sweeping = sweep();
    });
  }

  return {
    start: later,
    async close() {
      closing.abort(new Error('the server is stopping'));
      stopWaiting?.();
      await sweeping;
    },
  };
}
