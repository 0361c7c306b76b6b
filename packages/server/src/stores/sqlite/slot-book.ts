import type { LeaseRef, SlotHold } from '../store.js';

/**
 * Slots of backends that are busy with attempts that have ended. In memory, by a monotonic clock: whoever holds them is this
 * process, and goes with it.
 */
export interface SlotBook {
  hold(holds: readonly SlotHold[], leaseMs: number): void;
  free(attempt: LeaseRef): void;
  /** Those that are held now. */
  held(): SlotHold[];
}

/** A book in memory. `monotonic` in milliseconds. */
export function createSlotBook(monotonic: () => number): SlotBook {
  const held = new Map<string, { hold: SlotHold; endsAt: number }>();
  const nameOf = ({ jobId, attempt }: LeaseRef): string => `${jobId} ${attempt}`;
  return {
    hold(holds, leaseMs) {
      for (const hold of holds) held.set(nameOf(hold), { hold, endsAt: monotonic() + leaseMs });
    },
    free: (attempt) => void held.delete(nameOf(attempt)),
    held() {
      const now = monotonic();
      for (const [name, { endsAt }] of held) if (endsAt <= now) held.delete(name);
      return [...held.values()].map(({ hold }) => hold);
    },
  };
}
