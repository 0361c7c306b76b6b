import * as z from 'zod';
import { shownParamsSchema } from './params.js';

/** The states of a job on the socket; a cancelled one has failed, with an error message. */
export const socketStatusSchema = z.enum(['pending', 'running', 'completed', 'failed']);
export type SocketStatus = z.infer<typeof socketStatusSchema>;

const connected = z.object({ connection_id: z.string(), message: z.string() });
const confirmation = z.object({ job_ids: z.array(z.string()).nullable() });
const started = z.object({
  job_id: z.string(),
  params: shownParamsSchema,
  estimated_duration: z.number().nullable(),
});
const update = z.object({
  job_id: z.string(),
  /** 0 to 1, over all stages and images, never falling. */
  progress: z.number().min(0).max(1),
  status: socketStatusSchema,
  current_step: z.int().nullable(),
  total_steps: z.int().min(1).nullable(),
  eta_seconds: z.number().nullable(),
  /** JPEG in base64, for those who asked for previews. */
  preview_image: z.string().nullable(),
  error_message: z.string().nullable(),
});
const complete = z.object({
  job_id: z.string(),
  status: socketStatusSchema,
  images: z.array(z.string()).nullable(),
  error_message: z.string().nullable(),
  total_duration: z.number().nullable(),
  generation_info: z.record(z.string(), z.unknown()).nullable(),
});
/** A job in the list of those that wait or run. */
export const activeJobSchema = z
  .object({
    id: z.string(),
    jobId: z.string(),
    prompt: z.string(),
    status: socketStatusSchema,
    /** 0 to 100. */
    progress: z.number(),
    message: z.string(),
    error: z.string().nullable(),
    params: shownParamsSchema,
    created_at: z.string(),
    startTime: z.string().nullable(),
    finished_at: z.string().nullable(),
    result: z.record(z.string(), z.unknown()).nullable(),
  })
  .meta({ id: 'ProgressFeedActiveJob' });
export type ActiveJob = z.infer<typeof activeJobSchema>;

const queue = z.object({
  jobs: z.array(activeJobSchema),
  queue_length: z.int(),
  running: z.int(),
  finished_per_minute: z.int(),
});
const submission = z.object({ job_ids: z.array(z.string()).nullable(), error_message: z.string().nullable() });
const cancellation = z.object({
  job_ids: z.array(z.string()),
  refused: z.array(z.object({ job_id: z.string(), error_message: z.string() })),
});
const draining = z.object({ message: z.string(), retry_after_seconds: z.number() });

/** What each message of the socket carries in `data`, by its type. */
export const dataSchemas = {
  connected,
  subscription_confirmed: confirmation,
  unsubscription_confirmed: confirmation,
  generation_started: started,
  progress_update: update,
  generation_complete: complete,
  pong: z.object({}),
  queue_update: queue,
  submission_confirmed: submission,
  cancellation_confirmed: cancellation,
  draining,
} as const;
export type MessageType = keyof typeof dataSchemas;
export type DataOf<T extends MessageType> = z.infer<(typeof dataSchemas)[T]>;

/** A message of the socket, whole. */
export function messageSchema<T extends MessageType>(type: T) {
  return z.object({ type: z.literal(type), timestamp: z.string(), data: dataSchemas[type] });
}

/** Writes a message. */
export function message<T extends MessageType>(type: T, timestamp: string, data: DataOf<T>): string {
  return JSON.stringify({ type, timestamp, data });
}

/** The time as this dialect writes it: `+00:00`, never `Z`. */
export function timeOf(iso: string): string {
  return iso.replace(/Z$/, '+00:00');
}

/** The time of a clock's reading. */
export function timeAt(nowMs: number): string {
  return timeOf(new Date(nowMs).toISOString());
}
