import { type Dialect, ERRORS } from '@rendercast/protocol';
import {
  messageSchema as artistMessage,
  fieldSchemas as artistMessages,
  artistSessionDialect,
} from '@rendercast/protocol/dialects/artist-session/index';
import { imageTaskDialect, recordSchema } from '@rendercast/protocol/dialects/image-task/index';
import {
  musicRenderDialect,
  serverMessageSchema as renderMessage,
} from '@rendercast/protocol/dialects/music-render/index';
import {
  clientMessageSchema,
  nativeDialect,
  serverMessageSchema as nativeMessage,
} from '@rendercast/protocol/dialects/native/index';
import {
  messageSchema as feedMessage,
  dataSchemas as feedMessages,
  progressFeedDialect,
} from '@rendercast/protocol/dialects/progress-feed/index';
import { clientMessageSchema as feedClientMessage } from '@rendercast/protocol/dialects/progress-feed/request';
import { houseMessageSchema, workerMessageSchema } from '@rendercast/protocol/worker/socket-messages';
import * as z from 'zod';
import type { Chance } from '../../stories/chance.js';
import { type Shape, valueOf } from './from-schema.js';
import { hostileString } from './mutate.js';

/** What a hostile client knows of the sockets of one dialect. */
export interface Front {
  dialect: Dialect;
  /** An address of a socket, percent-encoded. */
  address(chance: Chance): string;
  subprotocol?: string;
  /** What most clients say first; null: nothing. */
  opening: string | null;
  /** Something that a client may say. */
  message(chance: Chance): unknown;
  /** A question, and whether a text answers it. Null: the socket takes one message and closes after what comes of it. */
  probe: { question: string; isAnswer(text: string): boolean } | null;
  /** What is wrong with something that the server said; null: nothing. */
  fault(text: string): string | null;
}

/** Draws values that a schema takes. */
function drawn(schema: z.ZodType): (chance: Chance) => unknown {
  const shape = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }) as Shape & {
    $defs?: Record<string, Shape>;
  };
  return (chance) => valueOf(shape, shape.$defs ?? {}, chance);
}

/** Reads what was said by the schema for its type. */
function checked(schemaOf: (type: string) => z.ZodType | undefined): (text: string) => string | null {
  return (text) => {
    if (text.includes(ERRORS.internal.means)) return `internal: ${text.slice(0, 200)}`;
    const said = JSON.parse(text) as { type?: unknown };
    const read = schemaOf(String(said.type))?.safeParse(said);
    return read?.success === true ? null : `not a message: ${text.slice(0, 200)}`;
  };
}

/** Made once for each type. */
function kept<T extends string>(types: Readonly<Record<T, unknown>>, make: (type: T) => z.ZodType) {
  const schemas = new Map(Object.keys(types).map((type) => [type, make(type as T)]));
  return (type: string) => schemas.get(type);
}

const pings = (chance: Chance, ...others: unknown[]): unknown =>
  others.length > 0 && chance.happens(0.7) ? others[chance.between(0, others.length - 1)] : { type: 'ping' };

/** A part of an address: an ordinary id, or anything at all. */
function partOf(chance: Chance): string {
  const text = chance.happens(0.7) ? `task-${chance.between(1, 50)}` : hostileString(chance);
  const whole = [...text].filter((one) => !/\p{Surrogate}/u.test(one)).slice(0, 60);
  return whole.length === 0 ? 'x' : encodeURIComponent(whole.join(''));
}

const queryOf = (chance: Chance, name: string): string =>
  chance.happens(0.3)
    ? `?${name}=${chance.pick(['true', '1', '', '%', '%ff', 'x&token=y', 'true&previews[]=1', '__proto__'])}`
    : '';

/** What a `progress-feed` socket says flat, to those who never subscribe; by whichever name. */
const flatMessage = z.looseObject({ type: z.string(), job_id: z.string(), timestamp: z.string() });
const FLAT = ['progress', 'result', 'error', 'generation_progress', 'generation_complete', 'generation_error'];
const feedSchemaOf = kept(feedMessages, (type) =>
  FLAT.includes(type) ? z.union([feedMessage(type), flatMessage]) : feedMessage(type),
);
const waiting = z.object({
  type: z.literal('status'),
  task_id: z.string(),
  message: z.string(),
  timestamp: z.string(),
});
const bare = z.strictObject({ type: z.enum(['pong', 'keep-alive']) });

