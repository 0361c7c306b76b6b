import { type Edit, isEnded, type Job, type Json, LIMITS, type Principal, RendercastError } from '@rendercast/protocol';
import { decide } from './decide.js';
import type { QueueParts } from './parts.js';
import { requireWithin } from './reach.js';

/** Changes tags and favourite at any time, and the priority while the job waits. */
export async function edit(parts: QueueParts, principal: Principal, id: string, change: Edit): Promise<Job> {
  const { job } = await requireWithin(parts.store, principal, id);
  return await decide(parts, job.id, ({ job: now }) => {
    if (now.removed) throw new RendercastError('not_found', 'The job was removed.');
    if (change.priority !== undefined && now.state !== 'queued') refusePriority(now);
    return { bodies: [{ type: 'edited', ...change }], expect: { seq: now.seq } };
  });
}

function refusePriority(job: Job): never {
  if (isEnded(job)) throw new RendercastError('already_ended', 'The job has ended; its priority means nothing now.');
  throw new RendercastError('invalid_field', 'The job runs already; its priority can change only while it waits.', {
    field: 'priority',
  });
}

/** Adds a note to a job that has not ended. */
export async function note(
  parts: QueueParts,
  principal: Principal,
  id: string,
  data: Record<string, Json>,
): Promise<void> {
  if (JSON.stringify(data).length > LIMITS.noteChars) {
    throw new RendercastError('too_large', `A note may hold ${LIMITS.noteChars} characters of JSON.`);
  }
  const { job } = await requireWithin(parts.store, principal, id);
  await decide(parts, job.id, ({ job: now }) => {
    if (isEnded(now)) throw new RendercastError('already_ended', 'The job has ended; notes come before the end.');
    return { bodies: [{ type: 'note', data }], expect: { states: ['queued', 'running'] } };
  });
}
