import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { formatPosition, parsePosition } from './position.js';

const epoch = fc.stringMatching(/^[A-Za-z0-9_-]{1,32}$/);
const number = fc.nat({ max: 999_999_999_999_999 });

describe('positions', () => {
  test('come back as they were written', () => {
    fc.assert(
      fc.property(epoch, number, (e, n) => {
        expect(parsePosition(formatPosition({ epoch: e, n }))).toEqual({ epoch: e, n });
      }),
    );
  });

  test('fit the 64 characters that messages allow, up to the longest', () => {
    expect(formatPosition({ epoch: 'e'.repeat(32), n: 999_999_999_999_999 }).length).toBeLessThanOrEqual(64);
  });

  test('numbers stay exact: no accepted text reads as an unsafe integer', () => {
    expect(Number.isSafeInteger(parsePosition('e:999999999999999')?.n)).toBe(true);
    expect(parsePosition('e:9999999999999999')).toBeNull();
  });

  test.each([
    '',
    ':',
    'e',
    'e:',
    ':1',
    'e:-1',
    'e:1.5',
    'e:1e3',
    'e:0x10',
    'e: 1',
    ' e:1',
    'e:1 ',
    'e:1\n',
    'e\n:1',
    'e:1:2',
    'é:1',
    'e:١',
    `${'e'.repeat(33)}:1`,
    'e:\u0000',
    '\ud800:1',
  ])('%j is none', (text) => {
    expect(parsePosition(text)).toBeNull();
  });

  test('any text either is none or is exactly what it would be written as, leading zeros aside', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: 'binary' }), fc.stringMatching(/^[\w:-]{0,40}$/)), (text) => {
        const position = parsePosition(text);
        if (position !== null) expect(formatPosition(position)).toBe(text.replace(/:0+(?=\d)/, ':'));
      }),
    );
  });
});