/** A message with a plan, some of whose sections are good. */
export function drawPlan(chance: Chance): unknown {
  const section = (): unknown => ({
    section_name: 'verse',
    duration_ms: chance.pick([3_000, 10_000, 2_999, 600_000, 0, -1, 1.5]),
    positive_local_styles: chance.happens(0.5) ? ['bright'] : null,
    lines: ['la'],
  });
  const flat = {
    title: chance.pick(['Song', '', '../../x', 'möhre']),
    positive_global_styles: ['folk'],
    sections: Array.from({ length: chance.between(0, 3) }, section),
  };
  const composition_plan = chance.happens(0.8) ? flat : { composition_plan: flat, song_metadata: { title: 'x' } };
  return { type: 'render', composition_plan };
}

const isPong = (text: string): boolean => text.startsWith('{"type":"pong"');
const ping = { question: '{"type":"ping"}', isAnswer: isPong };

export const NATIVE_FRONT: Front = {
  dialect: nativeDialect,
  address: (chance) => `/v1/stream${queryOf(chance, 'x')}`,
  subprotocol: 'rendercast.v1',
  opening: '{"type":"hello"}',
  message: drawn(clientMessageSchema),
  probe: {
    // A hello that was made by chance opens the socket too, so the answer may be of either kind.
    question: '{"type":"subscribe","ref":"still there","job":"nothing"}',
    isAnswer: (text) => text.includes('"still there"'),
  },
  fault: checked(() => nativeMessage),
};

export const WORKER_FRONT: Front = {
  dialect: nativeDialect,
  address: (chance) => `/v1/worker/stream${queryOf(chance, 'x')}`,
  subprotocol: 'rendercast.worker.v1',
  opening: '{"type":"hello","about":{"worker":"hostile","engine":"hostile","kinds":["image"]}}',
  message: drawn(workerMessageSchema),
  probe: {
    // Before a hello it is refused, after it the job is unknown: either answers it.
    question: '{"type":"succeed","ref":"still there","jobId":"nothing","lease":"1.x"}',
    isAnswer: (text) => text.includes('"still there"'),
  },
  fault: checked(() => houseMessageSchema),
};

/** The four dialects that other programs speak. */
export const FOREIGN_FRONTS: readonly Front[] = [
  {
    dialect: imageTaskDialect,
    address: (chance) => `${chance.pick(['', '/api'])}/ws/image-generation/${partOf(chance)}${queryOf(chance, 'x')}`,
    opening: null,
    message: (chance) => pings(chance, { type: 'get_progress' }),
    probe: ping,
    fault: checked((type) => (type === 'progress' ? recordSchema : type === 'status' ? waiting : bare)),
  },
  {
    dialect: artistSessionDialect,
    address: (chance) => `/ws${queryOf(chance, 'previews')}`,
    opening: null,
    message: (chance) => pings(chance, { type: 'subscribe', session_id: partOf(chance) }, { type: 'subscribe' }),
    probe: ping,
    fault: checked(kept(artistMessages, (type) => artistMessage(type))),
  },
  {
    dialect: progressFeedDialect,
    address: (chance) =>
      `${chance.pick(['', '/v1', '/api/v1'])}${chance.pick(['', '/generation'])}/ws/progress${queryOf(chance, 'x')}`,
    opening: null,
    message: drawn(feedClientMessage),
    probe: ping,
    fault: checked((type) => feedSchemaOf(type) ?? (FLAT.includes(type) ? flatMessage : undefined)),
  },
  {
    dialect: musicRenderDialect,
    address: (chance) => `/render/ws${queryOf(chance, 'x')}`,
    opening: null,
    message: drawPlan,
    probe: null,
    fault: checked(() => renderMessage),
  },
];
