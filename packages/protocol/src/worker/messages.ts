import * as z from 'zod';
import { jobKindSchema } from '../events.js';
import { LIMITS } from '../limits.js';
import { jsonObjectSchema, mediaRequestSchema, wellFormed } from '../media.js';

/**
 * What a worker of somebody else's making and the house say to each other. A worker is no engine: it claims jobs like the
 * runner in the house does, under a lease that its words renew.
 */

const NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/;
const name = z.string().regex(NAME, 'is not 1 to 64 letters, digits, dots, dashes or underscores');
const words = (max: number) => wellFormed(z.string().min(1).max(max));

/** The word that a worker was given with a job: it opens that attempt to it and nothing else. Opaque. */
export const leaseSchema = z.string().min(1).max(64);

/** What a worker is and what it can run. */
export const aboutSchema = z
  .object({
    /** Its own name, the same after it was restarted: it is shown as the backend. */
    worker: name,
    /** Name of the engine that it is one backend of: what jobs ask for. */
    engine: name,
    kinds: z.array(jobKindSchema).min(1).max(2),
    /** Models to choose from; absent: it takes jobs for any. */
    models: z
      .array(z.object({ id: words(256), title: words(256) }))
      .max(1_000)
      .default([]),
    /** What it understands, in the words of `GET /v1/engines`. */
    features: z.array(words(64)).max(64).default([]),
    /** Whether it takes jobs that ask for `auto`. */
    auto: z.boolean().default(false),
    /** Jobs it runs at once, for show: it counts by itself, and claims when it has room. */
    slots: z.int().min(1).max(1_000).default(1),
    /** False: a lost attempt must not simply be run again (it may have been paid for). */
    repeatable: z.boolean().default(true),
    /** For what is not repeatable: whether it finds lost work again by its handle. */
    adopts: z.boolean().default(false),
  })
  .meta({ id: 'WorkerAbout' });
export type About = z.infer<typeof aboutSchema>;

/** A job as the worker that holds it sees it: what it needs to make it, and nothing of whose it is. */
export const workSchema = z
  .object({
    jobId: z.string(),
    lease: leaseSchema,
    attempt: z.int(),
    /** How long the lease holds after each word of the worker, in milliseconds. */
    leaseMs: z.number(),
    kind: jobKindSchema,
    /** Inputs named in it can be fetched under the lease. */
    request: mediaRequestSchema,
    /** The same on every attempt. */
    seed: z.int(),
    /** What an earlier attempt on this worker kept, to find work again that still runs; null: there is nothing. */
    handle: jsonObjectSchema.nullable(),
  })
  .meta({ id: 'Work' });
export type Work = z.infer<typeof workSchema>;

/** The answer to a claim. */
export const claimAnswerSchema = z
  .object({
    /** Null: there was nothing to do within the wait. */
    work: workSchema.nullable(),
  })
  .meta({ id: 'ClaimAnswer' });

/** Whether an attempt may go on: it may, it should stop soon, or it is over and nothing it says counts any more. */
export const standingSchema = z.enum(['held', 'canceling', 'superseded']);
export type Standing = z.infer<typeof standingSchema>;

/** A sign of life, for all jobs that the worker holds. */
export const heartbeatSchema = z
  .object({
    /** Says anew what it can run, for a server that was started since. */
    about: aboutSchema.optional(),
    leases: z
      .array(z.object({ jobId: z.string().min(1).max(LIMITS.clientIdChars), lease: leaseSchema }))
      .max(1_000)
      .default([]),
  })
  .meta({ id: 'Heartbeat' });
export type Heartbeat = z.infer<typeof heartbeatSchema>;

/** How the jobs stand, in the order of the question. */
export const heartbeatAnswerSchema = z
  .object({
    jobs: z.array(z.object({ jobId: z.string(), standing: standingSchema })),
    leaseMs: z.number(),
  })
  .meta({ id: 'HeartbeatAnswer' });
export type HeartbeatAnswer = z.infer<typeof heartbeatAnswerSchema>;

const stageSchema = z.object({
  stage: words(64),
  /** 1-based place of the stage and how many there are. */
  index: z.int().min(1).max(1_000).optional(),
  count: z.int().min(1).max(1_000).optional(),
  /** Steps of the whole attempt, over all stages and images. */
  steps: z.int().min(0).max(1_000_000).optional(),
});

