import { ERRORS, RendercastError } from '@rendercast/protocol';
import type { WorkEnd, WorkFailure } from '@rendercast/protocol/worker/messages';
import type { WorkerVerbs } from '@rendercast/protocol/worker/verbs';
import { type Failure, OUTCOME_UNKNOWN } from '../claimant.js';
import type { Caller } from './caller.js';
import type { HeldWork } from './held-work.js';
import type { RemoteParts } from './remote-parts.js';

/** A worker's last word about a job. */
export function createEndVerbs(
  parts: RemoteParts,
  { acting, leaseOf }: Caller,
): Pick<WorkerVerbs, 'succeed' | 'fail' | 'handBack'> {
  const { queue, store } = parts;
  return {
    async succeed(ref) {
      const lease = leaseOf(ref);
      const stored = await store.find(lease.jobId, null);
      // Its answer was lost on the way, and the worker asks again.
      if (stored?.job.state === 'succeeded' && stored.job.attempt === lease.attempt) return { state: 'succeeded' };
      return await acting(ref, async (work) => {
        if (stored?.job.outputs.some(({ attempt }) => attempt === lease.attempt) === false)
          throw new RendercastError('invalid_request', 'a job succeeds with an output; none of this attempt is stored');
        return ended(work, await queue.succeed(lease, work.tracker.reached()));
      });
    },
    fail: (ref, failure) =>
      acting(ref, async (work) => {
        const judged = failureOf(failure);
        if (judged.retryable) await resolve(parts, work);
        return ended(work, await queue.fail(work.lease, judged, work.tracker.reached()));
      }),
    handBack: (ref) =>
      acting(ref, async (work) => {
        await resolve(parts, work);
        return ended(work, await queue.handBack(work.lease, work.tracker.reached()));
      }),
  };
}

function ended(work: HeldWork, { state }: WorkEnd): WorkEnd {
  work.close();
  return { state };
}

/** The worker itself says that another attempt is right: nothing of this one is left that must not be done twice. */
async function resolve({ directory, store }: RemoteParts, { job, lease }: HeldWork): Promise<void> {
  const traits = directory.traits(job.ranOn?.engine ?? job.engine);
  if (traits?.repeatable === true || traits?.adopts === true) return;
  await store.saveHandle(lease.jobId, lease.attempt, null);
}

function failureOf({ code, message, retryable, retryAfterMs }: WorkFailure): Failure {
  if (code === 'outcome_unknown') return OUTCOME_UNKNOWN;
  return { code, message, retryable: retryable ?? ERRORS[code].retryable, retryAfterMs };
}
