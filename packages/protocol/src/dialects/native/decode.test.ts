import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { encodeFrame } from '../../frame.js';
import { decodePreview, decodeServerMessage, isServerMessage, type ServerMessage } from './decode.js';

const progress = {
  kind: 'progress',
  attempt: 1,
  after: 3,
  tick: 9,
  fraction: null,
  stage: null,
  step: null,
  steps: null,
};
const fact = {
  jobId: 'j',
  seq: 2,
  at: '2026-01-02T03:04:05.000Z',
  type: 'started',
  attempt: 1,
  engine: 'e',
  backend: 'b',
};
const snapshot = { job: { id: 'j', state: 'running', seq: 2, outputs: [] }, levels: {}, position: 'k:2' };

/** One message of each type, as small as a reader can use it. */
const SMALLEST: Record<ServerMessage['type'], object> = {
  welcome: { type: 'welcome', protocol: 'rendercast.v1', connectionId: 'c', epoch: 'k', heartbeatMs: 20_000 },
  subscribed: { type: 'subscribed', ref: null, topic: 't', snapshot, position: 'k:2' },
  event: { type: 'event', topic: 't', jobId: 'j', position: 'k:2', cursor: 'k:9', fact },
  level: { type: 'level', topic: 't', jobId: 'j', level: progress },
  reset: { type: 'reset', topic: 't', reason: 'epoch', snapshot: null, position: 'k:2' },
  snapshot: { type: 'snapshot', topic: 't', snapshot: null, position: 'k:2' },
  error: { type: 'error', ref: null, error: { code: 'not_found', message: 'no', retryable: false } },
  pong: { type: 'pong', ref: null },
  draining: { type: 'draining', retryAfterMs: 1 },
};

describe('decoding without a validation library', () => {
  test.each(Object.values(SMALLEST))('takes $type, with fields that it does not know', (message) => {
    const newer = { ...message, newField: { deep: [1] } };
    expect(decodeServerMessage(JSON.stringify(newer))).toEqual(newer);
  });

  test.each(Object.values(SMALLEST))('takes no $type that lacks a field or has one of another type', (message) => {
    for (const field of Object.keys(message).filter((name) => name !== 'protocol')) {
      expect(isServerMessage({ ...message, [field]: undefined }), `${field} missing`).toBe(false);
      expect(isServerMessage({ ...message, [field]: [] }), `${field} as a list`).toBe(false);
    }
  });

  test('RC-SOCKET-4: types of message and kinds of level that it does not know are null', () => {
    for (const unknown of [
      { type: 'applause' },
      { type: 'constructor' },
      { ...SMALLEST.level, level: { ...progress, kind: 'mood' } },
    ])
      expect(decodeServerMessage(JSON.stringify(unknown))).toBeNull();
  });

  test('RC-FACT-4: a fact of an unknown type is passed on, for its number', () => {
    const message = { ...SMALLEST.event, fact: { ...fact, type: 'applauded' } };
    expect(decodeServerMessage(JSON.stringify(message))).toEqual(message);
  });

  test('nothing makes it throw', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: 'binary' }), fc.json()), (text) => void decodeServerMessage(text)),
    );
    fc.assert(
      fc.property(fc.constantFrom(...Object.values(SMALLEST)), fc.jsonValue(), fc.nat(), (message, value, which) => {
        const names = Object.keys(message);
        const name = names[which % names.length] ?? 'type';
        isServerMessage({ ...message, [name]: value });
      }),
    );
  });

  test('RC-BINARY-1: binary frames that are laid out otherwise are null, cut at any byte', () => {
    const header = { type: 'preview', topic: 't', jobId: 'j', level: { ...progress, kind: 'preview' } };
    const frame = encodeFrame(header, Uint8Array.of(1, 2, 3));
    const headEnd = frame.length - 3;
    expect(decodePreview(frame)).toEqual({ header, picture: Uint8Array.of(1, 2, 3) });
    for (let at = 0; at < headEnd; at += 1) expect(decodePreview(frame.subarray(0, at))).toBeNull();
    expect(decodePreview(encodeFrame({ ...header, type: 'film' }, new Uint8Array()))).toBeNull();
    expect(decodePreview(encodeFrame({ ...header, level: null }, new Uint8Array()))).toBeNull();
    fc.assert(fc.property(fc.uint8Array({ maxLength: 64 }), (bytes) => void decodePreview(bytes)));
  });

  test('it needs nothing but the frame layout: the SDK stays small', () => {
    const source = readFileSync(new URL('decode.ts', import.meta.url), 'utf8');
    const imported = [...source.matchAll(/^import (?!type).*from '([^']+)'/gm)].map((match) => match[1]);
    expect(imported).toEqual(['../../frame.js']);
  });
});
