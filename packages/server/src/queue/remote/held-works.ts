import { RendercastError } from '@rendercast/protocol';
import type { LeaseRef } from '../../stores/store.js';
import { type HeldWork, openHeldWork } from './held-work.js';
import type { RemoteParts } from './remote-parts.js';

/** The attempts of remote workers that this process follows. */
export interface HeldWorks {
  /** Follows an attempt that was claimed here just now, at this monotonic time. */
  claimed(lease: LeaseRef, claimedMs: number): Promise<HeldWork>;
  /** The attempt of a lease, from wherever it was claimed. Throws `superseded` when it is over. */
  of(lease: LeaseRef): Promise<HeldWork>;
  close(): void;
}

export function createHeldWorks(parts: RemoteParts): HeldWorks {
  const works = new Map<string, Promise<HeldWork>>();
  const held = new Map<string, HeldWork>();
  let closed = false;
  const keyOf = ({ jobId, attempt }: LeaseRef): string => `${attempt} ${jobId}`;

  async function open(lease: LeaseRef, claimedMs: number | null): Promise<HeldWork> {
    const key = keyOf(lease);
    const stored = await parts.store.find(lease.jobId, null);
    if (stored === null || stored.job.state !== 'running' || stored.job.attempt !== lease.attempt)
      throw new RendercastError('superseded');
    const release = parts.presence.holds(stored.job.ranOn?.backend ?? '');
    const work = await openHeldWork(parts, stored, claimedMs, () => {
      works.delete(key);
      held.delete(key);
      release();
    });
    if (closed) {
      work.close();
      throw new RendercastError('shutting_down', undefined, { retryAfterMs: 1_000 });
    }
    work.over.throwIfAborted();
    held.set(key, work);
    return work;
  }

  function follow(lease: LeaseRef, claimedMs: number | null): Promise<HeldWork> {
    const key = keyOf(lease);
    let work = works.get(key);
    if (work === undefined) {
      work = open(lease, claimedMs);
      works.set(key, work);
      work.catch(() => works.delete(key)); // whoever asked is told
    }
    return work;
  }

  return {
    claimed: (lease, claimedMs) => follow(lease, claimedMs),
    of: (lease) => follow(lease, null),
    close() {
      closed = true;
      for (const work of [...held.values()]) work.close();
    },
  };
}
