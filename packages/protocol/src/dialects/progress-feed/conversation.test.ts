import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import type { SocketRoute } from '../../dialect.js';
import { messagesOf, recordConversation } from '../../dialect-exam/recorded.contract.js';
import { dataSchemas, progressFeedDialect } from './index.js';
import { readClientMessage } from './request.js';

/** Checked in, so that a changed byte on the wire is seen in review; `npx vitest -u` records them anew. */
const SUBSCRIBER = 'fixtures/subscriber.txt';
const FLAT = 'fixtures/flat.txt';
const FLAT_GENERATION = 'fixtures/flat-generation.txt';

const [plain, generation] = progressFeedDialect.sockets as [SocketRoute, SocketRoute];
const record = (socket: SocketRoute, script: readonly object[]): Promise<string> =>
  recordConversation({ dialect: progressFeedDialect, socket, kind: 'image', script: script as never });

const SCRIPT = [
  { type: 'subscribe', job_ids: ['my-own-id'] },
  { type: 'subscribe', job_ids: 'my-own-id' },
  { type: 'hello' },
  { type: 'ping' },
  { steps: 6 },
  { type: 'subscribe', job_ids: null, include_previews: true },
  { type: 'get_queue' },
  { steps: 14 },
  { type: 'subscribe', job_ids: ['my-own-id', 'nobody'] },
  { type: 'submit', jobs: [{ prompt: 'a red fox' }] },
  { type: 'submit', jobs: [{ prompt: '' }] },
  { type: 'cancel', job_ids: ['my-own-id', 'nobody'] },
  { steps: 1_000 },
  { type: 'unsubscribe', job_ids: ['my-own-id'] },
  { type: 'subscribe', job_ids: [] },
  { type: 'unsubscribe' },
];

/** Every wrapped message, with the fields it is to have and no others. */
const wrapped = z.discriminatedUnion(
  'type',
  Object.entries(dataSchemas).map(([type, data]) =>
    z.strictObject({ type: z.literal(type), timestamp: timestamp(), data: data.strict() }),
  ) as unknown as [z.ZodObject<{ type: z.ZodLiteral<string>; timestamp: z.ZodString; data: z.ZodObject }>],
);
function timestamp() {
  return z.string().regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}\+00:00$/);
}

const job = { job_id: z.literal('my-own-id'), timestamp: timestamp() };
const percent = { progress: z.number().min(0).max(100), status: z.enum(['pending', 'running', 'completed', 'failed']) };
const image = { image_url: z.string().startsWith('/'), images: z.array(z.string()) };
const connected = z.strictObject({
  type: z.literal('connected'),
  timestamp: timestamp(),
  data: dataSchemas.connected.strict(),
});
/** Every flat message, by the names of either path. */
const flat = z.discriminatedUnion('type', [
  connected,
  z.strictObject({ type: z.literal('progress'), ...job, ...percent }),
  z.strictObject({ type: z.literal('result'), ...job, ...image }),
]);
const flatGeneration = z.discriminatedUnion('type', [
  connected,
  z.strictObject({ type: z.literal('generation_progress'), ...job, ...percent }),
  z.strictObject({
    type: z.literal('generation_complete'),
    ...job,
    ...image,
    result_id: z.string(),
    prompt: z.string(),
  }),
]);

const typesIn = (file: string) => new Set(messagesOf(new URL(file, import.meta.url), '←').map(({ type }) => type));

describe('the recorded conversation of a subscriber', () => {
  it('is what the dialect says today, byte for byte', async () => {
    await expect(await record(plain, SCRIPT)).toMatchFileSnapshot(SUBSCRIBER);
  });

  it('holds every message but the goodbye, each with the fields it is to have and no others', () => {
    for (const message of messagesOf(new URL(SUBSCRIBER, import.meta.url), '←'))
      expect(wrapped.safeParse(message).error?.issues ?? []).toEqual([]);
    expect(typesIn(SUBSCRIBER)).toEqual(new Set(Object.keys(dataSchemas).filter((type) => type !== 'draining')));
  });

  it('is read as it was meant: wrong types and unknown messages are passed over', () => {
    const said = messagesOf(new URL(SUBSCRIBER, import.meta.url), '→');
    const read = said.map((message) => readClientMessage(JSON.stringify(message)));
    expect(read.filter((message) => message === null)).toHaveLength(2);
    for (const [index, message] of read.entries())
      if (message !== null) expect(message).toMatchObject(said[index] ?? {});
  });
});

describe('the recorded conversations of clients that never subscribe', () => {
  const script = [{ quietMs: 500 }, { steps: 1_000 }];

  it.each([
    ['plain', plain, FLAT, flat],
    ['below /generation', generation, FLAT_GENERATION, flatGeneration],
  ] as const)(
    'are what the dialect says today, each message with its fields and no others: %s',
    async (_, socket, file, schema) => {
      await expect(await record(socket, script)).toMatchFileSnapshot(file);
      for (const message of messagesOf(new URL(file, import.meta.url), '←'))
        expect(schema.safeParse(message).error?.issues ?? []).toEqual([]);
      expect(typesIn(file).size).toBe(3);
    },
  );
});
