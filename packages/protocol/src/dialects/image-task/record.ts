import * as z from 'zod';
import type { Job, Snapshot } from '../../job.js';
import type { ImageRequest } from '../../media.js';
import { isEnded } from '../../reduce.js';
import { shownId } from '../../shown-id.js';
import { figuresOf, type SteadyProgress } from '../../steady-progress.js';

export const STATUSES = ['pending', 'generating', 'completed', 'failed'] as const;
export const STAGES = ['', 'base_model', 'refiner_model'] as const;
type StageName = (typeof STAGES)[number];

/** A task as it stands: every key, always. */
export const recordSchema = z.object({
  type: z.literal('progress'),
  task_id: z.string(),
  status: z.enum(STATUSES),
  current_step: z.int().min(0),
  /** The same from the first record with the status `generating` on. */
  total_steps: z.int().min(1),
  percentage: z.number().min(0).max(100),
  current_stage: z.enum(STAGES),
  /** Seconds since the engine took the task. */
  elapsed_time: z.number().min(0),
  /** Seconds; 0 while unknown. */
  estimated_remaining: z.number().min(0),
  error: z.string().nullable(),
  message: z.string(),
  timestamp: z.string(),
});
export type TaskRecord = z.infer<typeof recordSchema>;

/** Base steps of a task whose client asked for none. */
export const DEFAULT_STEPS = 50;

/** Why a task has no image; null for any other. */
export function errorOf(job: Job): string | null {
  if (job.state === 'canceled') return 'The generation was cancelled.';
  return job.state === 'failed' ? (job.error?.message ?? 'The engine failed.') : null;
}

/** The record of a job with these figures; null: none were told yet, so it counts as waiting. */
export function recordOf(
  job: Job,
  figures: SteadyProgress | null,
  stage: string | null,
  timestamp: string,
): TaskRecord {
  const { step, steps } = figures ?? { step: 0, steps: stepsAsked(job) };
  const error = errorOf(job);
  const elapsedMs = job.timings?.runMs ?? figures?.elapsedMs ?? 0;
  const shown = stageOf(stage);
  return {
    type: 'progress',
    task_id: shownId(job),
    status: statusOf(job, figures),
    current_step: step,
    total_steps: steps,
    percentage: Math.min(100, (step / steps) * 100),
    current_stage: shown,
    elapsed_time: Math.max(0, elapsedMs) / 1_000,
    estimated_remaining: isEnded(job) ? 0 : remainingMs(figures) / 1_000,
    error,
    message: messageOf(job, figures, shown, error),
    timestamp,
  };
}

/** The record of a job as it was looked up. */
export function recordOfSnapshot({ job, levels }: Pick<Snapshot, 'job' | 'levels'>, timestamp: string): TaskRecord {
  const told = isEnded(job) ? job.progress : (levels.progress ?? null);
  const staged = job.state === 'running' && told === null ? atStage(job) : null;
  return recordOf(job, staged ?? figuresOf(job, told), told?.stage ?? job.stage, timestamp);
}

/** The figures of a job whose engine has named its stage and the steps, and told no progress yet. */
function atStage(job: Job): SteadyProgress | null {
  if (job.stage === null || job.steps === null) return null;
  return { fraction: 0, step: 0, steps: Math.max(1, job.steps), etaMs: null, elapsedMs: 0 };
}

function statusOf(job: Job, figures: SteadyProgress | null): TaskRecord['status'] {
  if (job.state === 'succeeded') return 'completed';
  if (isEnded(job)) return 'failed';
  return figures === null ? 'pending' : 'generating';
}

/** The names that clients know: whatever refines is the refiner, all else the base. */
function stageOf(stage: string | null): StageName {
  if (stage === null || stage === '') return '';
  return /refin/i.test(stage) ? 'refiner_model' : 'base_model';
}

const DOING: Record<StageName, string> = {
  '': 'Image generation',
  base_model: 'Base model generation',
  refiner_model: 'Refiner model generation',
};

function messageOf(job: Job, figures: SteadyProgress | null, stage: StageName, error: string | null): string {
  if (error !== null) return `Generation failed: ${error}`;
  if (job.state === 'succeeded') return 'Image generated successfully';
  if (figures === null) return job.state === 'queued' ? 'Waiting for an engine' : 'The engine is starting';
  return `${DOING[stage]}: step ${figures.step}/${figures.steps}`;
}

/** The engine's own estimate, else what the steps so far have taken, carried on. */
function remainingMs(figures: SteadyProgress | null): number {
  if (figures === null) return 0;
  const { etaMs, elapsedMs, step, steps } = figures;
  return Math.max(0, etaMs ?? (step === 0 ? 0 : (elapsedMs * (steps - step)) / step));
}

/** What the request says of the steps, until the engine does. */
function stepsAsked(job: Job): number {
  const { steps, refinerSteps, count } = job.request as ImageRequest;
  return Math.max(1, job.steps ?? ((steps ?? DEFAULT_STEPS) + (refinerSteps ?? 0)) * (count ?? 1));
}