const progressReportSchema = z.object({
  /** Part of the whole attempt that is done; null when it cannot be known. It never falls within an attempt. */
  fraction: z.number().min(0).max(1).nullable(),
  /** Steps done, over all stages and images. */
  step: z.int().min(0).max(1_000_000).optional(),
  steps: z.int().min(0).max(1_000_000).optional(),
  /** Time left, in milliseconds, where the worker knows better than its pace says. */
  etaMs: z.number().min(0).max(1e9).optional(),
});

const pictureSchema = z.object({
  mediaType: z.enum(['image/jpeg', 'image/png', 'image/webp']),
  width: z.int().min(1).max(LIMITS.maxSide),
  height: z.int().min(1).max(LIMITS.maxSide),
  /** The picture in base64. */
  base64: z.base64().max(Math.ceil(LIMITS.previewBytes / 3) * 4, `is more than ${LIMITS.previewBytes} bytes`),
});

/** What happened since the last word; each part may be left out. */
export const workReportSchema = z
  .object({
    stage: stageSchema.optional(),
    progress: progressReportSchema.optional(),
    preview: pictureSchema.optional(),
  })
  .meta({ id: 'WorkReport' });
export type WorkReport = z.infer<typeof workReportSchema>;

/** The answer to a word about a job that is held. */
export const reportAnswerSchema = z
  .object({
    standing: standingSchema,
    /** Whether anybody watches previews now: making one costs time. */
    wantsPreview: z.boolean(),
  })
  .meta({ id: 'ReportAnswer' });
export type ReportAnswer = z.infer<typeof reportAnswerSchema>;

/** What an output is called and was made with, beside its bytes. */
export const outputQuerySchema = z.object({
  lease: leaseSchema,
  /** 0-based place among the outputs. */
  slot: z.coerce.number().int().min(0).max(1_000).default(0),
  /** File name for people, with its ending. */
  name: words(255).optional(),
  width: z.coerce.number().int().min(1).max(100_000).optional(),
  height: z.coerce.number().int().min(1).max(100_000).optional(),
  durationMs: z.coerce.number().min(0).max(1e9).optional(),
  /** A JSON object: what it was really made with (seed, steps, model …). */
  parameters: z.string().max(LIMITS.noteChars).default('{}').transform(readParameters).pipe(jsonObjectSchema),
});
export type OutputQuery = z.infer<typeof outputQuerySchema>;

function readParameters(text: string, context: z.RefinementCtx): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    context.addIssue({ code: 'custom', message: 'is not JSON' });
    return z.NEVER;
  }
}

/** The answer to an upload: the bytes are safe, and the job's history names them. */
export const outputAnswerSchema = reportAnswerSchema
  .extend({ artifactId: z.string(), digest: z.string(), sizeBytes: z.int() })
  .meta({ id: 'OutputAnswer' });
export type OutputAnswer = z.infer<typeof outputAnswerSchema>;

/** Codes that a worker may give for a failure. */
export const FAILURE_CODES = [
  'engine_failed',
  'engine_unavailable',
  'out_of_memory',
  'unsupported_request',
  'invalid_field',
  'outcome_unknown',
] as const;

/** Why an attempt did not succeed. */
export const workFailureSchema = z
  .object({
    code: z.enum(FAILURE_CODES).default('engine_failed'),
    /** Shown to people: it names no address, path or secret. */
    message: words(500),
    /** Whether another attempt may do better. Absent: as the table of errors has it. */
    retryable: z.boolean().optional(),
    /** Earliest time for another attempt, from now, in milliseconds. */
    retryAfterMs: z.int().min(0).max(86_400_000).optional(),
  })
  .meta({ id: 'WorkFailure' });
export type WorkFailure = z.infer<typeof workFailureSchema>;

/** A private word for a later attempt of the same worker; null takes it back. */
export const handleSchema = z.object({ handle: jsonObjectSchema.nullable() }).meta({ id: 'WorkHandle' });

/** How the job stands after the worker's last word about it. */
export const workEndSchema = z
  .object({ state: z.enum(['queued', 'running', 'succeeded', 'failed', 'canceled']) })
  .meta({ id: 'WorkEnd' });
export type WorkEnd = z.infer<typeof workEndSchema>;
