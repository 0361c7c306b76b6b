import * as z from 'zod';
import { LIMITS } from '../../limits.js';

/** A job by the id that its client knows, or the server's. */
export const idParamsSchema = z.object({ id: z.string().min(1).max(LIMITS.clientIdChars) });

/** How images come in answers: as base64 in the answer itself, or as addresses. */
export const formatQuerySchema = z.object({ return_format: z.enum(['base64', 'url']).default('base64') });

/** How many of the jobs that wait or run are listed. */
export const activeQuerySchema = z.object({
  limit: z.coerce.number().int().min(1).max(LIMITS.pageMax).default(LIMITS.pageDefault),
});

/** The body of a request that is composed from parts; its parameters lie one level down. */
export const composeSchema = z
  .looseObject({ prompt: z.string().nullish(), generation_params: z.looseObject({}).nullish() })
  .meta({ id: 'ProgressFeedCompose' });

/** The body of a batch. */
export const batchSchema = z
  .object({ jobs: z.array(z.unknown()).min(1).max(LIMITS.maxBatch) })
  .meta({ id: 'ProgressFeedBatch' });

const ids = z.array(z.string().min(1).max(LIMITS.clientIdChars));
/** The most jobs that one message may cancel: more than one page shows, few enough for one turn. */
const MAX_CANCELS = 1_000;

/** What a client may say on the socket. */
export const clientMessageSchema = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('subscribe'),
    /** Null or absent: all jobs. */
    job_ids: ids.nullish(),
    include_previews: z.boolean().nullish().catch(null),
  }),
  z.object({ type: z.literal('unsubscribe'), job_ids: ids.nullish() }),
  z.object({ type: z.literal('ping') }),
  z.object({ type: z.literal('cancel'), job_ids: ids.max(MAX_CANCELS) }),
  z.object({ type: z.literal('submit'), jobs: z.array(z.unknown()).min(1).max(LIMITS.maxBatch) }),
  z.object({ type: z.literal('get_queue') }),
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
