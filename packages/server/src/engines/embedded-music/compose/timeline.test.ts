import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { layTimeline, swung } from './timeline.js';

describe('the time line', () => {
  test('chooses a tempo whose bars fit the sections', () => {
    const { tempoBpm, grids } = layTimeline([8_000, 16_000, 8_000], [100, 112, 130], 4);
    expect(tempoBpm).toBe(120);
    expect(grids.map((grid) => grid.barBeats)).toEqual([Array(4).fill(4), Array(8).fill(4), Array(4).fill(4)]);
  });

  test('puts every border exactly where the plan says, with whole beats between, near the tempo wanted', () => {
    const durations = fc.array(fc.integer({ min: 1000, max: 60_000 }), { minLength: 1, maxLength: 12 });
    fc.assert(
      fc.property(durations, fc.integer({ min: 60, max: 180 }), fc.constantFrom(3, 4), (list, tempo, metre) => {
        const { grids, totalSamples } = layTimeline(list, [tempo * 0.93, tempo, tempo * 1.07], metre);
        let elapsedMs = 0;
        for (const [index, grid] of grids.entries()) {
          expect(Math.abs(grid.startSample - elapsedMs * 44.1)).toBeLessThanOrEqual(0.5);
          elapsedMs += list[index] ?? 0;
          expect(Math.abs(grid.endSample - elapsedMs * 44.1)).toBeLessThanOrEqual(0.5);
          expect(grid.barBeats.reduce((sum, beats) => sum + beats, 0)).toBe(grid.totalBeats);
          expect(Math.max(...grid.barBeats)).toBeLessThanOrEqual(metre);
          // 7 % for the song, and a nudge that is the smaller the longer the section.
          expect(Math.abs(grid.tempoBpm / tempo - 1)).toBeLessThan(0.12 + 1.1 / grid.totalBeats);
        }
        expect(Math.abs(totalSamples - elapsedMs * 44.1)).toBeLessThanOrEqual(0.5);
      }),
      { numRuns: 100 },
    );
  });

  test('swings the second of each pair and keeps the beats', () => {
    const swing = { unit: 0.5, ratio: 0.64 };
    for (const [beat, played] of [
      [0, 0],
      [0.5, 0.64],
      [1, 1],
      [1.5, 1.64],
      [2, 2],
    ] as const) {
      expect(swung(beat, swing)).toBeCloseTo(played, 9);
    }
  });
});
