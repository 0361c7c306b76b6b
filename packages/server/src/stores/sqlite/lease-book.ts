import type { LeaseRef } from '../store.js';

/** When each held lease ends, by a monotonic clock: wall time may jump. */
export interface LeaseBook {
  hold(lease: LeaseRef, leaseMs: number): void;
  /** From now on run out, whatever its term was. */
  void(lease: LeaseRef): void;
  /** This attempt (or an older one) runs no more. */
  release(lease: LeaseRef): void;
  /** Extends what still holds; one that has run out stays so, even if nobody took the job over yet. */
  renew(leases: readonly LeaseRef[], leaseMs: number): string[];
  expired(): LeaseRef[];
}

/** A book in memory. `monotonic` in milliseconds. */
export function createLeaseBook(monotonic: () => number): LeaseBook {
  const held = new Map<string, { attempt: number; endsAt: number }>();
  return {
    hold({ jobId, attempt }, leaseMs) {
      held.set(jobId, { attempt, endsAt: monotonic() + leaseMs });
    },
    void({ jobId, attempt }) {
      held.set(jobId, { attempt, endsAt: Number.NEGATIVE_INFINITY });
    },
    release({ jobId, attempt }) {
      if ((held.get(jobId)?.attempt ?? Number.POSITIVE_INFINITY) <= attempt) held.delete(jobId);
    },
    renew(leases, leaseMs) {
      const now = monotonic();
      return leases
        .filter(({ jobId, attempt }) => {
          const lease = held.get(jobId);
          if (lease === undefined || lease.attempt !== attempt || lease.endsAt <= now) return false;
          lease.endsAt = now + leaseMs;
          return true;
        })
        .map(({ jobId }) => jobId);
    },
    expired() {
      const now = monotonic();
      return [...held].filter(([, { endsAt }]) => endsAt <= now).map(([jobId, { attempt }]) => ({ jobId, attempt }));
    },
  };
}
