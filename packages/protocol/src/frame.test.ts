import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decodeFrame, encodeFrame } from './frame.js';

const header = { type: 'preview', topic: 'job:1', jobId: '1', level: { kind: 'preview', tick: 3, title: 'Füchse 🦊' } };
const picture = Uint8Array.from({ length: 300 }, (_, index) => index % 256);

const withLength = (bytes: number, rest: Uint8Array): Uint8Array => {
  const frame = new Uint8Array(4 + rest.length);
  new DataView(frame.buffer).setUint32(0, bytes);
  frame.set(rest, 4);
  return frame;
};

describe('binary frames', () => {
  test('come back with the same header and the same bytes', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.uint8Array({ maxLength: 500 }), (head, body) => {
        const frame = decodeFrame(encodeFrame(head, body));
        expect(frame?.header).toEqual(JSON.parse(JSON.stringify(head)));
        expect(frame?.body).toEqual(body);
      }),
    );
  });

  test('are read at any offset of a larger buffer', () => {
    const frame = encodeFrame(header, picture);
    const larger = new Uint8Array(frame.length + 20);
    larger.set(frame, 7);
    expect(decodeFrame(larger.subarray(7, 7 + frame.length))).toEqual({ header, body: picture });
  });

  test('are null, never an exception, when cut anywhere within length or header; a cut body is a shorter picture', () => {
    const frame = encodeFrame(header, picture);
    const headEnd = frame.length - picture.length;
    for (let end = 0; end < frame.length; end += 1) {
      const decoded = decodeFrame(frame.subarray(0, end));
      if (end < headEnd) expect(decoded).toBeNull();
      else expect(decoded?.body.length).toBe(end - headEnd);
    }
  });

  test('are null or a frame, never an exception, for any bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        const decoded = decodeFrame(bytes);
        if (decoded !== null) expect(decoded.body.length).toBeLessThanOrEqual(bytes.length - 4);
      }),
      { numRuns: 1000 },
    );
  });

  test('are null or a frame, never an exception, with any one byte changed', () => {
    const frame = encodeFrame(header, Uint8Array.of(1, 2, 3));
    for (let index = 0; index < frame.length; index += 1) {
      for (const value of [0, 0x7f, 0x80, 0xff, (frame[index] ?? 0) ^ 1]) {
        const changed = frame.slice();
        changed[index] = value;
        expect(() => decodeFrame(changed)).not.toThrow();
      }
    }
  });

  test('are null when the header is not UTF-8, not JSON, or claims more than there is or than is allowed', () => {
    const text = (value: string) => new TextEncoder().encode(value);
    expect(decodeFrame(withLength(2, Uint8Array.of(0xc3, 0x28)))).toBeNull();
    expect(decodeFrame(withLength(1, text('{')))).toBeNull();
    expect(decodeFrame(withLength(0, text('{}')))).toBeNull();
    expect(decodeFrame(withLength(3, text('{}')))).toBeNull();
    expect(decodeFrame(withLength(0xffffffff, text('{}')))).toBeNull();
    const long = text(JSON.stringify('x'.repeat(65_535)));
    expect(decodeFrame(withLength(long.length, long))).toBeNull();
  });
});
