import { describe, expect, test } from 'vitest';
import { arrange } from '../compose/arrange.js';
import { planOf } from '../listening.contract.js';
import { BLOCK } from '../sound/buses.js';
import { createLimiter } from '../sound/limiter.js';
import { createLoudnessMeter, gatedLoudness } from '../sound/loudness.js';
import { createPeakMeter } from '../sound/true-peak.js';
import { cut, excerptsOf } from './excerpts.js';
import { createLeveller } from './leveller.js';

const RATE = 44_100;
const sine = (hz: number, amplitude: number, seconds: number, phase = 0) =>
  Float32Array.from(
    { length: Math.round(seconds * RATE) },
    (_, i) => amplitude * Math.sin((2 * Math.PI * hz * i) / RATE + phase),
  );

const loudnessOf = (side: Float32Array) => {
  const meter = createLoudnessMeter();
  meter.add(side, side, side.length);
  return meter.integrated();
};

describe('the loudness meter', () => {
  test('reads a tone of 1 kHz as EBU Tech 3341 says it must', () => {
    for (const level of [-23, -33]) expect(loudnessOf(sine(1000, 10 ** (level / 20), 5))).toBeCloseTo(level, 1);
  });

  test('leaves out what is far softer than the rest', () => {
    const soft = sine(1000, 10 ** (-60 / 20), 20);
    const loud = sine(1000, 10 ** (-20 / 20), 20);
    const meter = createLoudnessMeter();
    for (const side of [soft, loud, soft]) meter.add(side, side, side.length);
    expect(meter.integrated()).toBeCloseTo(-20, 0);
  });

  test('hears nothing in silence, and something in a tenth of a second', () => {
    expect(loudnessOf(new Float32Array(RATE))).toBe(-70);
    expect(loudnessOf(sine(1000, 0.1, 0.15))).toBeGreaterThan(-23);
  });

  test('weighs stretches by how long they stand for', () => {
    const loudness = (powers: readonly [number, number][]) =>
      gatedLoudness(powers.map(([power, weight]) => ({ blocks: [power], weight, factor: 1 })));
    expect(
      loudness([
        [0.01, 3],
        [0.02, 1],
      ]),
    ).toBeCloseTo(-0.691 + 10 * Math.log10(0.0125), 6);
  });
});

describe('the peak meter', () => {
  test('finds the peak between two samples', () => {
    const meter = createPeakMeter();
    // A quarter of the rate, half a sample off: no sample is higher than 0.71.
    const side = sine(RATE / 4, 1, 0.5, Math.PI / 4);
    meter.add(side, side, side.length);
    expect(20 * Math.log10(meter.peak())).toBeCloseTo(0, 0);
  });
});

test('the limiter keeps every true peak below its ceiling and leaves alone what is below it', () => {
  const ceiling = 0.7;
  let state = 7;
  const noise = () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) | 0;
    return state / 2_147_483_648;
  };
  const limiter = createLimiter(ceiling);
  const meter = createPeakMeter();
  for (let block = 0; block < 60; block++) {
    const force = block % 3 === 0 ? 3 : 0.2;
    const [left, right] = [0, 1].map(() => Float32Array.from({ length: BLOCK }, () => force * noise())) as [
      Float32Array,
      Float32Array,
    ];
    limiter.run(left, right, BLOCK);
    meter.add(left, right, BLOCK);
  }
  expect(20 * Math.log10(meter.peak() / ceiling)).toBeLessThan(0.3);
  expect(meter.peak()).toBeGreaterThan(ceiling * 0.9);
});

describe('excerpts', () => {
  const { score, timeline } = arrange(
    planOf(
      ['pop'],
      [
        ['Intro', 10_000],
        ['Verse', 40_000],
        ['Chorus', 20_000],
      ],
    ),
    1,
  );
  const excerpts = excerptsOf(
    score,
    timeline.grids.map((grid) => grid.startSample),
  );

  test('stand for the whole song, section by section, and are a small part of it', () => {
    expect(excerpts[0]?.from).toBe(0);
    expect(excerpts.at(-1)?.to).toBeGreaterThan(score.totalSamples * 0.95);
    for (const [index, { from }] of excerpts.entries()) if (index > 0) expect(from).toBe(excerpts[index - 1]?.to);
    for (const { startSample } of timeline.grids) expect(excerpts.map(({ from }) => from)).toContain(startSample);
    const heard = excerpts.reduce((sum, { score: part }) => sum + part.totalSamples, 0);
    expect(heard).toBeLessThan(score.totalSamples * 0.3);
  });

  test('hold what sounds in them, at the level of the song there', () => {
    const [from, to] = [30 * RATE, 33 * RATE];
    const part = cut(score, from, to);
    const inside = score.notes.filter((note) => note.startSample >= from && note.startSample < to);
    expect(part.notes.filter((note) => note.startSample > 0).length).toBeGreaterThanOrEqual(inside.length - 6);
    expect(part.notes.every((note) => note.startSample >= 0 && note.startSample < to - from)).toBe(true);
    expect(part.levels[0]).toEqual({ sample: 0, gain: score.levels.findLast((point) => point.sample <= from)?.gain });
  });
});

test('the leveller turns slowly towards what makes up for a wrong forecast', () => {
  const at = (lufs: number) => 10 ** ((lufs + 0.691) / 10);
  // A minute that was expected at -14, and is heard at -17.
  const stretches = [{ from: 0, to: 60 * RATE, blocks: Array.from({ length: 24 }, () => at(-14)) }];
  const leveller = createLeveller({ gainDb: 6, stretches, whole: null }, -14);
  const heard: number[] = [];
  let before = 6;
  for (let tenth = 0; tenth < 300; tenth++) {
    const { to } = leveller.next(4410);
    const gainDb = 20 * Math.log10(to);
    expect(Math.abs(gainDb - before)).toBeLessThan(0.02);
    before = gainDb;
    heard.push(at(-17 + gainDb - 6));
    leveller.heard(heard);
  }
  expect(before).toBeGreaterThan(7.5);
  expect(before).toBeLessThanOrEqual(8.01);
});
