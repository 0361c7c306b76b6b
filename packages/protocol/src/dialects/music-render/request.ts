import * as z from 'zod';
import { RendercastError } from '../../errors.js';
import { LIMITS } from '../../limits.js';
import { type CompositionPlan, wellFormed } from '../../media.js';
import { readPlan } from './plan.js';

const refuse = (message: string, field?: string): never => {
  throw new RendercastError('invalid_request', message, field === undefined ? {} : { field });
};

/**
 * Reads the one message that a client sends.
 *
 * @throws RendercastError `invalid_request` or `invalid_field`, as `readPlan` does
 */
export function readRenderMessage(data: string | Uint8Array): CompositionPlan {
  if (typeof data !== 'string') return refuse('The message must be JSON text.');
  const value = parsed(data);
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    return refuse('The message must be a JSON object.');
  const { type, composition_plan: plan } = value as Record<string, unknown>;
  if (type !== undefined && type !== null && type !== 'render') return refuse('type: must be "render"', 'type');
  if (plan === undefined) return refuse('composition_plan: is missing', 'composition_plan');
  return readPlan(plan);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return refuse('The message is not JSON.');
  }
}

/** The body of a render: a plan, flat or under `composition_plan`. It is read as messages of the socket are. */
export const renderBodySchema = z.looseObject({}).meta({ id: 'MusicRenderBody' });

/** What a plan is to be made from. */
export const wishSchema = z
  .object({
    prompt: wellFormed(z.string().max(LIMITS.promptChars)).refine((text) => text.trim() !== '', {
      message: 'must not be blank',
    }),
    music_length_ms: z.int().min(3_000).max(LIMITS.maxSongMs).nullish(),
  })
  .meta({ id: 'MusicRenderWish' });

export const renderParamsSchema = z.object({ id: z.string().min(1).max(LIMITS.clientIdChars) });
export const fileParamsSchema = z.object({ name: z.string().min(1).max(128) });
