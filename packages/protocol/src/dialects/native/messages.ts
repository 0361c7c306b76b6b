import * as z from 'zod';
import { filterSchema } from '../../commands.js';
import { factSchema, levelSchema } from '../../events.js';
import { snapshotSchema } from '../../job.js';
import { LIMITS } from '../../limits.js';
import { SUBPROTOCOL } from './subprotocol.js';

export { SUBPROTOCOL };

const id = z.string().min(1).max(LIMITS.clientIdChars);
const topic = z.string().min(1).max(1024);

/** How previews come: not at all, as a level with a `url`, or as binary frames. */
export const previewModeSchema = z.enum(['none', 'url', 'binary']);

/** What a client may send on the native socket. */
export const clientMessageSchema = z.discriminatedUnion('type', [
  z
    .object({
      type: z.literal('hello'),
      token: z.string().max(4096).optional(),
      client: z.string().max(200).optional(),
    })
    .meta({ id: 'Hello' }),
  z
    .object({
      type: z.literal('subscribe'),
      /** Comes back in `subscribed`, to tell answers apart. */
      ref: z.string().max(64).optional(),
      /** One job, by either id, which need not exist yet. */
      job: id.optional(),
      /** Or all jobs in reach that fit the filter. */
      feed: filterSchema.optional(),
      /** Go on after this position (of the job) or cursor (of the feed). */
      position: z.string().max(64).optional(),
      /** Progress and place in the line; facts always come. */
      levels: z.boolean().default(true),
      previews: previewModeSchema.default('none'),
    })
    .refine((message) => (message.job === undefined) !== (message.feed === undefined), {
      message: 'names a job or a feed, one of them',
    })
    .meta({ id: 'Subscribe' }),
  z.object({ type: z.literal('unsubscribe'), topic }).meta({ id: 'Unsubscribe' }),
  z.object({ type: z.literal('ping'), ref: z.string().max(64).optional() }).meta({ id: 'Ping' }),
]);
export type ClientMessage = z.infer<typeof clientMessageSchema>;
/** A client message as it is written, with defaults left out. */
export type ClientMessageInput = z.input<typeof clientMessageSchema>;

const resetReason = z.enum(['epoch', 'horizon', 'ahead', 'malformed']);
const errorBody = z.object({
  code: z.string(),
  message: z.string(),
  retryable: z.boolean(),
  field: z.string().optional(),
  retryAfterMs: z.number().optional(),
});

/** What the server sends as text on the native socket; SSE and long-poll carry `snapshot`, `event`, `level` and `reset` in the same form. */
export const serverMessageSchema = z.discriminatedUnion('type', [
  z
    .object({
      type: z.literal('welcome'),
      protocol: z.literal(SUBPROTOCOL),
      connectionId: z.string(),
      epoch: z.string(),
      /** The server pings this often; a client that hears nothing for twice as long is cut off. */
      heartbeatMs: z.int(),
    })
    .meta({ id: 'Welcome' }),
  z
    .object({
      type: z.literal('subscribed'),
      ref: z.string().nullable(),
      topic,
      /** Null when the subscription goes on from its position, follows a feed, or the job does not exist yet. */
      snapshot: snapshotSchema.nullable(),
      position: z.string(),
    })
    .meta({ id: 'Subscribed' }),
  z
    .object({
      type: z.literal('event'),
      topic,
      jobId: z.string(),
      /** The job position after this fact. */
      position: z.string(),
      /** The feed cursor after this fact. */
      cursor: z.string(),
      fact: factSchema,
    })
    .meta({ id: 'Event' }),
  z.object({ type: z.literal('level'), topic, jobId: z.string(), level: levelSchema }).meta({ id: 'LevelMessage' }),
  z
    .object({
      type: z.literal('reset'),
      topic,
      reason: resetReason,
      /** The job as it stands; null for feeds (read the list again) and for jobs that do not exist. */
      snapshot: snapshotSchema.nullable(),
      position: z.string(),
    })
    .meta({ id: 'Reset' }),
  /** SSE and long-poll only: what a stream without a position opens with. */
  z
    .object({ type: z.literal('snapshot'), topic, snapshot: snapshotSchema.nullable(), position: z.string() })
    .meta({ id: 'SnapshotMessage' }),
  z
    .object({
      type: z.literal('error'),
      /** What the error answers: the `ref` of a subscribe, if it had one. */
      ref: z.string().nullable(),
      error: errorBody,
    })
    .meta({ id: 'ErrorMessage' }),
  z.object({ type: z.literal('pong'), ref: z.string().nullable() }).meta({ id: 'Pong' }),
  /** The server goes down; come back after this time. The socket closes with 1012 next. */
  z.object({ type: z.literal('draining'), retryAfterMs: z.int() }).meta({ id: 'Draining' }),
]);
export type ServerMessage = z.infer<typeof serverMessageSchema>;
/** The message of one type. */
export type ServerMessageOf<T extends ServerMessage['type']> = Extract<ServerMessage, { type: T }>;

/** Header of a binary frame. */
export const previewHeaderSchema = z
  .object({ type: z.literal('preview'), topic, jobId: z.string(), level: levelSchema })
  .meta({ id: 'PreviewHeader' });
export type PreviewHeader = z.infer<typeof previewHeaderSchema>;

/** The answer of a long-poll. */
export const pollPageSchema = z
  .object({
    topic,
    /** Set when the position asked for could not be used; then `snapshot` is the job as it stands. */
    reset: resetReason.nullable(),
    snapshot: snapshotSchema.nullable(),
    /** `event` and `level` messages, in order. */
    messages: z.array(serverMessageSchema),
    /** Ask again from here. */
    position: z.string(),
    /** Send back as `levelStamp`, to be told of newer levels. */
    levelStamp: z.string().nullable(),
  })
  .meta({ id: 'PollPage' });
export type PollPage = z.infer<typeof pollPageSchema>;
