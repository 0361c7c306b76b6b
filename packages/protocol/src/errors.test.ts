import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  ERRORS,
  type ErrorBody,
  type ErrorCode,
  errorBodyOf,
  fromErrorBody,
  isErrorCode,
  RendercastError,
  toRendercastError,
} from './errors.js';

const codes = Object.keys(ERRORS).filter(isErrorCode);
/** Close codes that a server may send in a close frame (RFC 6455, section 7.4; 1012 to 1014 by the IANA registry). */
const isSendable = (code: number): boolean =>
  (code >= 1000 && code <= 1014 && ![1004, 1005, 1006].includes(code)) || (code >= 3000 && code <= 4999);

describe('the error table', () => {
  test.each(codes)('%s has an HTTP error status, a close code that may be sent, and words', (code) => {
    const { status, close, means } = ERRORS[code];
    expect(status).toBeGreaterThanOrEqual(400);
    expect(status).toBeLessThan(600);
    expect(isSendable(close)).toBe(true);
    expect(means).toMatch(/^[A-Z].*\.$/);
    expect(code).toMatch(/^[a-z]+(_[a-z]+)*$/);
  });

  test('no two codes share their words', () => {
    const words = codes.map((code) => ERRORS[code].means);
    expect(new Set(words).size).toBe(words.length);
  });

  test('what the client did wrong is not retried by itself; running out of room or time may be', () => {
    for (const code of codes) {
      const { status, retryable } = ERRORS[code];
      if (status < 500 && status !== 429) expect([code, retryable]).toEqual([code, false]);
      if (status === 429 || status === 503 || status === 504) expect([code, retryable]).toEqual([code, true]);
    }
  });

  test('work that may have been done and paid for is never retried by itself', () => {
    expect(ERRORS.outcome_unknown.retryable).toBe(false);
  });

  test('names of the prototype are no codes', () => {
    for (const name of ['constructor', '__proto__', 'toString', 'hasOwnProperty', ''])
      expect(isErrorCode(name)).toBe(false);
  });
});

describe('an error on its way', () => {
  const error = fc
    .record({
      code: fc.constantFrom(...codes),
      message: fc.string(),
      field: fc.option(fc.string(), { nil: undefined }),
      retryAfterMs: fc.option(fc.nat(), { nil: undefined }),
      retryable: fc.option(fc.boolean(), { nil: undefined }),
    })
    .map(
      ({ code, message, field, retryAfterMs, retryable }) =>
        new RendercastError(code, message, {
          ...(field === undefined ? {} : { field }),
          ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
          ...(retryable === undefined ? {} : { retryable }),
        }),
    );

  test('comes back from JSON with everything that travels', () => {
    fc.assert(
      fc.property(error, (sent) => {
        const got = fromErrorBody(JSON.parse(JSON.stringify(errorBodyOf(sent))) as ErrorBody);
        expect(errorBodyOf(got)).toEqual(errorBodyOf(sent));
        expect(got.status).toBe(sent.status);
      }),
    );
  });

  test('never carries its cause or stack', () => {
    const cause = new Error('ENOENT: no such file, /secret/place');
    const text = JSON.stringify(errorBodyOf(new RendercastError('internal', undefined, { cause })));
    expect(text).not.toContain('secret');
    expect(text).not.toContain('at ');
  });

  test('of a code that this build does not know reads as internal, with its words and its verdict', () => {
    const body = { code: 'teapot', message: 'short and stout', retryable: false } as unknown as ErrorBody;
    const got = fromErrorBody(body);
    expect(errorBodyOf(got)).toEqual({ code: 'internal', message: 'short and stout', retryable: false });
  });

  test('has the table’s words and verdict unless the thrower knows better', () => {
    const plain = new RendercastError('queue_full');
    expect([plain.message, plain.retryable]).toEqual([ERRORS.queue_full.means, true]);
    expect(new RendercastError('engine_failed', 'bad model', { retryable: false }).retryable).toBe(false);
  });
});

describe('anything thrown', () => {
  test('of the table stays what it is', () => {
    const ours = new RendercastError('conflict');
    expect(toRendercastError(ours)).toBe(ours);
  });

  test('else becomes internal, and its text stays inside', () => {
    fc.assert(
      fc.property(fc.anything(), (thrown) => {
        const error = toRendercastError(thrown);
        expect(error.code satisfies ErrorCode).toBe('internal');
        expect(error.message).toBe(ERRORS.internal.means);
        expect(error.cause).toBe(thrown);
      }),
    );
  });
});
