import type { MusicRequest } from '@rendercast/protocol';
import * as z from 'zod';
import { checked } from './plan-parts.js';

/** What only this service understands, given as `extra.elevenlabs`, in the service's own names. */
const extraSchema = z.strictObject({
  /** A plan as the service writes it, with all that the house's plan cannot say. */
  composition_plan: z.unknown().optional(),
  force_instrumental: z.boolean().optional(),
  respect_sections_durations: z.boolean().optional(),
  store_for_inpainting: z.boolean().optional(),
  sign_with_c2pa: z.boolean().optional(),
  with_timestamps: z.boolean().optional(),
  finetune_id: z.string().min(1).max(200).optional(),
  /** Which route is asked: overrules the backend's setting. */
  stream: z.boolean().optional(),
});

export type Extra = z.infer<typeof extraSchema>;

/** Where `Extra` stands in a request. */
export const EXTRA_PATH = 'extra.elevenlabs';

/** Reads what a request says to this service only. A misspelt option would be paid for, so unknown ones are refused. */
export function extraOf({ extra }: MusicRequest): Extra {
  const given = extra?.['elevenlabs'];
  return given === undefined ? {} : checked(extraSchema, given, { where: EXTRA_PATH, houseNames: false });
}
