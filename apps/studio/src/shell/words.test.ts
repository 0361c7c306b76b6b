import { RendercastError } from '@rendercast/client';
import { describe, expect, test } from 'vitest';
import { failureWords, wordsOf } from './words.js';

describe('errors in words', () => {
  test.each([
    ['unreachable', /running\?/],
    ['queue_full', /cancel some/],
    ['too_large', /smaller/],
    ['unauthorized', /Settings/],
    ['storage_unavailable', /disk/],
    ['not_found', /gone/],
  ] as const)('%s says what to do', (code, words) => {
    expect(wordsOf(new RendercastError(code, 'the server’s own'))).toMatch(words);
  });

  test('of a field are the server’s own, for they name it', () => {
    expect(wordsOf(new RendercastError('invalid_field', 'request.steps: too big'))).toBe('request.steps: too big');
  });

  test('of the page itself show nothing of its inside', () => {
    expect(wordsOf(new TypeError('undefined is not a function'))).not.toContain('undefined');
  });

  test('of a job have what the engine said and what can be done', () => {
    expect(failureWords({ code: 'out_of_memory', message: 'The card is full' })).toBe(
      'The card is full. The engine ran out of memory. Try a smaller picture, or fewer at once.',
    );
    expect(failureWords({ code: 'canceled', message: 'Stopped!' })).toBe('Stopped!');
  });
});
