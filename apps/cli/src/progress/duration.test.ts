import { describe, expect, it } from 'vitest';
import { formatAgo, formatDuration, formatElapsed, formatLeft } from './duration.js';

describe('times for people', () => {
  it.each([
    [-5, '0.0 s'],
    [449, '0.4 s'],
    [9_949, '9.9 s'],
    [9_950, '10 s'],
    [59_499, '59 s'],
    [59_600, '1 min 00 s'],
    [185_000, '3 min 05 s'],
    [7_440_000, '2 h 04 min'],
  ])('%d ms reads %s', (ms, text) => expect(formatDuration(ms)).toBe(text));

  it('count elapsed seconds only once they are full', () => {
    expect(formatElapsed(999)).toBe('0 s');
    expect(formatElapsed(61_900)).toBe('1 min 01 s');
  });

  it('round time left up and admit when it is unknown', () => {
    expect(formatLeft(null)).toBe('time left unknown');
    expect(formatLeft(0)).toBe('<1 s left');
    expect(formatLeft(1_001)).toBe('2 s left');
    expect(formatLeft(60_000)).toBe('1 min 00 s left');
  });

  it('say how long ago', () => {
    expect(formatAgo(59_999)).toBe('just now');
    expect(formatAgo(60_000)).toBe('1 min ago');
    expect(formatAgo(3 * 3_600_000)).toBe('3 h ago');
    expect(formatAgo(3 * 86_400_000)).toBe('3 d ago');
  });
});
