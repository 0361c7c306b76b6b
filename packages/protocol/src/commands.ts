import * as z from 'zod';
import { jobKindSchema } from './events.js';
import { type Job, type JobState, jobSchema, jobStateSchema, type Snapshot } from './job.js';
import { LIMITS } from './limits.js';
import {
  type Artifact,
  type CompositionPlan,
  imageRequestSchema,
  type Json,
  musicRequestSchema,
  wellFormed,
} from './media.js';
import type { WorkerVerbs } from './worker/verbs.js';

/** What a key allows beside its own jobs: `operator` sees all and pauses, `worker` takes jobs. */
export const roleSchema = z.enum(['user', 'operator', 'worker']);
export type Role = z.infer<typeof roleSchema>;

/** Who is asking. */
export interface Principal {
  owner: string;
  roles: readonly Role[];
}

/** What is common to the submission of either kind. */
const submitFields = {
  /** The client's own id for the job, unique per owner; the same request again finds the same job. */
  id: z
    .string()
    .min(1)
    .max(LIMITS.clientIdChars)
    .regex(/^[\p{L}\p{N}._~:@+-]+$/u, 'may hold letters, digits and . _ ~ : @ + -')
    .optional(),
  /** Name of an engine, or `auto`: the first that can. */
  engine: wellFormed(z.string().min(1).max(64)).default('auto'),
  priority: z.int().min(LIMITS.minPriority).max(LIMITS.maxPriority).default(0),
  tags: z
    .array(wellFormed(z.string().min(1).max(LIMITS.tagChars)))
    .max(LIMITS.maxTags)
    .default([]),
  /** Longest wait in the queue, in milliseconds; the job fails with `queue_timeout` after it. Absent: the server's. */
  queueTimeoutMs: z.int().min(1).optional(),
};

/** One submission: `kind` decides the shape of `request`. */
export const submitSchema = z
  .discriminatedUnion('kind', [
    z.object({ kind: z.literal('image'), request: imageRequestSchema, ...submitFields }),
    z.object({ kind: z.literal('music'), request: musicRequestSchema, ...submitFields }),
  ])
  .meta({ id: 'Submit' });
export type Submit = z.infer<typeof submitSchema>;
/** A submission as a client writes it, with defaults left out. */
export type SubmitInput = z.input<typeof submitSchema>;

/** Several jobs made in one transaction: all of them or none. */
export const batchSchema = z
  .object({
    id: wellFormed(z.string().min(1).max(LIMITS.clientIdChars)).optional(),
    jobs: z.array(submitSchema).min(1).max(LIMITS.maxBatch),
  })
  .meta({ id: 'Batch' });
export type Batch = z.infer<typeof batchSchema>;

/** What may change after submission; priority only while queued. */
export const editSchema = z
  .object({
    priority: z.int().min(LIMITS.minPriority).max(LIMITS.maxPriority).optional(),
    tags: z
      .array(wellFormed(z.string().min(1).max(LIMITS.tagChars)))
      .max(LIMITS.maxTags)
      .optional(),
    favorite: z.boolean().optional(),
  })
  .refine((edit) => Object.values(edit).some((value) => value !== undefined), 'names nothing to change')
  .meta({ id: 'Edit' });
export type Edit = z.infer<typeof editSchema>;

const commaList = <T extends z.ZodType>(item: T) =>
  z.preprocess(
    (value) => (typeof value === 'string' ? value.split(',').filter((part) => part !== '') : value),
    z.array(item).max(100),
  );

/** Which jobs a list or feed is about; all given conditions hold. */
export const filterSchema = z
  .object({
    kind: jobKindSchema.optional(),
    state: commaList(jobStateSchema).optional(),
    batch: z.string().max(LIMITS.clientIdChars).optional(),
    tag: z.string().max(LIMITS.tagChars).optional(),
    favorite: z.union([z.boolean(), z.enum(['true', 'false']).transform((value) => value === 'true')]).optional(),
    /** Ids (the server's or the client's own). */
    jobs: commaList(z.string().min(1).max(LIMITS.clientIdChars)).optional(),
    engine: z.string().max(64).optional(),
  })
  .meta({ id: 'Filter' });
export type Filter = z.infer<typeof filterSchema>;

/** The list of jobs, newest first. */
export const listSchema = filterSchema
  .extend({
    /** Words that must all occur in prompt, plan title, tags or parameters (`steps:30`, `seed:7`, `size:768x512`). */
    search: z.string().max(200).optional(),
    limit: z.coerce.number().int().min(1).max(LIMITS.pageMax).default(LIMITS.pageDefault),
    /** `next` of the page before. */
    cursor: z.string().max(64).optional(),
  })
  .meta({ id: 'ListQuery' });
