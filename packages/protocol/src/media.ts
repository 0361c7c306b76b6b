import * as z from 'zod';
import { LIMITS } from './limits.js';

/** Anything that JSON can hold. */
export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

const isWellFormed = (text: string): boolean => !/\p{Surrogate}/u.test(text);
const halfCharacter = { message: 'holds half of a character (a lone surrogate)' };

/** A string without lone surrogates: it can be stored and sent as UTF-8 and comes back the same. */
export const wellFormed = (text: z.ZodString) => text.refine(isWellFormed, halfCharacter);

/** What keeps a value from being taken as JSON. A loop over layers: recursion is what hostile nesting would overflow. */
function jsonFault(value: unknown): string | null {
  let layer: unknown[] = [value];
  for (let depth = 0; layer.length > 0; depth += 1) {
    if (depth > LIMITS.jsonDepth) return `nests deeper than ${LIMITS.jsonDepth} levels`;
    const next: unknown[] = [];
    for (const one of layer) {
      if (typeof one === 'string' && !isWellFormed(one)) return halfCharacter.message;
      if (typeof one === 'number' && !Number.isFinite(one)) return 'holds a number that JSON cannot carry';
      if (!['string', 'number', 'boolean', 'object'].includes(typeof one)) return `holds a ${typeof one}`;
      if (typeof one !== 'object' || one === null) continue;
      // No spreading into push: a list of some 100,000 members would overflow the stack after all.
      for (const part of Object.values(one)) next.push(part);
      if (!Array.isArray(one) && !Object.keys(one).every(isWellFormed)) return halfCharacter.message;
    }
    layer = next;
  }
  return null;
}

/**
 * A JSON object, checked for depth so that hostile nesting is refused with a clear message; its strings can be stored and
 * sent as UTF-8.
 */
export const jsonObjectSchema = z
  .record(z.string(), z.unknown())
  .superRefine((value, context) => {
    const fault = jsonFault(value);
    if (fault !== null) context.addIssue({ code: 'custom', message: fault });
  })
  .meta({ description: 'A JSON object' }) as unknown as z.ZodType<Record<string, Json>, Record<string, Json>>;

const prompt = wellFormed(z.string().max(LIMITS.promptChars));
const words = wellFormed(z.string().max(LIMITS.promptChars));

/** A picture or sound that the request starts from: an uploaded file or an output of an earlier job. */
export const inputSchema = z
  .object({
    /** Id of an artifact within the caller's reach. */
    artifactId: wellFormed(z.string().min(1).max(64)),
    /** What the engine uses it for. */
    role: z.enum(['init', 'mask', 'control']).default('init'),
    /** How far the result may leave the input: 0 keeps it, 1 ignores it. */
    strength: z.number().min(0).max(1).optional(),
    /** For `control`: the kind of guidance (`canny`, `depth`, …) as the backend names it. */
    control: wellFormed(z.string().max(64)).optional(),
    /** For `control`: weight of the guidance and the part of the run it acts in. */
    weight: z.number().min(0).max(10).optional(),
    startFraction: z.number().min(0).max(1).optional(),
    endFraction: z.number().min(0).max(1).optional(),
  })
  .meta({ id: 'Input' });

/** What an image job asks for. Absent options mean the engine's own default. */
export const imageRequestSchema = z
  .object({
    prompt: prompt.refine((text) => text.trim() !== '', { message: 'must not be blank' }),
    negativePrompt: words.optional(),
    /** Width and height in pixels. */
    width: z.int().min(LIMITS.minSide).max(LIMITS.maxSide).optional(),
    height: z.int().min(LIMITS.minSide).max(LIMITS.maxSide).optional(),
    /** Steps of the base stage. */
    steps: z.int().min(1).max(LIMITS.maxSteps).optional(),
    /** Steps of the refiner stage where the engine has one; 0 leaves it out. */
    refinerSteps: z.int().min(0).max(LIMITS.maxSteps).optional(),
    /** How strictly the picture follows the prompt (classifier-free guidance scale). */
    guidance: z.number().min(0).max(50).optional(),
    /** Seed of the first image; absent: the server draws one and says which (`job.seed`). */
    seed: z.int().min(0).max(LIMITS.maxSeed).optional(),
    /** Number of images. */
    count: z.int().min(1).max(LIMITS.maxCount).optional(),
    model: wellFormed(z.string().min(1).max(256)).optional(),
    sampler: wellFormed(z.string().min(1).max(128)).optional(),
    /** Style words for engines that know them. */
    style: wellFormed(z.string().max(128)).optional(),
    inputs: z.array(inputSchema).max(8).optional(),
    format: z.enum(['png', 'webp', 'jpeg']).optional(),
    /** What only one engine or one dialect understands; kept and shown, ignored elsewhere. */
    extra: jsonObjectSchema.optional(),
  })
  .meta({ id: 'ImageRequest' });

