import * as z from 'zod';
import { entrySchema } from './gallery.js';

const session = { session_id: z.string() };

/** What each message of the socket carries beside `type` and `timestamp`, by its type. */
export const fieldSchemas = {
  generation_start: z.object({ ...session, prompt: z.string() }),
  progress: z.object({ ...session, status: z.literal('generating'), message: z.string() }),
  generation_progress: z.object({
    ...session,
    step: z.int().min(0),
    total_steps: z.int().min(1),
    progress_percent: z.int().min(0).max(100),
    message: z.string(),
    /** JPEG in base64, for sockets opened with `?previews=true`. */
    preview: z.string().optional(),
  }),
  generation_complete: z.object({
    ...session,
    image_paths: z.array(z.string()),
    metadata: z.looseObject({ prompt: z.string(), created_at: z.string() }),
  }),
  generation_error: z.object({ ...session, error: z.string() }),
  gallery_update: z.object({ action: z.enum(['new_image', 'deleted', 'featured']), data: entrySchema }),
  custom: z.object({ session_id: z.string().optional(), data: z.record(z.string(), z.unknown()) }),
  pong: z.object({}),
} as const;
export type MessageType = keyof typeof fieldSchemas;
export type FieldsOf<T extends MessageType> = z.infer<(typeof fieldSchemas)[T]>;

/** A message of the socket, whole. */
export function messageSchema<T extends MessageType>(type: T) {
  return z.object({ type: z.literal(type), timestamp: z.string(), ...fieldSchemas[type].shape });
}

/** Writes a message. */
export function message<T extends MessageType>(type: T, timestamp: string, fields: FieldsOf<T>): string {
  return JSON.stringify({ type, timestamp, ...fields });
}