export type ListQuery = z.infer<typeof listSchema>;

/** One page of jobs, and the feed cursor it was read at: following the feed from there misses nothing. */
export const pageSchema = z
  .object({ jobs: z.array(jobSchema), next: z.string().nullable(), feedCursor: z.string() })
  .meta({ id: 'Page' });
export type Page = z.infer<typeof pageSchema>;

/**
 * What operators ordered of a backend: it takes jobs (`open`), takes no more while those that run go on (`paused`), or is
 * being emptied (`draining`): those that may run elsewhere move there too.
 */
export const intakeSchema = z.enum(['open', 'paused', 'draining']);
export type Intake = z.infer<typeof intakeSchema>;

/** What an engine can do and how it is. */
export const engineInfoSchema = z
  .object({
    name: z.string(),
    backend: z.string(),
    kinds: z.array(jobKindSchema),
    models: z.array(z.object({ id: z.string(), title: z.string() })),
    /** What it understands: `negativePrompt`, `guidance`, `refiner`, `init`, `mask`, `previews`, `steps` … */
    features: z.array(z.string()),
    /** Taken by jobs that ask for `auto`. */
    auto: z.boolean(),
    health: z.enum(['up', 'down', 'unknown']),
    message: z.string().nullable(),
    slots: z.int(),
    busy: z.int(),
    intake: intakeSchema.default('open'),
  })
  .meta({ id: 'EngineInfo' });
export type EngineInfo = z.infer<typeof engineInfoSchema>;

/** What came of a submission. */
export interface Submitted {
  job: Job;
  /** True when the same request had been taken before and this is its job as it stands now. */
  replayed: boolean;
}

/** How a submission is made; all of it decided in the transaction that makes the job. */
export interface SubmitOptions {
  /** Name of the dialect it comes through. */
  via: string;
  /** The `Idempotency-Key` of the request. */
  idempotencyKey?: string;
  /**
   * What happens to a client-chosen id that is in use. `same`: the same request finds the job, another is refused.
   * `takeOver`: like `same` while the holder runs; once it has ended, the id passes to the new job. `refuse`: always refused.
   */
  onExistingId?: 'same' | 'takeOver' | 'refuse';
  /**
   * A request that equals an earlier one of this owner through the same dialect finds its job: while that waits or runs,
   * and when it has succeeded, for this time after its end unless it carries the tag. In place of an `idempotencyKey`.
   */
  join?: { withinMs: number; unlessTag: string };
}

/** A part of a file, both ends included, as in an HTTP Range. */
export interface ByteRange {
  start: number;
  end: number;
}

/** A file opened for reading. */
export interface OpenArtifact {
  artifact: Artifact;
  mediaType: string;
  sizeBytes: number;
  body: (range: ByteRange | null) => AsyncIterable<Uint8Array>;
  /** An address of the storage itself, good for a while, that answers with these headers; absent: there is none. */
  elsewhere?: (headers: { disposition: string; cacheControl: string }) => Promise<Elsewhere>;
}

/** An output that is still being made, opened for reading. */
export interface OpenGrowing {
  mediaType: string;
  /** A file name for people. */
  name: string;
  /**
   * Its bytes from the beginning, as they come, to the end of the finished file. Throws where there will be no finished
   * file (the attempt ended without it), and the signal's reason when that aborts.
   */
  body: (signal: AbortSignal) => AsyncIterable<Uint8Array>;
}

/** Where else the bytes of a file can be had. */
export interface Elsewhere {
  url: string;
  /** How long the address is good from now on at least, in milliseconds. */
  ttlMs: number;
}

/** A file on its way in. */
export interface IncomingFile {
  mediaType: string;
  name: string;
  body: AsyncIterable<Uint8Array>;
}

/** How long things took of late. */
const durationsSchema = z
  .object({
    /** Since the start of the server. */
    count: z.int(),
    /** Of the newest thousand, in milliseconds; null when there were none. */
    p50Ms: z.number().nullable(),
    p95Ms: z.number().nullable(),
  })
  .meta({ id: 'Durations' });

