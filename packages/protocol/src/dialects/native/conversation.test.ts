import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { Frame, SocketRoute } from '../../dialect.js';
import { FULL_PLAN, historyOf } from '../../dialect-exam/histories.contract.js';
import { createScriptedHouse, EXAM_TOKEN } from '../../dialect-exam/house.contract.js';
import { encodeFrame } from '../../frame.js';
import {
  clientMessageSchema,
  decodePreview,
  decodeServerMessage,
  nativeDialect,
  previewHeaderSchema,
  serverMessageSchema,
} from './index.js';

/**
 * `fixtures/conversation.txt` is a recorded conversation: what the client sent (`→`), what the server sent (`←`, binary
 * frames as `⇐` in hexadecimal) and how far the job had come (`·`). It is checked in, so that a changed byte on the
 * wire is seen in review; `npx vitest -u` records it anew.
 */
const FIXTURE = 'fixtures/conversation.txt';
const SCRIPT: readonly (object | number)[] = [
  { type: 'hello', token: EXAM_TOKEN, client: 'fixture' },
  { type: 'subscribe', ref: 'early', job: 'job_0000000000000000000001', previews: 'binary' },
  8,
  { type: 'subscribe', ref: 'late', feed: { kind: 'image' }, previews: 'url' },
  14,
  { type: 'subscribe', ref: 'lost', job: 'my-own-id', position: 'older:3', previews: 'url' },
  { type: 'subscribe', ref: 'both', job: 'a', feed: {} },
  { type: 'ping', ref: 'alive' },
  { type: 'unsubscribe', topic: 'feed:' },
  { type: 'unsubscribe', topic: 'feed:' },
  1_000,
];

async function record(): Promise<string> {
  const history = historyOf(FULL_PLAN);
  const house = createScriptedHouse(history);
  const [socket] = nativeDialect.sockets as [SocketRoute];
  const driven = await house.connect({ dialect: nativeDialect, socket, authenticated: false });
  const lines: string[] = [];
  let written = 0;
  for (const part of SCRIPT) {
    if (typeof part === 'number') {
      const step = Math.min(part, history.steps.length);
      lines.push(`· ${step} of ${history.steps.length} steps of the job`);
      await house.liveTo(step);
    } else {
      lines.push(`→ ${JSON.stringify(part)}`);
      await driven.say(JSON.stringify(part));
    }
    lines.push(...driven.frames.slice(written).map(lineOf));
    written = driven.frames.length;
  }
  await driven.drain(1_500);
  lines.push(...driven.frames.slice(written).map(lineOf));
  return `${lines.join('\n')}\n`;
}

function lineOf(frame: Frame): string {
  if (typeof frame === 'string') return `← ${frame}`;
  return `⇐ ${[...frame].map((byte) => byte.toString(16).padStart(2, '0')).join('')}`;
}

function linesOf(mark: string): string[] {
  const text = readFileSync(new URL(FIXTURE, import.meta.url), 'utf8');
  return text.split('\n').flatMap((line) => (line.startsWith(`${mark} `) ? [line.slice(2)] : []));
}

describe('the recorded conversation', () => {
  test('is what the dialect says today, byte for byte', async () => {
    await expect(await record()).toMatchFileSnapshot(FIXTURE);
  });

  test('holds every message of the socket', () => {
    const types = (mark: string) => new Set(linesOf(mark).map((line) => (JSON.parse(line) as { type: string }).type));
    expect([...types('→')].sort()).toEqual(['hello', 'ping', 'subscribe', 'unsubscribe']);
    expect([...types('←')].sort()).toEqual([
      'draining',
      'error',
      'event',
      'level',
      'pong',
      'reset',
      'subscribed',
      'welcome',
    ]);
    expect(linesOf('⇐').length).toBeGreaterThan(0);
  });

  test('RC-HTTP-1: every field of every server message is documented, and nothing else is there', () => {
    for (const line of linesOf('←')) {
      const message = decodeServerMessage(line);
      expect(message, line).toEqual(JSON.parse(line));
      expect(serverMessageSchema.parse(message), line).toEqual(message);
      expect(JSON.stringify(message)).toBe(line);
    }
  });

  test('every client message is read as it was meant', () => {
    for (const line of linesOf('→')) {
      const parsed = clientMessageSchema.safeParse(JSON.parse(line));
      if (line.includes('"ref":"both"')) expect(parsed.success).toBe(false);
      else expect(parsed.data, line).toMatchObject(JSON.parse(line) as object);
    }
  });

  test('RC-BINARY-1: every binary frame reads and writes back the same', () => {
    for (const line of linesOf('⇐')) {
      const bytes = Uint8Array.from(line.match(/../g) ?? [], (byte) => Number.parseInt(byte, 16));
      const preview = decodePreview(bytes);
      expect(preview).not.toBeNull();
      if (preview === null) continue;
      expect(previewHeaderSchema.parse(preview.header)).toEqual(preview.header);
      expect(encodeFrame(preview.header, preview.picture)).toEqual(bytes);
    }
  });
});
