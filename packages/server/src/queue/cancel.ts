import { isEnded, type Job, type Principal, RendercastError } from '@rendercast/protocol';
import { decide } from './decide.js';
import { canceled } from './endings.js';
import type { QueueParts } from './parts.js';
import { requireWithin } from './reach.js';

/**
 * Cancels a job: a waiting one ends at once; for a running one the request is a fact, which bars its way back to the
 * queue, and the runner ends it. Asked again it answers the same. Throws `already_ended`.
 */
export async function cancel(parts: QueueParts, principal: Principal, id: string, reason: string | null): Promise<Job> {
  const { job } = await requireWithin(parts.store, principal, id);
  return await decide(parts, job.id, ({ job: now, progress }) => {
    if (isEnded(now)) throw new RendercastError('already_ended', `The job has ended already: it ${now.state}.`);
    if (now.canceling) return null;
    const body =
      now.state === 'queued'
        ? canceled(now, parts.clock.now(), reason, progress)
        : ({ type: 'canceling', reason } as const);
    return { bodies: [body], expect: { seq: now.seq } };
  });
}
