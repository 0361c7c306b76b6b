import { describe, expect, test } from 'vitest';
import { LIMITS } from '../limits.js';
import { readContentDigest } from './content-digest.js';
import { aboutSchema, heartbeatSchema, outputQuerySchema, workFailureSchema, workReportSchema } from './messages.js';

const ABOUT = { worker: 'gpu-1', engine: 'diffusers', kinds: ['image'] };

describe('what a worker says of itself', () => {
  test('may be little: the rest has careful defaults', () => {
    expect(aboutSchema.parse(ABOUT)).toEqual({
      ...ABOUT,
      models: [],
      features: [],
      auto: false,
      slots: 1,
      repeatable: true,
      adopts: false,
    });
  });

  test.each([
    ['a name with a path in it', { worker: '../up' }],
    ['a name that is empty', { worker: '' }],
    ['a name that is too long', { engine: 'x'.repeat(65) }],
    ['no kinds', { kinds: [] }],
    ['a kind that nobody knows', { kinds: ['film'] }],
    ['no slots', { slots: 0 }],
    ['half of a character', { features: ['\ud800'] }],
    ['a model without a name', { models: [{ id: '', title: 'x' }] }],
  ])('RC-WORKER-1: %s is refused', (_what, wrong) => {
    expect(aboutSchema.safeParse({ ...ABOUT, ...wrong }).success).toBe(false);
  });
});

describe('words about a held job', () => {
  test('each part of a report may be left out', () => {
    expect(workReportSchema.parse({})).toEqual({});
    expect(workReportSchema.parse({ progress: { fraction: null } })).toEqual({ progress: { fraction: null } });
  });

  test('RC-WORKER-1: a preview is as large as previews may be, and no larger', () => {
    const preview = (bytes: number) => ({
      preview: { mediaType: 'image/jpeg', width: 8, height: 8, base64: Buffer.alloc(bytes).toString('base64') },
    });
    expect(workReportSchema.safeParse(preview(LIMITS.previewBytes)).success).toBe(true);
    expect(workReportSchema.safeParse(preview(LIMITS.previewBytes + 3)).success).toBe(false);
  });

  test('a failure is of the engine unless it says otherwise, and is never a cancel', () => {
    expect(workFailureSchema.parse({ message: 'It broke.' })).toEqual({ code: 'engine_failed', message: 'It broke.' });
    expect(workFailureSchema.safeParse({ code: 'canceled', message: 'x' }).success).toBe(false);
  });

  test('the address of an output carries what it was made with', () => {
    expect(outputQuerySchema.parse({ lease: '1.x', slot: '2', parameters: '{"seed":7}' })).toMatchObject({
      slot: 2,
      parameters: { seed: 7 },
    });
    for (const parameters of ['{', '[]', '7', `${'{"a":'.repeat(64)}1${'}'.repeat(64)}`])
      expect(outputQuerySchema.safeParse({ lease: '1.x', parameters }).success, parameters).toBe(false);
  });

  test('a heartbeat may hold nothing', () => {
    expect(heartbeatSchema.parse({})).toEqual({ leases: [] });
  });
});

describe('RC-WORKER-6: the digest of the bytes', () => {
  const base64 = 'A5BYxvLAy0ksUzsKTRTvd8wPeKvMztUofYShogEc+4E=';
  const hexadecimal = '039058c6f2c0cb492c533b0a4d14ef77cc0f78abccced5287d84a1a2011cfb81';

  test('is read from the header, beside others', () => {
    expect(readContentDigest(`sha-256=:${base64}:`)).toBe(hexadecimal);
    expect(readContentDigest(`sha-512=:${'A'.repeat(86)}==:, sha-256=:${base64}:`)).toBe(hexadecimal);
  });

  test.each([undefined, '', 'sha-256', `sha-256=${base64}`, `sha-256=:${base64.slice(1)}:`, `md5=:${base64}:`])(
    '%s is none',
    (header) => expect(readContentDigest(header)).toBeNull(),
  );
});
