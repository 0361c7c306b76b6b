import type { FactOf, Job, JobError, Progress, Timings } from '@rendercast/protocol';

type Body<T extends 'succeeded' | 'failed' | 'canceled'> = Omit<FactOf<T>, 'jobId' | 'seq' | 'at'>;

/**
 * Durations of a job that ends now. Waiting counts until its newest attempt started; running is that attempt, by the
 * runner's own steady clock where it is known. Never below zero, whatever the wall clock did.
 */
function timingsOf(job: Job, nowMs: number, reached: Progress | null): Timings {
  const createdMs = Date.parse(job.createdAt);
  const totalMs = Math.max(0, nowMs - createdMs);
  if (job.state !== 'running' || job.startedAt === null) return { queuedMs: totalMs, runMs: 0, totalMs };
  const startedMs = Date.parse(job.startedAt);
  const runMs = reached?.elapsedMs ?? Math.max(0, nowMs - startedMs);
  return { queuedMs: Math.max(0, startedMs - createdMs), runMs, totalMs: Math.max(totalMs, runMs) };
}

/** The fact that ends a job well: all of it is done. */
export function succeeded(job: Job, nowMs: number, reached: Progress): Body<'succeeded'> {
  const progress = { ...reached, fraction: 1, etaMs: 0 };
  return { type: 'succeeded', attempt: job.attempt, progress, timings: timingsOf(job, nowMs, reached) };
}

/** The fact that ends a job with an error. */
export function failed(job: Job, nowMs: number, error: JobError, reached: Progress | null): Body<'failed'> {
  return { type: 'failed', attempt: job.attempt, error, progress: reached, timings: timingsOf(job, nowMs, reached) };
}

/** The fact that ends a job by request. */
export function canceled(job: Job, nowMs: number, reason: string | null, reached: Progress | null): Body<'canceled'> {
  return { type: 'canceled', attempt: job.attempt, reason, progress: reached, timings: timingsOf(job, nowMs, reached) };
}
