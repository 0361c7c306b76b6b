import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import type { SocketRoute } from '../../dialect.js';
import { messagesOf, recordConversation } from '../../dialect-exam/recorded.contract.js';
import { artistSessionDialect, fieldSchemas } from './index.js';
import { readClientMessage } from './request.js';

/** Checked in, so that a changed byte on the wire is seen in review; `npx vitest -u` records them anew. */
const SUBSCRIBER = 'fixtures/subscriber.txt';
const LISTENER = 'fixtures/listener.txt';

const [socket] = artistSessionDialect.sockets as [SocketRoute];
const common = { dialect: artistSessionDialect, socket, kind: 'image' } as const;

/** Every message, with the fields it is to have and no others. */
const messages = z.discriminatedUnion(
  'type',
  Object.entries(fieldSchemas).map(([type, fields]) =>
    z.strictObject({ type: z.literal(type), timestamp: z.iso.datetime(), ...fields.shape }),
  ) as unknown as [z.ZodObject<{ type: z.ZodLiteral<string>; timestamp: z.ZodISODateTime }>],
);
const heardIn = (file: string) =>
  messagesOf(new URL(file, import.meta.url), '←').map((message) => {
    expect(messages.safeParse(message).error?.issues ?? []).toEqual([]);
    return message;
  });

describe('the recorded conversation of a page that never subscribes, with previews', () => {
  it('is what the dialect says today, byte for byte', async () => {
    const script = [{ quietMs: 500 }, { steps: 1_000 }];
    const text = await recordConversation({ ...common, query: { previews: 'true' }, script });
    await expect(text).toMatchFileSnapshot(LISTENER);
  });

  it('holds every message but errors and pongs, each with the fields it is to have and no others', () => {
    const types = new Set(heardIn(LISTENER).map(({ type }) => type));
    const all = Object.keys(fieldSchemas).filter((type) => type !== 'generation_error' && type !== 'pong');
    expect(types).toEqual(new Set(all));
  });
});

describe('the recorded conversation of a page that subscribes late', () => {
  it('is what the dialect says today, byte for byte', async () => {
    const script = [
      { type: 'subscribe' },
      { type: 'subscribe', session_id: null },
      { type: 'ping' },
      { type: 'subscribe', session_id: 'another' },
      { steps: 6 },
      { type: 'subscribe', session_id: 'my-own-id' },
      { type: 'subscribe', session_id: 'my-own-id' },
      { steps: 1_000 },
      { type: 'unsubscribe' },
    ];
    await expect(await recordConversation({ ...common, script })).toMatchFileSnapshot(SUBSCRIBER);
  });

  it('starts with the state of the session and has every message with its fields', () => {
    const concerning = heardIn(SUBSCRIBER).filter(({ session_id }) => session_id !== undefined);
    expect(concerning.slice(0, 2).map(({ type }) => type)).toEqual(['generation_start', 'generation_progress']);
    expect(concerning.filter(({ type }) => type === 'generation_complete')).toHaveLength(1);
  });

  it('is read as it was meant: a subscribe without an id and unknown messages are passed over', () => {
    const said = messagesOf(new URL(SUBSCRIBER, import.meta.url), '→');
    const read = said.map((message) => readClientMessage(JSON.stringify(message))?.type ?? null);
    expect(read).toEqual([null, null, 'ping', 'subscribe', 'subscribe', 'subscribe', null]);
  });
});
