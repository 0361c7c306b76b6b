import * as z from 'zod';
import { LIMITS } from './limits.js';
import { artifactSchema, jsonObjectSchema, mediaRequestSchema } from './media.js';

/** The kinds of job. */
export const jobKindSchema = z.enum(['image', 'music']);
/** What is made. */
export type JobKind = z.infer<typeof jobKindSchema>;

/** Why a job failed or is tried again: a code of the error table with words for people. */
export const jobErrorSchema = z
  .object({ code: z.string(), message: z.string(), retryable: z.boolean() })
  .meta({ id: 'JobError' });
export type JobError = z.infer<typeof jobErrorSchema>;

/** How far an attempt has come. Everything the engine does not tell is null, never guessed. */
export const progressSchema = z
  .object({
    /** Part of the whole attempt that is done, 0 to 1, never falling within an attempt. */
    fraction: z.number().min(0).max(1).nullable(),
    stage: z.string().nullable(),
    /** Steps done and steps in all, over all stages and images of the attempt. */
    step: z.int().nullable(),
    steps: z.int().nullable(),
    /** Time left, in milliseconds. */
    etaMs: z.number().nullable(),
    /** Time since the attempt started, in milliseconds. */
    elapsedMs: z.number(),
  })
  .meta({ id: 'Progress' });
export type Progress = z.infer<typeof progressSchema>;

/** Durations of an ended job, in milliseconds, never below zero. */
export const timingsSchema = z
  .object({ queuedMs: z.number(), runMs: z.number(), totalMs: z.number() })
  .meta({ id: 'Timings' });
export type Timings = z.infer<typeof timingsSchema>;

const attempt = z.int().min(0);
const priority = z.int().min(LIMITS.minPriority).max(LIMITS.maxPriority);
const tags = z.array(z.string().min(1).max(LIMITS.tagChars)).max(LIMITS.maxTags);

/** The content of each fact, by its type; the log adds number and time. */
export const factBodySchema = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('queued'),
    kind: jobKindSchema,
    /** Name of an engine, or `auto`. */
    engine: z.string(),
    request: mediaRequestSchema,
    /** The seed the job runs with, on every attempt: the request's, or drawn by the server. */
    seed: z.int(),
    owner: z.string(),
    clientId: z.string().nullable(),
    /** Name of the dialect it came through. */
    via: z.string(),
    priority,
    tags,
    batch: z.string().nullable(),
    retryOf: z.string().nullable(),
    /** Latest time it may start, ISO 8601; null: waits for ever. */
    startBy: z.string().nullable(),
  }),
  z.object({
    type: z.literal('started'),
    attempt,
    engine: z.string(),
    backend: z.string(),
  }),
  z.object({
    type: z.literal('stage'),
    attempt,
    stage: z.string(),
    /** 1-based place of the stage and how many there are; null when the engine does not know. */
    index: z.int().nullable(),
    count: z.int().nullable(),
    /** Steps of the whole attempt, over all stages and images; null when unknown. */
    steps: z.int().nullable(),
  }),
  z.object({
    type: z.literal('output'),
    attempt,
    /** 0-based place among the outputs; the newest attempt's stands. */
    slot: z.int(),
    /** Null once removed. */
    artifact: artifactSchema.nullable(),
  }),
  z.object({
    type: z.literal('retrying'),
    attempt,
    error: jobErrorSchema,
    /** Whether this used up one of the job's tries; a hand-back (a server going down) does not. */
    counted: z.boolean(),
    /** Not run again before this time, ISO 8601. */
    notBefore: z.string(),
    /** How far the attempt had come, where it is known. */
    progress: progressSchema.nullable().optional(),
  }),
  z.object({ type: z.literal('canceling'), reason: z.string().nullable() }),
  z.object({ type: z.literal('succeeded'), attempt, progress: progressSchema, timings: timingsSchema }),
  z.object({
    type: z.literal('failed'),
    attempt,
    error: jobErrorSchema,
    progress: progressSchema.nullable(),
    timings: timingsSchema,
  }),
  z.object({
    type: z.literal('canceled'),
    attempt,
    reason: z.string().nullable(),
    progress: progressSchema.nullable(),
    timings: timingsSchema,
  }),
  z.object({ type: z.literal('note'), data: jsonObjectSchema }),
  z.object({
    type: z.literal('edited'),
    priority: priority.optional(),
    tags: tags.optional(),
    favorite: z.boolean().optional(),
  }),
  /** One output (`artifactId`), or with null the whole job, was deleted by request. */
  z.object({
    type: z.literal('removed'),
    artifactId: z.string().nullable(),
    /** The outputs that stood until then and are gone now, so that whoever shows them can take them away. */
    gone: z.array(z.object({ id: z.string(), mediaType: z.string() })).optional(),
  }),
]);
export type FactBody = z.infer<typeof factBodySchema>;
export type FactType = FactBody['type'];

