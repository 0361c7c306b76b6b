import * as z from 'zod';
import type { Submit } from '../../commands.js';
import { RendercastError } from '../../errors.js';
import type { Job } from '../../job.js';
import { lenientNumber } from '../../lenient-number.js';
import { LIMITS } from '../../limits.js';
import { type ImageRequest, type Input, type Json, jsonObjectSchema, wellFormed } from '../../media.js';
import { pictureFields } from './given-pictures.js';

/** What a job runs with where its client asked for nothing else. */
const DEFAULTS = {
  steps: 20,
  sampler_name: 'DPM++ 2M',
  cfg_scale: 7,
  width: 512,
  height: 512,
  seed: -1,
  batch_size: 1,
  n_iter: 1,
} as const;

const words = wellFormed(z.string().max(LIMITS.promptChars));

/** The parameters as clients send them: null counts as absent, keys that nobody knows are passed on to the engine. */
export const paramsSchema = z
  .looseObject({
    prompt: words.refine((prompt) => prompt.trim() !== '', { message: 'must not be blank' }),
    negative_prompt: words.nullish(),
    steps: lenientNumber(z.int().min(1).max(LIMITS.maxSteps)),
    sampler_name: z.string().nullish(),
    cfg_scale: lenientNumber(z.number().min(0).max(50)),
    width: lenientNumber(z.int().min(LIMITS.minSide).max(LIMITS.maxSide)),
    height: lenientNumber(z.int().min(LIMITS.minSide).max(LIMITS.maxSide)),
    /** Below zero: the server draws one. */
    seed: lenientNumber(z.int().max(LIMITS.maxSeed)),
    batch_size: lenientNumber(z.int().min(1).max(LIMITS.maxCount)),
    n_iter: lenientNumber(z.int().min(1).max(LIMITS.maxCount)),
    denoising_strength: lenientNumber(z.number().min(0).max(1)),
    ...pictureFields,
  })
  .refine(({ batch_size, n_iter }) => (batch_size ?? 1) * (n_iter ?? 1) <= LIMITS.maxCount, {
    message: `batch_size times n_iter may be ${LIMITS.maxCount} at most`,
    path: ['batch_size'],
  })
  .meta({ id: 'ProgressFeedParams' });
export type ParamsInput = z.infer<typeof paramsSchema>;

/** The parameters of a job as every message shows them: all keys, always. */
export const shownParamsSchema = z
  .object({
    prompt: z.string(),
    negative_prompt: z.string().nullable(),
    steps: z.int(),
    sampler_name: z.string(),
    cfg_scale: z.number(),
    width: z.int(),
    height: z.int(),
    seed: z.int(),
    batch_size: z.int(),
    n_iter: z.int(),
    denoising_strength: z.number().nullable(),
  })
  .meta({ id: 'ProgressFeedShownParams' });
export type ShownParams = z.infer<typeof shownParamsSchema>;

/** Reads parameters that lie within another body. */
export function readParams(value: unknown): ParamsInput {
  const parsed = paramsSchema.safeParse(value);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  const field = issue?.path.map(String).join('.') ?? '';
  const what = issue?.message ?? 'not valid';
  throw new RendercastError('invalid_field', field === '' ? what : `${field}: ${what}`, field === '' ? {} : { field });
}

/** The job that these parameters ask for, with the pictures that came with them as inputs. */
export function submitOf(params: ParamsInput, engine: string, inputs: readonly Input[] = []): Submit {
  const { prompt, negative_prompt, steps, sampler_name, cfg_scale, width, height, seed, ...others } = params;
  const { batch_size, n_iter, denoising_strength, ...rest } = others;
  // The pictures are inputs by now: they are not kept with the request a second time.
  const { init_images: _, mask: __, controlnet_units: ___, alwayson_scripts, ...unknown } = rest;
  const scripts = alwayson_scripts.others;
  const negativePrompt = negative_prompt ?? '';
  const sampler = samplerOf(sampler_name ?? DEFAULTS.sampler_name);
  const kept = {
    batch_size: batch_size ?? null,
    n_iter: n_iter ?? null,
    denoising_strength: denoising_strength ?? null,
  };
  const request: ImageRequest = {
    prompt,
    ...(negativePrompt === '' ? {} : { negativePrompt }),
    steps: steps ?? DEFAULTS.steps,
    guidance: cfg_scale ?? DEFAULTS.cfg_scale,
    width: width ?? DEFAULTS.width,
    height: height ?? DEFAULTS.height,
    ...(seed === null || seed === undefined || seed < 0 ? {} : { seed }),
    count: (batch_size ?? DEFAULTS.batch_size) * (n_iter ?? DEFAULTS.n_iter),
    ...(sampler === null ? {} : { sampler }),
    ...(inputs.length === 0 ? {} : { inputs: [...inputs] }),
    extra: extraOf(Object.keys(scripts).length === 0 ? unknown : { ...unknown, alwayson_scripts: scripts }, kept),
  };
  return { kind: 'image', request, engine, priority: 0, tags: [] };
}

/** Any name is taken; one that no engine could have leaves the choice to the engine. */
function samplerOf(name: string): string | null {
  const parsed = wellFormed(z.string().trim().min(1).max(128)).safeParse(name);
  return parsed.success ? parsed.data : null;
}

/** What only this dialect or one engine understands. Unknown keys that could not be stored are passed over. */
function extraOf(unknown: Record<string, unknown>, kept: Record<string, number | null>): Record<string, Json> {
  const parsed = jsonObjectSchema.safeParse(unknown);
  const given = Object.entries(kept).filter(([, value]) => value !== null);
  return { ...(parsed.success ? parsed.data : {}), ...Object.fromEntries(given) };
}

/** The parameters of any job, of whatever dialect it came through. */
export function paramsOf(job: Job): ShownParams {
  const request = job.request as ImageRequest;
  const { extra = {} } = request;
  const count = request.count ?? 1;
  const iterations = wholeNumber(extra.n_iter) ?? DEFAULTS.n_iter;
  const perIteration = wholeNumber(extra.batch_size);
  const ours = perIteration !== null && perIteration * iterations === count;
  return {
    prompt: request.prompt ?? '',
    negative_prompt: request.negativePrompt ?? null,
    steps: request.steps ?? DEFAULTS.steps,
    sampler_name: request.sampler ?? DEFAULTS.sampler_name,
    cfg_scale: request.guidance ?? DEFAULTS.cfg_scale,
    width: request.width ?? DEFAULTS.width,
    height: request.height ?? DEFAULTS.height,
    seed: request.seed ?? DEFAULTS.seed,
    batch_size: ours ? perIteration : count % iterations === 0 ? count / iterations : count,
    n_iter: ours || count % iterations === 0 ? iterations : DEFAULTS.n_iter,
    denoising_strength: typeof extra.denoising_strength === 'number' ? extra.denoising_strength : null,
  };
}

function wholeNumber(value: Json | undefined): number | null {
  return typeof value === 'number' && Number.isInteger(value) && value >= 1 ? value : null;
}
