import type { Progress } from '../../events.js';
import type { Job } from '../../job.js';
import { isEnded } from '../../reduce.js';
import { type SteadyProgress, steadyProgress } from '../../steady-progress.js';
import { timeAt, timeOf } from './messages.js';

/** The progress last shown of each job that runs. */
export interface Held {
  /** Takes in newer progress. */
  take(job: Job, progress: Progress): SteadyProgress;
  /** What stands; null when none was told. */
  now(job: Job): SteadyProgress | null;
  forget(jobId: string): void;
}

export function createHeld(): Held {
  const shown = new Map<string, SteadyProgress>();
  return {
    take(job, progress) {
      const figures = steadyProgress(job, progress, shown.get(job.id));
      shown.set(job.id, figures);
      return figures;
    },
    now: (job) => figuresOf(job, null, shown.get(job.id) ?? null),
    forget: (jobId) => void shown.delete(jobId),
  };
}

/** The figures of a job as it stands, with the progress of its present attempt; null when none was ever told. */
export function figuresOf(job: Job, progress: Progress | null, before: SteadyProgress | null): SteadyProgress | null {
  const newest = isEnded(job) ? job.progress : progress;
  if (newest === null && before === null && job.state !== 'succeeded') return null;
  const figures = steadyProgress(job, newest, before);
  // Nothing is left to wait for, or nobody knows how long it is.
  return isEnded(job) ? { ...figures, etaMs: job.state === 'succeeded' ? 0 : null } : figures;
}

/** When a level was told, by the clock of the facts: levels carry no time of their own. */
export function timeOfLevel(job: Job, elapsedMs: number): string {
  const startedMs = Date.parse(job.startedAt ?? job.createdAt);
  return Number.isNaN(startedMs) ? timeOf(job.createdAt) : timeAt(startedMs + Math.max(0, elapsedMs));
}
