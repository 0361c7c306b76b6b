import type * as z from 'zod';
import { STREAM_PATH } from '../src/dialects/native/answers.js';
import {
  clientMessageSchema,
  previewHeaderSchema,
  SUBPROTOCOL,
  serverMessageSchema,
} from '../src/dialects/native/messages.js';
import { createSchemaCollection, type Direction, type JsonSchema } from '../src/json-schemas.js';
import type { ApiInfo } from '../src/open-api.js';
import { houseMessageSchema, WORKER_SUBPROTOCOL, workerMessageSchema } from '../src/worker/socket-messages.js';

/** Messages that Server-Sent Events carry too. */
const STREAMED = ['snapshot', 'event', 'level', 'reset'];
const PREVIEW = 'preview';

/** Writes the AsyncAPI 3.0 document of the native sockets and event streams. */
export function asyncApiDocument(info: ApiInfo): JsonSchema {
  const schemas = createSchemaCollection();
  const messages: Record<string, JsonSchema> = {};
  const add = (option: z.core.$ZodType, direction: Direction, keyOf: (names: Names) => string) => {
    const schema = option as z.ZodType;
    const names = namesOf(schema);
    const { title, name } = names;
    messages[keyOf(names)] = { name, title, contentType: 'application/json', payload: schemas.add(schema, direction) };
    return keyOf(names);
  };
  const byType = ({ name }: Names): string => name;
  // The two sockets have messages of one type and another shape: those of workers go by their titles.
  const byTitle = ({ title }: Names): string => title.charAt(0).toLowerCase() + title.slice(1);
  const received = clientMessageSchema.options.map((option) => add(option, 'input', byType));
  const sent = serverMessageSchema.options.map((option) => add(option, 'output', byType));
  messages[PREVIEW] = previewMessage(schemas.add(previewHeaderSchema, 'output'));
  const fromWorkers = workerMessageSchema.options.map((option) => add(option, 'input', byTitle));
  const toWorkers = houseMessageSchema.options.map((option) => add(option, 'output', byTitle));
  const onSocket = [...received, ...sent.filter((name) => name !== 'snapshot'), PREVIEW];
  return {
    asyncapi: '3.0.0',
    info,
    defaultContentType: 'application/json',
    servers: {
      socket: {
        host: 'localhost:8000',
        protocol: 'ws',
        description: `WebSocket with the subprotocol ${SUBPROTOCOL}, or ${WORKER_SUBPROTOCOL} for workers.`,
      },
      http: { host: 'localhost:8000', protocol: 'http', description: 'Server-Sent Events.' },
    },
    channels: {
      stream: channel(STREAM_PATH, 'socket', 'Watching of any number of jobs and feeds.', onSocket),
      workerStream: channel('/v1/worker/stream', 'socket', 'The words of a remote worker.', [
        ...fromWorkers,
        ...toWorkers,
      ]),
      jobEvents: {
        ...channel('/v1/jobs/{id}/events', 'http', 'The events of one job.', STREAMED),
        parameters: { id: { description: 'The job, by the server’s id or the caller’s own.' } },
      },
      feedEvents: channel('/v1/events', 'http', 'The events of all jobs within reach that fit the filter.', STREAMED),
    },
    operations: {
      hear: operation('receive', 'stream', 'What clients say on the socket.', received),
      say: operation('send', 'stream', 'What the server says on the socket.', [
        ...sent.filter((name) => name !== 'snapshot'),
        PREVIEW,
      ]),
      hearWorker: operation('receive', 'workerStream', 'What workers say on their socket.', fromWorkers),
      sayToWorker: operation('send', 'workerStream', 'What the server says on the socket of a worker.', toWorkers),
      streamJob: operation('send', 'jobEvents', 'What a job’s event stream carries.', STREAMED),
      streamFeed: operation('send', 'feedEvents', 'What a feed’s event stream carries.', STREAMED),
    },
    components: { messages, schemas: schemas.components() },
  };
}

/** The schema's id as title, and the `type` that the message carries as name. */
interface Names {
  title: string;
  name: string;
}

function namesOf(schema: z.ZodType): Names {
  const { id } = schema.meta() ?? {};
  const type = (schema as z.ZodObject<{ type: z.ZodLiteral<string> }>).shape.type.value;
  if (typeof id !== 'string') throw new Error(`the message "${type}" has no id`);
  return { title: id, name: type };
}

function previewMessage(header: JsonSchema): JsonSchema {
  return {
    name: PREVIEW,
    title: 'Preview',
    summary:
      'A binary frame: 4 bytes length of the header (unsigned, big-endian), the header as JSON in UTF-8, the picture.',
    contentType: 'application/octet-stream',
    // The header stands inside the frame, not beside it; as `headers` tools show its fields.
    headers: header,
    payload: { type: 'string', format: 'binary' },
  };
}

function channel(address: string, server: string, description: string, names: readonly string[]): JsonSchema {
  const messages = Object.fromEntries(names.map((name) => [name, { $ref: `#/components/messages/${name}` }]));
  return { address, description, servers: [{ $ref: `#/servers/${server}` }], messages };
}

function operation(action: 'send' | 'receive', on: string, summary: string, names: readonly string[]): JsonSchema {
  const messages = names.map((name) => ({ $ref: `#/channels/${on}/messages/${name}` }));
  return { action, channel: { $ref: `#/channels/${on}` }, summary, messages };
}
