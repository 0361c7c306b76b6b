import { type Principal, RendercastError } from '@rendercast/protocol';
import type { WorkRef } from '@rendercast/protocol/worker/verbs';
import type { LeaseRef } from '../../stores/store.js';
import type { HeldWork } from './held-work.js';
import type { HeldWorks } from './held-works.js';
import type { RemoteParts } from './remote-parts.js';

/** Whoever speaks for a worker: what its key opens, and nothing else. */
export interface Caller {
  /** Throws `forbidden` unless its key has the role. */
  requireWorker(): void;
  /** The lease behind its word. Throws `not_found` where it was not given to this caller for this job. */
  leaseOf(ref: WorkRef): LeaseRef;
  /** The attempt behind a word, which renews the lease. Throws `superseded` when it is over. */
  workOf(ref: WorkRef): Promise<HeldWork>;
  /** Does something to the attempt behind a word; what the store refuses as superseded is over here, too. */
  acting<T>(ref: WorkRef, act: (work: HeldWork) => Promise<T>): Promise<T>;
}

export function createCaller({ seal }: Pick<RemoteParts, 'seal'>, works: HeldWorks, principal: Principal): Caller {
  const caller: Caller = {
    requireWorker() {
      if (!principal.roles.includes('worker'))
        throw new RendercastError('forbidden', 'this needs a key with the role worker');
    },
    leaseOf({ jobId, lease }) {
      caller.requireWorker();
      const opened = seal.open(principal.owner, jobId, lease);
      if (opened === null) throw new RendercastError('not_found', `you hold no job "${jobId}" under this lease`);
      return opened;
    },
    async workOf(ref) {
      const work = await works.of(caller.leaseOf(ref));
      await work.touch();
      return work;
    },
    async acting(ref, act) {
      const work = await caller.workOf(ref);
      try {
        return await act(work);
      } catch (thrown) {
        if (thrown instanceof RendercastError && thrown.code === 'superseded') work.close();
        throw thrown;
      }
    },
  };
  return caller;
}

/** Where an attempt that is over is no error but an answer. */
export function nullIfOver(thrown: unknown): null {
  if (thrown instanceof RendercastError && (thrown.code === 'superseded' || thrown.code === 'not_found')) return null;
  throw thrown;
}