/** Counters and figures of the server, for people and dashboards. Counters start with the server. */
export const statsSchema = z
  .object({
    version: z.string(),
    uptimeMs: z.number(),
    /** Jobs in the store, by state. */
    jobs: z.object({ queued: z.int(), running: z.int(), succeeded: z.int(), failed: z.int(), canceled: z.int() }),
    queue: z.object({
      waiting: z.int(),
      /** Most that may wait; beyond it submissions get `queue_full`. */
      limit: z.int(),
      submitted: z.int(),
      /** Attempts after which a job went back to the queue. */
      retries: z.int(),
    }),
    /** From submission to the first start. */
    waits: durationsSchema,
    /** The last attempt of jobs that ended. */
    runs: durationsSchema,
    ended: z.object({ succeeded: z.int(), failed: z.int(), canceled: z.int() }),
    /** Failed jobs by the code of their error. */
    failures: z.record(z.string(), z.int()),
    connections: z.object({ sockets: z.int(), streams: z.int(), polls: z.int() }),
    /** An event counts once for every reader that it was handed to. */
    deliveries: z.object({
      facts: z.int(),
      levels: z.int(),
      /** Levels that readers were spared because a newer one was there already. */
      merged: z.int(),
      resets: z.int(),
    }),
    /** The deliveries by dialect. */
    dialects: z.record(z.string(), z.object({ facts: z.int(), levels: z.int(), merged: z.int() })),
    /** Readers that had to start over, by reason. */
    resets: z.object({ epoch: z.int(), horizon: z.int(), ahead: z.int(), malformed: z.int() }),
    /** Readers that read from the log now: they have just come, or take less than comes. */
    readersBehind: z.int(),
    /** How late the event loop was in the last minute or two, in milliseconds. */
    loopDelayP50Ms: z.number(),
    loopDelayP99Ms: z.number(),
    loopDelayMaxMs: z.number(),
  })
  .meta({ id: 'Stats' });
export type Stats = z.infer<typeof statsSchema>;

/** Words that a plan is to be made from, as a client writes them. */
export const planWishSchema = z
  .object({
    prompt: wellFormed(z.string().max(LIMITS.promptChars)).refine((text) => text.trim() !== '', {
      message: 'must not be blank',
    }),
    /** Length of the song, in milliseconds; absent: the engine's choice. */
    lengthMs: z.int().min(LIMITS.minSectionMs).max(LIMITS.maxSongMs).optional(),
    /** Name of an engine, or `auto`: the first that can. */
    engine: wellFormed(z.string().min(1).max(64)).default('auto'),
  })
  .meta({ id: 'PlanWish' });

/** What a plan is to be made from. */
export interface PlanWish {
  prompt: string;
  /** Length of the song in milliseconds; null: the engine's choice. */
  lengthMs: number | null;
  /** Name of an engine, or `auto`. */
  engine: string;
}

/**
 * Everything a caller can ask of the house, bound to one principal. Dialects translate into these verbs and
 * back; each checks what the principal may reach and throws a `RendercastError` of the closed table.
 */
export interface Verbs {
  principal: Principal;
  submit(command: Submit, options: SubmitOptions): Promise<Submitted>;
  submitBatch(batch: Batch, options: SubmitOptions): Promise<{ batch: string; jobs: Job[]; replayed: boolean }>;
  /** By the server's id or the caller's own. */
  get(id: string): Promise<Snapshot>;
  list(query: ListQuery): Promise<Page>;
  cancel(id: string, reason: string | null): Promise<Job>;
  /** A new job with the ended one's request. */
  retry(id: string, options: SubmitOptions): Promise<Submitted>;
  edit(id: string, edit: Edit): Promise<Job>;
  note(id: string, data: Record<string, Json>): Promise<void>;
  /** Removes an ended job with its files. */
  remove(id: string): Promise<void>;
  /** Resolves with the job once it has ended; rejects when the signal aborts. The job goes on either way. */
  ended(id: string, signal: AbortSignal): Promise<Job>;
  putFile(file: IncomingFile): Promise<Artifact>;
  openArtifact(id: string, variant: 'file' | 'thumbnail'): Promise<OpenArtifact>;
  /**
   * An output of a job by its slot: one that is being made while it is, from its beginning; else the file that stands. Throws
   * `not_found` where there is nothing of it yet.
   */
  openOutput(jobId: string, slot: number): Promise<OpenArtifact | OpenGrowing>;
  removeArtifact(id: string): Promise<void>;
  /** Files within reach whose digest begins with these digits (eight or more), oldest first, 20 at most. */
  artifactsByDigest(start: string): Promise<Artifact[]>;
  /** The newest preview of a running job, or null. */
  preview(id: string): Promise<{ mediaType: string; bytes: Uint8Array } | null>;
  engines(): Promise<EngineInfo[]>;
  /**
   * Orders of a backend, or with null of all, whether it takes jobs; holds over restarts and on every node. Answers those
   * it concerns, as they are then. Operators only. Throws `not_found` where no backend has the name.
   */
  setIntake(backend: string | null, intake: Intake): Promise<EngineInfo[]>;
  /** A composition plan made from words by an engine that can; nothing is rendered. Throws `unsupported_request` when none can. */
  plan(wish: PlanWish): Promise<CompositionPlan>;
  stats(): Promise<Stats>;
  /** What remote workers ask; for the role `worker`. */
  worker: WorkerVerbs;
}

export type { JobState };