/** One section of a composition plan. */
export const sectionSchema = z
  .object({
    name: words.min(1).max(200),
    durationMs: z.int().min(LIMITS.minSectionMs).max(LIMITS.maxSongMs),
    positiveStyles: z.array(words.max(200)).max(50).default([]),
    negativeStyles: z.array(words.max(200)).max(50).default([]),
    /** Lyric lines, in order. */
    lines: z.array(words.max(500)).max(200).default([]),
  })
  .meta({ id: 'Section' });

/** A composition plan: the arrangement of a song. */
export const planSchema = z
  .object({
    title: words.max(200).optional(),
    positiveStyles: z.array(words.max(200)).max(50).default([]),
    negativeStyles: z.array(words.max(200)).max(50).default([]),
    sections: z.array(sectionSchema).min(1, 'needs at least one section').max(LIMITS.maxSections),
  })
  .refine((plan) => plan.sections.reduce((sum, section) => sum + section.durationMs, 0) <= LIMITS.maxSongMs, {
    message: `the sections together may last ${LIMITS.maxSongMs} ms at most`,
    path: ['sections'],
  })
  .meta({ id: 'CompositionPlan' });

/** What a music job asks for: a plan, or a prompt (and a length) that the engine makes a plan from. */
export const musicRequestSchema = z
  .object({
    prompt: prompt.optional(),
    plan: planSchema.optional(),
    /** Length wanted when only a prompt is given, in milliseconds. */
    lengthMs: z.int().min(LIMITS.minSectionMs).max(LIMITS.maxSongMs).optional(),
    seed: z.int().min(0).max(LIMITS.maxSeed).optional(),
    model: wellFormed(z.string().min(1).max(256)).optional(),
    format: z.enum(['mp3', 'wav', 'flac', 'ogg']).optional(),
    extra: jsonObjectSchema.optional(),
  })
  .refine((request) => request.plan !== undefined || (request.prompt ?? '').trim() !== '', {
    message: 'needs a plan or a prompt',
    path: ['plan'],
  })
  .meta({ id: 'MusicRequest' });

/**
 * A request as facts and jobs carry it: of either kind, kept whole whatever a newer server put in, and with a blank prompt
 * once the job was removed.
 */
export const mediaRequestSchema = z
  .union([imageRequestSchema.extend({ prompt: words }).loose(), musicRequestSchema])
  .meta({ id: 'MediaRequest' }) as unknown as z.ZodType<MediaRequest, MediaRequest>;

/** One stored file as the world sees it. */
export const artifactSchema = z
  .object({
    id: z.string(),
    /** The job that made it; null for an uploaded input. */
    jobId: z.string().nullable(),
    mediaType: z.string(),
    sizeBytes: z.int(),
    /** SHA-256 of the bytes, hexadecimal. */
    digest: z.string(),
    /** A file name for people; addresses never use it. */
    name: z.string(),
    width: z.int().nullable(),
    height: z.int().nullable(),
    durationMs: z.number().nullable(),
    /** Whether a small picture of it can be had (`thumbnailUrl` in answers). */
    hasThumbnail: z.boolean(),
    /** What it was really made with (seed, steps, model …); null for inputs. */
    parameters: jsonObjectSchema.nullable(),
    createdAt: z.string(),
    /** Where to fetch it: a path on this server, signed where keys are configured. Added to answers, never stored. */
    url: z.string().optional(),
    thumbnailUrl: z.string().optional(),
  })
  .meta({ id: 'Artifact' });

export type Input = z.infer<typeof inputSchema>;
export type ImageRequest = z.infer<typeof imageRequestSchema>;
export type Section = z.infer<typeof sectionSchema>;
export type CompositionPlan = z.infer<typeof planSchema>;
export type MusicRequest = z.infer<typeof musicRequestSchema>;
export type MediaRequest = ImageRequest | MusicRequest;
export type Artifact = z.infer<typeof artifactSchema>;
