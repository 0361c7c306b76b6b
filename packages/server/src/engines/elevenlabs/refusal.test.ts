import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import * as z from 'zod';
import { readApiError } from './api-error.js';
import { refusalOf } from './refusal.js';
import { createShownText } from './shown-text.js';

/** Answers as the service is known to write them, and what is to be made of each. */
const RECORDED = z
  .array(
    z.strictObject({
      title: z.string(),
      status: z.int(),
      headers: z.record(z.string(), z.string()).default({}),
      body: z.unknown(),
      code: z.string(),
      retryable: z.boolean(),
      counted: z.boolean().default(true),
      retryAfterMs: z.number().optional(),
      free: z.boolean(),
      ailing: z.boolean().default(false),
      shows: z.array(z.string()),
    }),
  )
  .parse(JSON.parse(readFileSync(new URL('fixtures/refusals.json', import.meta.url), 'utf8')));

const clean = createShownText('the-very-key');

describe('an answer that is no song', () => {
  test.each(RECORDED)(
    'is judged for what it is: $title',
    ({ status, headers, body, shows, free, ailing, ...expected }) => {
      const text = typeof body === 'string' ? body : JSON.stringify(body);
      const refusal = refusalOf({ status, headers, body: text, clean });
      const { code, retryable, counted, retryAfterMs, message } = refusal.error;
      expect({ code, retryable, counted, retryAfterMs }).toEqual({
        code: expected.code,
        retryable: expected.retryable,
        counted: expected.counted,
        retryAfterMs: expected.retryAfterMs,
      });
      expect([refusal.free, refusal.ailing !== null]).toEqual([free, ailing]);
      for (const words of shows) expect(message).toContain(words);
      expect(message).not.toMatch(/the-very-key|sk_\w/);
    },
  );

  test('of whatever form never throws, and never counts as free where the service may have worked', () => {
    const bodies = [
      '',
      'null',
      '[]',
      '{',
      '{"detail":null}',
      '{"detail":[]}',
      '{"detail":{"data":7}}',
      '{"detail":[7]}',
    ];
    for (const body of bodies)
      for (const status of [500, 502, 503, 504, 520, 599])
        expect(refusalOf({ status, headers: {}, body, clean }).free, `${status} ${body}`).toBe(false);
  });
});

test('a message of the service is shown without control characters and not beyond measure', () => {
  expect(clean('a\u0000b\r\nc')).toBe('a b c');
  expect(clean('x'.repeat(5_000))).toHaveLength(2_001);
});

test('what is no error of the service is known as such', () => {
  for (const body of ['', 'Bad Gateway', '{}', '[1]', '{"error":"x"}']) expect(readApiError(body)).toBeNull();
});
