import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import type { SocketRoute } from '../../dialect.js';
import { messagesOf, recordConversation } from '../../dialect-exam/recorded.contract.js';
import { imageTaskDialect, recordSchema } from './index.js';
import { readClientMessage } from './request.js';

/** Checked in, so that a changed byte on the wire is seen in review; `npx vitest -u` records it anew. */
const FIXTURE = 'fixtures/conversation.txt';
const [socket] = imageTaskDialect.sockets as [SocketRoute];
const SCRIPT = [
  { type: 'get_progress' },
  { type: 'ping' },
  { type: 'subscribe' },
  { steps: 6 },
  { quietMs: 30_000 },
  { steps: 14 },
  { type: 'get_progress' },
  { steps: 1_000 },
  { type: 'get_progress' },
];

/** Every message of the server, field by field. */
const messages = z.discriminatedUnion('type', [
  recordSchema.strict(),
  z.strictObject({ type: z.literal('status'), task_id: z.string(), message: z.string(), timestamp: z.iso.datetime() }),
  z.strictObject({ type: z.literal('pong') }),
  z.strictObject({ type: z.literal('keep-alive') }),
]);

describe('the recorded conversation of a task', () => {
  it('is what the dialect says today, byte for byte', async () => {
    const params = { task: 'my-own-id' };
    const text = await recordConversation({ dialect: imageTaskDialect, socket, params, kind: 'image', script: SCRIPT });
    await expect(text).toMatchFileSnapshot(FIXTURE);
  });

  it('holds every message, each with the fields it is to have and no others', () => {
    const heard = messagesOf(new URL(FIXTURE, import.meta.url), '←').map((each) => messages.parse(each));
    expect([...new Set(heard.map(({ type }) => type))].sort()).toEqual(['keep-alive', 'pong', 'progress', 'status']);
    const records = heard.filter((each) => each.type === 'progress');
    for (const record of records) {
      expect(Object.keys(record)).toHaveLength(12); // the eleven keys of the record, and its type
      expect(record.task_id).toBe('my-own-id');
      expect(new Date(record.timestamp).toISOString()).toBe(record.timestamp);
    }
    expect(new Set(records.map(({ status }) => status))).toEqual(new Set(['pending', 'generating', 'completed']));
  });

  it('is read as it was meant: what is no message of the dialect is passed over', () => {
    const said = messagesOf(new URL(FIXTURE, import.meta.url), '→').map((each) =>
      readClientMessage(JSON.stringify(each)),
    );
    expect(said).toEqual(['get_progress', 'ping', null, 'get_progress', 'get_progress']);
  });
});
