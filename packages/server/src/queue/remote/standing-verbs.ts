import type { Standing } from '@rendercast/protocol/worker/messages';
import type { WorkerVerbs } from '@rendercast/protocol/worker/verbs';
import type { Clock } from '../../clock.js';
import { type Caller, nullIfOver } from './caller.js';
import type { HeldWork } from './held-work.js';
import type { HeldWorks } from './held-works.js';
import { staying } from './presence.js';
import type { RemoteParts } from './remote-parts.js';

/** Signs of life, and whether jobs may go on. */
export function createStandingVerbs(
  { clock, limits, presence }: RemoteParts,
  works: HeldWorks,
  { leaseOf, requireWorker, workOf }: Caller,
): Pick<WorkerVerbs, 'heartbeat' | 'watch'> {
  return {
    async heartbeat({ about, leases }, waitMs, signal) {
      requireWorker();
      if (about !== undefined) presence.heard(about);
      const looked = await Promise.all(leases.map((ref) => workOf(ref).catch(nullIfOver)));
      const wait = Math.min(waitMs, limits.leaseMs / 3);
      if (wait > 0 && looked.every((work) => standingOf(work) === 'held')) {
        const waiting = () => anyChange(looked, wait, signal, clock);
        await (about === undefined ? waiting() : staying(presence, about.worker, waiting));
      }
      const jobs = leases.map(({ jobId }, at) => ({ jobId, standing: standingOf(looked[at] ?? null) }));
      return { jobs, leaseMs: limits.leaseMs };
    },
    async watch(ref, from, signal) {
      const lease = leaseOf(ref);
      for (;;) {
        signal.throwIfAborted();
        const work = await works.of(lease).catch(nullIfOver);
        const standing = standingOf(work);
        if (work === null || standing !== from) return standing;
        // Over here need not be over: what nobody speaks of on this node is forgotten, and may be held by way of another.
        await work.changed(from, signal);
      }
    },
  };
}

const standingOf = (work: HeldWork | null): Standing => work?.standing() ?? 'superseded';

/** Waits until one of them should stop, or for the time given. */
async function anyChange(
  looked: readonly (HeldWork | null)[],
  waitMs: number,
  signal: AbortSignal,
  clock: Clock,
): Promise<void> {
  const waited = new AbortController();
  const takeBack = clock.after(waitMs, () => waited.abort());
  const ending = AbortSignal.any([signal, waited.signal]);
  try {
    const changes = looked.flatMap((work) => (work === null ? [] : [work.changed('held', ending)]));
    await Promise.race([waits(ending), ...changes]).catch(() => undefined);
  } finally {
    takeBack();
    waited.abort();
  }
  signal.throwIfAborted();
}

function waits(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
}
