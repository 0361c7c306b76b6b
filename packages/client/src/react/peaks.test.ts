import { expect, it } from 'vitest';
import { heardAt, songTimes } from './song-times.js';
import { peaksOf } from './use-peaks.js';

it('the loudest of each part counts, and the loudest of all is 1', () => {
  expect(peaksOf(Float32Array.of(0.1, -0.2, 0, 0.05, 0.4, -0.1), 3)).toEqual(
    [0.5, 0.125, 1].map((value) => expect.closeTo(value)),
  );
  expect(peaksOf(new Float32Array(10), 5)).toEqual([0, 0, 0, 0, 0]);
  expect(peaksOf(new Float32Array(0), 2)).toEqual([0, 0]);
});

it('what an engine does not tell of times is left out', () => {
  expect(songTimes(null)).toEqual({ sections: [], lyrics: [] });
  expect(
    songTimes({ parameters: { sections: 'none', lyrics: [null, 3, { text: 'x', startMs: '0', endMs: 1 }] } }),
  ).toEqual({
    sections: [],
    lyrics: [],
  });
  const { lyrics } = songTimes({ parameters: { lyrics: [{ text: 'x', startMs: 10, endMs: 20, section: 0 }] } });
  expect(lyrics).toEqual([{ text: 'x', startMs: 10, endMs: 20 }]);
  expect([9, 10, 19, 20].map((timeMs) => heardAt(lyrics, timeMs))).toEqual([-1, 0, 0, -1]);
});
