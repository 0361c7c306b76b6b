import { describe, expect, test } from 'vitest';
import { cadence, chordOf, layChords, voiceChord } from './harmony.js';

const C = { tonic: 0, mode: 'major' } as const;
const A = { tonic: 9, mode: 'minor' } as const;
const bars = { barStarts: [0, 4, 8, 12], totalBeats: 16, chordBeats: 4 };

describe('harmony', () => {
  test.each([
    ['1', C, 3, 'C'],
    ['5', C, 4, 'G7'],
    ['1', C, 4, 'Cmaj7'],
    ['6d', C, 3, 'A7'],
    ['b7', C, 3, 'Bb'],
    ['4m', C, 3, 'Fm'],
    ['2', A, 3, 'Bdim'],
    ['5M', A, 3, 'E'],
    ['5s', A, 3, 'Esus4'],
    ['6', { tonic: 2, mode: 'dorian' }, 3, 'Bb'],
    ['b7', { tonic: 7, mode: 'mixolydian' }, 3, 'F'],
    ['4', { tonic: 5, mode: 'lydian' }, 3, 'G'],
    ['5', { tonic: 4, mode: 'phrygian' }, 3, 'Bm'],
  ] as const)('token %s', (token, key, size, name) => {
    expect(chordOf(token, key, size).name).toBe(name);
  });

  test('a loop closes with a cadence: on the tonic at the end of the song, on the dominant before another section', () => {
    const names = (closes: boolean) =>
      layChords(['1', '5', '6', '4'], C, 3, bars, cadence('authentic', C, 3, closes)).map((span) => span.chord.name);
    expect(names(true)).toEqual(['C', 'F', 'G', 'C']);
    expect(names(false)).toEqual(['C', 'G', 'Am', 'G']);
    expect(cadence('authentic', A, 3, true)).toEqual(['5M', '1']);
  });

  test('voices move by little', () => {
    const first = voiceChord(chordOf('1', C, 3), [], 54, 76);
    const second = voiceChord(chordOf('4', C, 3), first, 54, 76);
    expect(second.reduce((sum, pitch, i) => sum + Math.abs(pitch - (first[i] ?? pitch)), 0)).toBeLessThanOrEqual(4);
    expect(second.map((pitch) => pitch % 12).sort((a, b) => a - b)).toEqual([0, 5, 9]);
  });
});
