import * as z from 'zod';
import { filterSchema } from '../../commands.js';
import { RendercastError } from '../../errors.js';
import { LIMITS } from '../../limits.js';
import { type ClientMessage, clientMessageSchema } from './messages.js';
import { parseStamp } from './stamp.js';

const id = z.string().min(1).max(LIMITS.clientIdChars);

/** A job by the server's id or the caller's own; an artifact by its id. */
export const idParamsSchema = z.object({ id });

/** A backend, by its name. */
export const backendParamsSchema = z.object({ name: z.string().min(1).max(200) });

/** The body of a cancel; it may be left out. */
export const cancelSchema = z
  .object({ reason: z.string().max(500).nullish() })
  .nullish()
  .meta({ description: 'May be left out.' });

const flag = (fallback: boolean) =>
  z
    .enum(['true', 'false'])
    .default(fallback ? 'true' : 'false')
    .transform((value) => value === 'true');

/** `?download=true` asks for the file as an attachment. */
export const fileQuerySchema = z.object({ download: flag(false) });

const streamFields = {
  /** Go on after this position (of the job) or cursor (of the feed); `Last-Event-ID` wins over it. */
  position: z.string().optional(),
  /** Long-poll instead of SSE: wait this many milliseconds at most. */
  wait: z.coerce.number().int().min(0).max(LIMITS.maxWaitMs).optional(),
  levels: flag(true),
  previews: z.enum(['none', 'url']).default('none'),
  /** Long-poll: the `levelStamp` of the page before. */
  levelStamp: z
    .string()
    .max(64)
    .refine((text) => parseStamp(text) !== null, 'is not a stamp as pages carry it')
    .transform((text) => parseStamp(text))
    .optional(),
};

/** The query of a job's event stream. */
export const jobEventsQuerySchema = z.object(streamFields);
export type StreamQuery = z.infer<typeof jobEventsQuerySchema>;

/** The query of a feed's event stream: the stream's own and the filter. */
export const feedEventsQuerySchema = filterSchema.extend(streamFields);

/** What a text or binary frame of a client turned out to be. */
export type ReadMessage = { message: ClientMessage } | { error: RendercastError; ref: string | null };

/** Reads a client's frame. Extra keys are ignored; anything that cannot be understood is an answerable error. */
export function readClientMessage(data: string | Uint8Array): ReadMessage {
  if (typeof data !== 'string') return unread('Messages to this socket are text; this one was binary.');
  let value: unknown;
  try {
    value = JSON.parse(data);
  } catch {
    return unread('The message is not JSON.');
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    return unread('The message is not a JSON object.');
  const ref = 'ref' in value && typeof value.ref === 'string' && value.ref.length <= 64 ? value.ref : null;
  const type = 'type' in value ? value.type : undefined;
  if (typeof type !== 'string' || !MESSAGE_TYPES.has(type))
    return unread('The message has no type that this socket knows: hello, subscribe, unsubscribe or ping.', ref);
  const parsed = clientMessageSchema.safeParse(value);
  return parsed.success ? { message: parsed.data } : { error: fieldError(parsed.error), ref };
}

const MESSAGE_TYPES = new Set([
  'hello',
  'subscribe',
  'unsubscribe',
  'ping',
] satisfies ClientMessage['type'][] as string[]);

function unread(message: string, ref: string | null = null): ReadMessage {
  return { error: new RendercastError('invalid_request', message), ref };
}

function fieldError(error: z.ZodError): RendercastError {
  const issue = error.issues[0];
  const field = issue?.path.map(String).join('.') ?? '';
  const message = `${field === '' ? 'The message' : field}: ${issue?.message ?? 'not valid'}`;
  return new RendercastError('invalid_field', message, field === '' ? {} : { field });
}
