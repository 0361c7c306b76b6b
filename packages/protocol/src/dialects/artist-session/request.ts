import * as z from 'zod';
import type { Submit } from '../../commands.js';
import { RendercastError } from '../../errors.js';
import { lenientNumber } from '../../lenient-number.js';
import { LIMITS } from '../../limits.js';
import { type ImageRequest, jsonObjectSchema, wellFormed } from '../../media.js';

/** What a job runs with where its client asked for nothing else. */
const DEFAULTS = { width: 1024, height: 1024, num_inference_steps: 30, guidance_scale: 7.5, num_images: 1 } as const;

const words = wellFormed(z.string().max(LIMITS.promptChars));
const side = z.int().min(512).max(2048).multipleOf(8);
const id = z.string().min(1).max(LIMITS.clientIdChars);

/** The body of a submission: null counts as absent, keys that nobody knows are passed on to the engine. */
export const generateSchema = z
  .looseObject({
    prompt: words.refine((prompt) => prompt.trim() !== '', { message: 'must not be blank' }),
    negative_prompt: words.nullish(),
    width: lenientNumber(side),
    height: lenientNumber(side),
    num_inference_steps: lenientNumber(z.int().min(1).max(150)),
    guidance_scale: lenientNumber(z.number().min(1).max(20)),
    num_images: lenientNumber(z.int().min(1).max(4)),
    /** Below zero: the server draws one. */
    seed: lenientNumber(z.int().max(LIMITS.maxSeed)),
    /** The client's own id of the session. */
    session_id: id.regex(/^[\p{L}\p{N}._~:@+-]+$/u, 'may hold letters, digits and . _ ~ : @ + -').nullish(),
  })
  .meta({ id: 'ArtistSessionGenerate' });
export type GenerateInput = z.infer<typeof generateSchema>;

/** The job that a submission asks for. */
export function submitOf(input: GenerateInput, engine: string): Submit {
  const { prompt, negative_prompt, width, height, num_inference_steps, guidance_scale, num_images, ...others } = input;
  const { seed, session_id, ...unknown } = others;
  const negativePrompt = negative_prompt ?? '';
  const extra = jsonObjectSchema.safeParse(unknown).data ?? {};
  const request: ImageRequest = {
    prompt,
    ...(negativePrompt === '' ? {} : { negativePrompt }),
    width: width ?? DEFAULTS.width,
    height: height ?? DEFAULTS.height,
    steps: num_inference_steps ?? DEFAULTS.num_inference_steps,
    guidance: guidance_scale ?? DEFAULTS.guidance_scale,
    count: num_images ?? DEFAULTS.num_images,
    ...(seed === null || seed === undefined || seed < 0 ? {} : { seed }),
    ...(Object.keys(extra).length === 0 ? {} : { extra }),
  };
  return {
    kind: 'image',
    request,
    engine,
    priority: 0,
    tags: [],
    ...(session_id === null || session_id === undefined ? {} : { id: session_id }),
  };
}

/** A session by its id. */
export const sessionParamsSchema = z.object({ session: id });
/** An image by its path, in whatever form a page has it. */
export const pathParamsSchema = z.object({ path: z.string().min(1).max(512) });

/** How much of the gallery is wanted. */
export const gallerySchema = z.object({
  limit: z.coerce.number().int().min(1).max(1_000).default(50),
  search: z.string().max(200).optional(),
});

const TRUE = ['true', '1', 'yes', 'on'];
/** Whether an image is featured; without a value it is. */
export const featuredSchema = z.object({
  featured: z
    .enum([...TRUE, 'false', '0', 'no', 'off'])
    .default('true')
    .transform((text) => TRUE.includes(text)),
});

/** The query of a signed address that a page has put `/featured?featured=…` behind: it lands in the signature, the last field. */
export const appendedSchema = z.object({ signature: z.string().max(512).optional() });

/**
 * Whether an image is featured, from the end of a signature; null: nothing was put behind it.
 *
 * @throws RendercastError `invalid_field` for a value that is neither yes nor no
 */
export function readAppended({ signature = '' }: z.infer<typeof appendedSchema>): boolean | null {
  const found = /\/featured(?:\?featured=(.*))?$/.exec(signature);
  if (found === null) return null;
  const { data } = featuredSchema.safeParse({ featured: found[1] });
  if (data === undefined)
    throw new RendercastError('invalid_field', 'featured: is true or false', { field: 'featured' });
  return data.featured;
}

/** What a client may say on the socket. */
const clientMessageSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('ping') }),
  z.object({ type: z.literal('subscribe'), session_id: id }),
]);
export type ClientMessage = z.infer<typeof clientMessageSchema>;

/** Reads a client's frame; null for anything that is no message of this dialect, which is passed over. */
export function readClientMessage(data: string | Uint8Array): ClientMessage | null {
  if (typeof data !== 'string') return null;
  try {
    return clientMessageSchema.safeParse(JSON.parse(data)).data ?? null;
  } catch {
    return null;
  }
}
