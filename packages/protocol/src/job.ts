import * as z from 'zod';
import { jobErrorSchema, jobKindSchema, type Levels, levelSchema, progressSchema, timingsSchema } from './events.js';
import { artifactSchema, mediaRequestSchema } from './media.js';

/** The states of a job; an ended job never runs again. */
export const jobStateSchema = z.enum(['queued', 'running', 'succeeded', 'failed', 'canceled']);
export type JobState = z.infer<typeof jobStateSchema>;

/** One output as it stands. */
export const outputSchema = z
  .object({ slot: z.int(), attempt: z.int(), artifact: artifactSchema })
  .meta({ id: 'Output' });
export type Output = z.infer<typeof outputSchema>;

/** A job as it stands: `reduce()` over its facts. */
export const jobSchema = z
  .object({
    id: z.string(),
    clientId: z.string().nullable(),
    owner: z.string(),
    kind: jobKindSchema,
    /** Name of the dialect it came through. */
    via: z.string(),
    state: jobStateSchema,
    /** What was asked for: an engine's name, or `auto`. */
    engine: z.string(),
    /** Where the newest attempt runs or ran. */
    ranOn: z.object({ engine: z.string(), backend: z.string() }).nullable(),
    request: mediaRequestSchema,
    seed: z.int(),
    priority: z.int(),
    tags: z.array(z.string()),
    favorite: z.boolean(),
    batch: z.string().nullable(),
    retryOf: z.string().nullable(),
    /** Number of the newest claim; 0 before the first. */
    attempt: z.int(),
    /** Tries used up so far. */
    failures: z.int(),
    /** A cancel was asked for and has not taken effect yet. */
    canceling: z.boolean(),
    stage: z.string().nullable(),
    stageIndex: z.int().nullable(),
    stageCount: z.int().nullable(),
    /** Steps of the newest attempt; null when unknown. */
    steps: z.int().nullable(),
    outputs: z.array(outputSchema),
    error: jobErrorSchema.nullable(),
    /** Progress reached, known once the job has ended. */
    progress: progressSchema.nullable(),
    /** The furthest that an attempt had come which was given up; absent where there is none, or it is not known. */
    reached: progressSchema.optional(),
    timings: timingsSchema.nullable(),
    createdAt: z.string(),
    startBy: z.string().nullable(),
    /** While waiting for another try: not before this time. */
    notBefore: z.string().nullable(),
    startedAt: z.string().nullable(),
    endedAt: z.string().nullable(),
    /** Removed by request: its content is blank. */
    removed: z.boolean(),
    /** Number of its last fact. */
    seq: z.int(),
  })
  .meta({ id: 'Job' });
export type Job = z.infer<typeof jobSchema>;

/** The job as it stands, its newest levels, and where a reader of it stands. */
export const snapshotSchema = z
  .object({
    job: jobSchema,
    levels: z.object({
      progress: levelSchema.optional(),
      preview: levelSchema.optional(),
      place: levelSchema.optional(),
    }),
    position: z.string(),
  })
  .meta({ id: 'Snapshot' });
export type Snapshot = { job: Job; levels: Levels; position: string };
