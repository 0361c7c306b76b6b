import {
  type ErrorCode,
  type FactBody,
  type Job,
  type JobError,
  type LoggedFact,
  type Progress,
  RendercastError,
} from '@rendercast/protocol';
import { isoTime } from '../clock.js';
import type { Claim, LeaseRef, Offer } from '../stores/store.js';
import { backoffMs } from './backoff.js';
import { type Decision, decide } from './decide.js';
import { canceled, failed, succeeded } from './endings.js';
import type { QueueParts } from './parts.js';

/** Who claims, and what it can run now. */
export interface Claimant {
  /** Its name, shown to nobody. */
  name: string;
  /** In process: the lease dies with the process. */
  inProcess: boolean;
  offers: readonly Offer[];
  leaseMs: number;
}

/** Why an attempt did not succeed. */
export interface Failure {
  code: ErrorCode;
  /** Words for people; names no address, path or secret. */
  message: string;
  /** Whether another attempt may do better; if so and the budget allows, the job goes back to the queue. */
  retryable: boolean;
  /** Earliest time for another attempt, from now, in milliseconds. */
  retryAfterMs?: number | undefined;
  /** Whether it costs one of the job's tries. Default: true; false where nobody had taken the job on. */
  counted?: boolean;
}

/** How a job ends that must not be run again and whose outcome nobody knows. */
export const OUTCOME_UNKNOWN: Failure = {
  code: 'outcome_unknown',
  message: 'Contact was lost while the work was under way; it may have been done and paid for, so it is not repeated.',
  retryable: false,
};

/** Facts that a claimant reports in mid-run; the attempt is added from its lease. */
export type Report =
  | Omit<Extract<FactBody, { type: 'stage' }>, 'attempt'>
  | Omit<Extract<FactBody, { type: 'output' }>, 'attempt'>;

/** How many facts back the reason of a cancel is looked for; between it and the end there are a few outputs at most. */
const REASON_WITHIN = 200;

/** Takes the next job that one of the offers can run; null: there is none. */
export async function claim({ log, clock, backoffs }: QueueParts, claimant: Claimant): Promise<Claim | null> {
  if (claimant.offers.length === 0) return null;
  const { name, ...rest } = claimant;
  const due = backoffs.due();
  const claimed = await log.claim({ claimant: name, ...rest, at: isoTime(clock.now()), ...(due[0] ? { due } : {}) });
  if (claimed !== null) backoffs.forget(claimed.job.id);
  return claimed;
}

/** Appends what happened in this attempt. Throws `superseded` once the lease is no longer this attempt's. */
export async function report({ log, clock }: QueueParts, lease: LeaseRef, said: Report): Promise<LoggedFact[]> {
  const result = await log.append({
    jobId: lease.jobId,
    bodies: [{ ...said, attempt: lease.attempt }],
    at: isoTime(clock.now()),
    expect: { attempt: lease.attempt },
  });
  if (!result.ok) throw new RendercastError('superseded');
  return result.logged;
}

/** Ends the job well. A cancel that was asked for but has not taken effect does not undo finished work. */
export async function succeed(parts: QueueParts, lease: LeaseRef, reached: Progress): Promise<Job> {
  return await decide(parts, lease.jobId, ({ job }) => {
    requireLease(job, lease);
    return { bodies: [succeeded(job, parts.clock.now(), reached)], expect: { attempt: lease.attempt } };
  });
}

/**
 * Ends the attempt with a failure. The job is tried again if that makes sense and a try is left, else it ends: `failed`,
 * or `canceled` if a cancel was asked for, which bars the way back to the queue.
 */
export async function fail(
  parts: QueueParts,
  lease: LeaseRef,
  failure: Failure,
  reached: Progress | null,
): Promise<Job> {
  return await decide(parts, lease.jobId, async ({ job }) => {
    requireLease(job, lease);
    return job.canceling ? await endCanceled(parts, job, reached) : decideFailure(parts, job, failure, reached);
  });
}

/** Why an unfinished job is given back; nothing is wrong with the job itself. */
export type HandBackReason = Extract<ErrorCode, 'shutting_down' | 'engine_unavailable'>;

const HANDED_BACK: Readonly<Record<HandBackReason, string>> = {
  shutting_down: 'The server that ran it is going down; it starts again.',
  engine_unavailable: 'Its backend is being emptied; it starts again on another.',
};

/** Gives an unfinished job back to the queue at no cost to its budget. */
export async function handBack(
  parts: QueueParts,
  lease: LeaseRef,
  reached: Progress | null,
  reason: HandBackReason = 'shutting_down',
): Promise<Job> {
  const job = await decide(parts, lease.jobId, async ({ job: now }) => {
    requireLease(now, lease);
    if (now.canceling) return await endCanceled(parts, now, reached);
    const nowMs = parts.clock.now();
    const error = jobError(reason, HANDED_BACK[reason], true);
    const again = { notBefore: isoTime(nowMs), progress: reached };
    const body = { type: 'retrying', attempt: now.attempt, error, counted: false, ...again } as const;
    return { bodies: [body], expect: { attempt: now.attempt, notCanceling: true } };
  });
  parts.ring();
  return job;
}

/** Ends a running job whose cancel was asked for, with the reason that was given. */
export async function endCanceled(parts: QueueParts, job: Job, reached: Progress | null): Promise<Decision> {
  const facts = await parts.store.facts(job.id, Math.max(0, job.seq - REASON_WITHIN), REASON_WITHIN);
  const asked = facts.findLast(({ fact }) => fact.type === 'canceling')?.fact;
  const reason = asked?.type === 'canceling' ? asked.reason : null;
  return { bodies: [canceled(job, parts.clock.now(), reason, reached)], expect: { attempt: job.attempt } };
}

/** Whether this running job goes back to the queue or ends `failed`; taken back if a cancel comes in between. */
export function decideFailure(parts: QueueParts, job: Job, failure: Failure, reached: Progress | null): Decision {
  const nowMs = parts.clock.now();
  const expect = { attempt: job.attempt, notCanceling: true };
  const error = jobError(failure.code, failure.message, failure.retryable);
  const failures = job.failures + 1;
  const counted = failure.counted ?? true;
  if (!failure.retryable || (counted && failures >= parts.limits.maxAttempts)) {
    return { bodies: [failed(job, nowMs, error, reached)], expect };
  }
  const waitMs = backoffMs(parts.backoff, failures, parts.random(), failure.retryAfterMs);
  const again = { notBefore: isoTime(nowMs + waitMs), progress: reached };
  return { bodies: [{ type: 'retrying', attempt: job.attempt, error, counted, ...again }], expect };
}

function jobError(code: ErrorCode, message: string, retryable: boolean): JobError {
  return { code, message, retryable };
}

function requireLease(job: Job, lease: LeaseRef): void {
  if (job.state !== 'running' || job.attempt !== lease.attempt) throw new RendercastError('superseded');
}
