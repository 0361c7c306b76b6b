import * as z from 'zod';
import { filterSchema } from '../../commands.js';
import { LIMITS } from '../../limits.js';
import { clientMessageSchema } from './messages.js';
import { createMessageReader } from './read-message.js';
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

/** No job has as many outputs. */
const MAX_SLOT = 9_999;

const flag = (fallback: boolean) =>
  z
    .enum(['true', 'false'])
    .default(fallback ? 'true' : 'false')
    .transform((value) => value === 'true');

/** `?download=true` asks for the file as an attachment. */
export const fileQuerySchema = z.object({ download: flag(false) });

/** An output of a job, by its place. */
export const outputParamsSchema = z.object({ id, slot: z.coerce.number().int().min(0).max(MAX_SLOT) });

/** As of a file; the attempt only keeps players apart. */
export const outputQuerySchema = fileQuerySchema.extend({
  attempt: z.string().optional().meta({ description: 'Only keeps players apart.' }),
});

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

/** Reads a client's frame on the socket for watching. */
export const readClientMessage = createMessageReader(clientMessageSchema, [
  'hello',
  'subscribe',
  'unsubscribe',
  'ping',
]);
