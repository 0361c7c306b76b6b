import type { Progress } from './events.js';
import type { Job } from './job.js';
import { isEnded } from './reduce.js';

/**
 * How far a job has come in figures that are never null and never fall, over retries neither: for dialects whose clients
 * know no attempts.
 */
export interface SteadyProgress {
  /** 0 to 1. */
  fraction: number;
  step: number;
  /** At least 1, and the same from the first figures of a job to its last. */
  steps: number;
  /** Time left, in milliseconds; null while unknown. */
  etaMs: number | null;
  /** Time since the present attempt started, in milliseconds. */
  elapsedMs: number;
}

/** What an engine that counts no steps is said to have. */
const STEPS_UNKNOWN = 100;

/**
 * The figures of a job, from the newest progress of its present attempt (null: none was told) and the figures that were
 * shown before (null: none, or nobody remembers). Where the attempt has not come as far as one before it or as was
 * shown, that stands.
 */
export function steadyProgress(
  job: Job,
  progress: Progress | null,
  shown: SteadyProgress | null = null,
): SteadyProgress {
  const before = shown ?? (job.reached === undefined ? null : figure(job, job.reached, null));
  return figure(job, progress, before);
}

function figure(job: Job, progress: Progress | null, before: SteadyProgress | null): SteadyProgress {
  const steps = Math.max(1, before?.steps ?? progress?.steps ?? job.steps ?? STEPS_UNKNOWN);
  const { etaMs, elapsedMs } = progress ?? { etaMs: null, elapsedMs: 0 };
  if (job.state === 'succeeded') return { fraction: 1, step: steps, steps, etaMs: 0, elapsedMs };
  const told = told01(progress) ?? 0;
  const fraction = Math.max(told, before?.fraction ?? 0);
  // Where the total is the engine's own, so is the step; else it follows from the part that is done.
  const counted = progress?.steps === steps ? (progress.step ?? Math.floor(told * steps)) : Math.floor(told * steps);
  const step = Math.min(steps, Math.max(0, counted, before?.step ?? 0));
  return { fraction, step, steps, etaMs, elapsedMs };
}

/** The part that is done, from the steps where the engine tells no part. */
function told01(progress: Progress | null): number | null {
  if (progress === null) return null;
  const { fraction, step, steps } = progress;
  const part = fraction ?? (step === null || steps === null || steps < 1 ? null : step / steps);
  return part === null ? null : Math.min(1, Math.max(0, part));
}

/** The figures of a job as it stands: of one that has ended, those it ended with; null when none were ever told. */
export function figuresOf(
  job: Job,
  progress: Progress | null,
  before: SteadyProgress | null = null,
): SteadyProgress | null {
  const newest = isEnded(job) ? job.progress : progress;
  if (newest === null && before === null && job.reached === undefined && job.state !== 'succeeded') return null;
  const figures = steadyProgress(job, newest, before);
  return isEnded(job) ? { ...figures, etaMs: job.state === 'succeeded' ? 0 : null } : figures;
}

/** The figures last shown of each job that runs, for a view that serves many. */
export interface Shown {
  /** Takes in newer progress. */
  take(job: Job, progress: Progress): SteadyProgress;
  /** What stands; null when none was told. */
  now(job: Job): SteadyProgress | null;
  /** Called when a job has ended. */
  forget(jobId: string): void;
}

export function createShown(): Shown {
  const shown = new Map<string, SteadyProgress>();
  return {
    take(job, progress) {
      const figures = steadyProgress(job, progress, shown.get(job.id));
      shown.set(job.id, figures);
      return figures;
    },
    now(job) {
      const before = shown.get(job.id) ?? null;
      return isEnded(job) || before === null ? figuresOf(job, null, before) : before;
    },
    forget: (jobId) => void shown.delete(jobId),
  };
}

/** When a level was told, by the clock of the facts (levels carry no time of their own), as ISO 8601. */
export function timeOfLevel(job: Job, elapsedMs: number): string {
  const startedMs = Date.parse(job.startedAt ?? job.createdAt);
  return Number.isNaN(startedMs) ? job.createdAt : new Date(startedMs + Math.max(0, elapsedMs)).toISOString();
}