/** One numbered, stored entry of a job's history. */
export const factSchema = z
  .intersection(
    z.object({
      jobId: z.string(),
      /** 1, 2, 3 … per job, without gaps. */
      seq: z.int().min(1),
      /** When it was stored, ISO 8601 UTC; for show, order is by number. */
      at: z.string(),
    }),
    factBodySchema,
  )
  .meta({ id: 'Fact' });
export type Fact = { jobId: string; seq: number; at: string } & FactBody;
/** The fact of one type. */
export type FactOf<T extends FactType> = Extract<Fact, { type: T }>;

/** Facts that end a job. Exactly one of them occurs. */
export const TERMINAL_TYPES = ['succeeded', 'failed', 'canceled'] as const satisfies readonly FactType[];

/** Tells newer levels from older ones: by attempt, then by the fact it follows, then by tick. */
const stampFields = {
  attempt,
  /** Number of the fact it follows; it may be shown only to a reader that has seen that fact. */
  after: z.int().min(0),
  tick: z.number(),
};
export type Stamp = { attempt: number; after: number; tick: number };

/** Why a job is not running yet. */
export const placeReasonSchema = z.enum(['in_line', 'no_backend', 'paused', 'backoff']);

/** An output that is being made and of which a part can be fetched already. */
export const growingSchema = z
  .object({
    slot: z.int(),
    mediaType: z.string(),
    /** So much of it is there, from the beginning on. */
    sizeBytes: z.int(),
    /** Where it can be had from its beginning, while it grows and once it is whole; added on the way out. */
    url: z.string().optional(),
  })
  .meta({ id: 'Growing' });
export type Growing = z.infer<typeof growingSchema>;

/** A value of which only the newest counts; never in the log, may be dropped at any time. */
export const levelSchema = z
  .discriminatedUnion('kind', [
    z.object({
      kind: z.literal('progress'),
      ...stampFields,
      ...progressSchema.shape,
      /** Outputs that can be heard or seen while they are made; absent where there are none. */
      growing: z.array(growingSchema).optional(),
    }),
    z.object({
      kind: z.literal('preview'),
      ...stampFields,
      mediaType: z.string(),
      width: z.int(),
      height: z.int(),
      sizeBytes: z.int(),
      /** Where the newest preview can be fetched; added on the way out. */
      url: z.string().optional(),
    }),
    z.object({
      kind: z.literal('place'),
      ...stampFields,
      /** 1 = runs next; null when it is not in the line. */
      position: z.int().nullable(),
      /** How many wait in that line. */
      waiting: z.int(),
      reason: placeReasonSchema,
      /** Words for people. */
      message: z.string(),
    }),
  ])
  .meta({ id: 'Level' });
export type Level = z.infer<typeof levelSchema>;
export type LevelKind = Level['kind'];
export type LevelOf<K extends LevelKind> = Extract<Level, { kind: K }>;
/** The newest level of each kind. */
export type Levels = { [K in LevelKind]?: LevelOf<K> };
