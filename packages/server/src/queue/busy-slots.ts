import type { Logger } from '../logger.js';
import type { LeaseRef, SlotHold, Store } from '../stores/store.js';

/**
 * Slots of backends that all processes share, and that are busy with attempts of this process which have ended. The store
 * counts them as taken while they are said again; should this process die, they run out as leases do.
 */
export interface BusySlots {
  /** Counts as taken from when this resolves. */
  hold(slot: SlotHold): Promise<void>;
  /** The backend is free. Never rejects: what the store does not hear now runs out. */
  free(attempt: LeaseRef): Promise<void>;
  /** Says all of them again; to be called at a third of the lease. */
  renew(): Promise<void>;
}

/** Nothing is held. */
export function createBusySlots(
  { store, logger }: { store: Pick<Store, 'holdSlots' | 'freeSlot'>; logger: Logger },
  leaseMs: number,
): BusySlots {
  const held = new Map<string, SlotHold>();
  const nameOf = ({ jobId, attempt }: LeaseRef): string => `${jobId} ${attempt}`;
  /** One word after the other: a slot that is freed must not be held by a word that was on its way. */
  let saying: Promise<unknown> = Promise.resolve();

  function say(word: () => Promise<void>): Promise<void> {
    const said = saying.then(word);
    saying = said.catch(() => undefined);
    return said;
  }

  return {
    hold(slot) {
      held.set(nameOf(slot), slot);
      return say(() => store.holdSlots([slot], leaseMs));
    },
    async free(attempt) {
      if (!held.delete(nameOf(attempt))) return;
      await say(() => store.freeSlot(attempt)).catch((thrown: unknown) => {
        logger.warn({ err: thrown, ...attempt }, 'a backend is free again, and the store was not told');
      });
    },
    renew: () => say(async () => (held.size === 0 ? undefined : store.holdSlots([...held.values()], leaseMs))),
  };
}
