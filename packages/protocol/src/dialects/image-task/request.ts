import * as z from 'zod';
import type { Submit } from '../../commands.js';
import { lenientNumber } from '../../lenient-number.js';
import { LIMITS } from '../../limits.js';
import { type ImageRequest, jsonObjectSchema, wellFormed } from '../../media.js';
import { DEFAULT_STEPS } from './record.js';

/** Steps of the refiner stage, where the engine has one. */
const REFINER_STEPS = 30;
const DEFAULT_GUIDANCE = 8;

const words = wellFormed(z.string().max(LIMITS.promptChars));
const side = z.int().min(LIMITS.minSide).max(LIMITS.maxSide);
const flag = z.boolean().nullish();

/** The body of a submission: null counts as absent, keys that nobody knows are passed on to the engine. */
export const generateSchema = z
  .looseObject({
    prompt: wellFormed(z.string().min(3).max(500)).refine((text) => text.trim() !== '', {
      message: 'must not be blank',
    }),
    /** The client's own id of the task. */
    task_id: z
      .string()
      .min(1)
      .max(LIMITS.clientIdChars)
      .regex(/^[\p{L}\p{N}._~:@+-]+$/u, 'may hold letters, digits and . _ ~ : @ + -')
      .nullish(),
    title: words.nullish(),
    keywords: z.array(words).max(100).nullish(),
    use_refinement: flag,
    num_inference_steps: lenientNumber(z.int().min(20).max(100)),
    guidance_scale: lenientNumber(z.number().min(1).max(20)),
    negative_prompt: words.nullish(),
    width: lenientNumber(side),
    height: lenientNumber(side),
    /** Below zero: the server draws one. */
    seed: lenientNumber(z.int().max(LIMITS.maxSeed)),
    /** These three change nothing: an image is always generated, as well as can be. */
    use_generation: z.unknown().optional(),
    use_pexels: z.unknown().optional(),
    high_quality: z.unknown().optional(),
  })
  .meta({ id: 'ImageTaskGenerate' });
export type GenerateInput = z.infer<typeof generateSchema>;

/** The job that a submission asks for. */
export function submitOf(input: GenerateInput, engine: string): Submit {
  const { prompt, task_id, use_refinement, num_inference_steps, guidance_scale, negative_prompt, ...more } = input;
  const { width, height, seed, use_generation: _1, use_pexels: _2, high_quality: _3, ...others } = more;
  const request: ImageRequest = {
    prompt,
    ...(present(negative_prompt) && negative_prompt !== '' ? { negativePrompt: negative_prompt } : {}),
    steps: num_inference_steps ?? DEFAULT_STEPS,
    refinerSteps: (use_refinement ?? true) ? REFINER_STEPS : 0,
    guidance: guidance_scale ?? DEFAULT_GUIDANCE,
    ...(present(width) ? { width } : {}),
    ...(present(height) ? { height } : {}),
    ...(present(seed) && seed >= 0 ? { seed } : {}),
    ...extraOf(others),
  };
  const id = present(task_id) ? { id: task_id } : {};
  return { kind: 'image', request, engine, priority: 0, tags: [], ...id };
}

function present<T>(value: T | null | undefined): value is T {
  return value !== null && value !== undefined;
}

/** Title, keywords and what only one engine understands. What could not be stored is passed over. */
function extraOf(others: Record<string, unknown>): Pick<ImageRequest, 'extra'> {
  const given = Object.fromEntries(Object.entries(others).filter(([, value]) => present(value)));
  const extra = jsonObjectSchema.safeParse(given).data ?? {};
  return Object.keys(extra).length === 0 ? {} : { extra };
}

const clientMessageSchema = z.object({ type: z.enum(['ping', 'get_progress']) });

/** Reads a client's frame; null for anything that is no message of this dialect, which is passed over. */
export function readClientMessage(data: string | Uint8Array): 'ping' | 'get_progress' | null {
  if (typeof data !== 'string') return null;
  try {
    return clientMessageSchema.safeParse(JSON.parse(data)).data?.type ?? null;
  } catch {
    return null;
  }
}
