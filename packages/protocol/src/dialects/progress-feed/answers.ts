import * as z from 'zod';
import type { FileUrl } from '../../dialect.js';
import type { Job, Snapshot } from '../../job.js';
import { isEnded } from '../../reduce.js';
import { shownId } from '../../shown-id.js';
import { figuresOf } from '../../steady-progress.js';
import { type ActiveJob, socketStatusSchema, timeOf } from './messages.js';
import { paramsOf, shownParamsSchema } from './params.js';
import { durationOf, errorOf, imagesOf, infoOf, statusOf } from './status.js';

/** What a submission answers: one id under the two names that clients read. */
export const queuedAnswerSchema = z
  .object({ delivery_id: z.string(), job_id: z.string() })
  .meta({ id: 'ProgressFeedQueued' });

/** A job with its result, as far as there is one. */
export const resultAnswerSchema = z
  .object({
    job_id: z.string(),
    status: socketStatusSchema,
    images: z.array(z.string()).nullable(),
    /** 0 to 1. */
    progress: z.number(),
    error_message: z.string().nullable(),
    generation_info: z.record(z.string(), z.unknown()).nullable(),
  })
  .meta({ id: 'ProgressFeedResult' });
export type ResultAnswer = z.infer<typeof resultAnswerSchema>;

/** A job as the queue keeps it. */
export const deliveryAnswerSchema = z
  .object({
    delivery: z.object({
      id: z.string(),
      prompt: z.string(),
      mode: z.string(),
      params: shownParamsSchema,
      status: z.enum([...socketStatusSchema.options, 'cancelled']),
      result: z.record(z.string(), z.unknown()).nullable(),
      created_at: z.string(),
      started_at: z.string().nullable(),
      finished_at: z.string().nullable(),
    }),
  })
  .meta({ id: 'ProgressFeedDelivery' });

/** How a cancel ended. */
export const cancelAnswerSchema = z
  .object({ success: z.literal(true), status: z.literal('cancelled'), message: z.string() })
  .meta({ id: 'ProgressFeedCancel' });

/** The jobs of a batch, in the order they were sent. */
export const batchAnswerSchema = z.object({ job_ids: z.array(z.string()) }).meta({ id: 'ProgressFeedBatchAnswer' });

export function batchAnswer(job_ids: string[]): z.infer<typeof batchAnswerSchema> {
  return { job_ids };
}

export function queuedAnswer(job: Job): z.infer<typeof queuedAnswerSchema> {
  return { delivery_id: shownId(job), job_id: shownId(job) };
}

/** The job as it stands; `images` as the caller wants them. */
export function resultAnswer({ job, levels }: Snapshot, images: string[] | null): ResultAnswer {
  return {
    job_id: shownId(job),
    status: statusOf(job),
    images,
    progress: figuresOf(job, levels.progress ?? null, null)?.fraction ?? 0,
    error_message: errorOf(job),
    generation_info: isEnded(job) ? infoOf(job) : null,
  };
}

export function deliveryAnswer(job: Job, fileUrl: FileUrl): z.infer<typeof deliveryAnswerSchema> {
  return {
    delivery: {
      id: shownId(job),
      prompt: paramsOf(job).prompt,
      mode: job.engine,
      params: paramsOf(job),
      status: job.state === 'canceled' ? 'cancelled' : statusOf(job),
      result: resultOf(job, fileUrl),
      created_at: timeOf(job.createdAt),
      started_at: job.startedAt === null ? null : timeOf(job.startedAt),
      finished_at: job.endedAt === null ? null : timeOf(job.endedAt),
    },
  };
}

/** What came of a job; null until it has ended. */
function resultOf(job: Job, fileUrl: FileUrl): Record<string, unknown> | null {
  if (!isEnded(job)) return null;
  return {
    images: imagesOf(job, fileUrl),
    error_message: errorOf(job),
    total_duration: durationOf(job),
    generation_info: infoOf(job),
  };
}

/** A job that waits or runs. */
export function activeJob({ job, levels }: Snapshot, fileUrl: FileUrl): ActiveJob {
  const figures = figuresOf(job, levels.progress ?? null, null);
  const waiting = levels.place?.message ?? 'Waiting';
  const running = figures === null ? 'Starting' : `Step ${figures.step}/${figures.steps}`;
  return {
    id: shownId(job),
    jobId: shownId(job),
    prompt: paramsOf(job).prompt,
    status: statusOf(job),
    progress: Math.round((figures?.fraction ?? 0) * 1_000) / 10,
    message: job.state === 'queued' ? waiting : running,
    error: errorOf(job),
    params: paramsOf(job),
    created_at: timeOf(job.createdAt),
    startTime: job.startedAt === null ? null : timeOf(job.startedAt),
    finished_at: job.endedAt === null ? null : timeOf(job.endedAt),
    result: resultOf(job, fileUrl),
  };
}
