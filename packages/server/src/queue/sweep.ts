import { type Job, RendercastError } from '@rendercast/protocol';
import type { LeaseRef, Stored } from '../stores/store.js';
import { decideFailure, endCanceled, type Failure, OUTCOME_UNKNOWN } from './claimant.js';
import { type Decision, decide } from './decide.js';
import { failed } from './endings.js';
import type { QueueParts } from './parts.js';

/** What one sweep changed. */
export interface Swept {
  /** Jobs whose worker was lost. */
  lost: number;
  /** Jobs that waited too long. */
  overdue: number;
}

/** Settles jobs that nobody settles: those whose lease ran out, and those that waited longer than they may. */
export async function sweep(parts: QueueParts): Promise<Swept> {
  const swept: Swept = { lost: 0, overdue: 0 };
  for (const lease of await parts.store.expiredLeases()) {
    if (await settled(parts, lease.jobId, (stored) => decideLost(parts, lease, stored))) swept.lost++;
  }
  const nowMs = parts.clock.now();
  for (const job of await parts.store.overdue(new Date(nowMs).toISOString())) {
    if (await settled(parts, job.id, ({ job: now }) => decideOverdue(parts, now))) swept.overdue++;
  }
  const isDue = await parts.backoffs.look();
  if (swept.lost > 0 || isDue) parts.ring();
  return swept;
}

/** Somebody else may settle a job first: a worker that wakes, another node's sweep. Then there is nothing to do. */
async function settled(
  parts: QueueParts,
  jobId: string,
  decision: (stored: Stored) => Decision | null | Promise<Decision | null>,
): Promise<boolean> {
  let changed = false;
  try {
    await decide(parts, jobId, async (stored) => {
      const decided = await decision(stored);
      changed = decided !== null;
      return decided;
    });
  } catch (thrown) {
    if (thrown instanceof RendercastError && thrown.code === 'not_found') return false;
    throw thrown;
  }
  return changed;
}

/**
 * How far a lost attempt came nobody knows: what was kept of it lags behind what watchers were shown, and an end that
 * says less than they saw would let progress fall.
 */
async function decideLost(parts: QueueParts, lease: LeaseRef, { job }: Stored): Promise<Decision | null> {
  if (job.state !== 'running' || job.attempt !== lease.attempt) return null;
  if (job.canceling) return await endCanceled(parts, job, null);
  return decideFailure(parts, job, lossOf(parts, job), null);
}

/**
 * A lost attempt is simply run again where that does no harm. Where it does, it may be tried again only to adopt what
 * is under way; else nobody can say what became of it.
 */
function lossOf(parts: QueueParts, job: Job): Failure {
  const rule = parts.lossRule(job.ranOn?.engine ?? job.engine);
  const lastTry = job.failures + 1 >= parts.limits.maxAttempts;
  if (!rule.repeatable && (rule.adopts !== true || lastTry)) return OUTCOME_UNKNOWN;
  return { code: 'worker_lost', message: 'The worker that ran the job vanished.', retryable: true };
}

/** A job that waits for another try has its full wait again, counted from when that try may start. */
function decideOverdue(parts: QueueParts, job: Job): Decision | null {
  const nowMs = parts.clock.now();
  if (job.state !== 'queued' || job.startBy === null) return null;
  const waitMs = Date.parse(job.startBy) - Date.parse(job.createdAt);
  const startByMs = job.notBefore === null ? Date.parse(job.startBy) : Date.parse(job.notBefore) + waitMs;
  if (nowMs < startByMs) return null;
  const error = {
    code: 'queue_timeout',
    message: `The job waited longer than its ${Math.round(waitMs / 1000)} s.`,
    retryable: true,
  };
  return { bodies: [failed(job, nowMs, error, null)], expect: { seq: job.seq } };
}
