import { expect, test } from 'vitest';
import { SAMPLE_RATE } from '../compose/timeline.js';
import { createVoice, PATCHES, type PatchName } from './patches.js';

const NAMES = Object.keys(PATCHES) as PatchName[];
const BLOCK = 1000;

/** Both channels of one note, to its very end. */
function play(name: PatchName, hz: number): { left: Float32Array; right: Float32Array } {
  const note = { hz, velocity: 0.7, heldSamples: 30_000, seed: 5, vowel: 'a', left: 1, right: 1 } as const;
  const voice = createVoice(name, note);
  const left = new Float32Array(voice.totalSamples);
  const right = new Float32Array(voice.totalSamples);
  for (let at = 0; at < left.length; at += BLOCK) voice.render(left, right, at, Math.min(BLOCK, left.length - at));
  return { left, right };
}

/** How strongly a frequency sounds in a window after the attack. */
function strength(samples: Float32Array, hz: number): number {
  const [from, length] = [5000, 14_000];
  let [re, im] = [0, 0];
  for (let i = 0; i < length; i++) {
    const windowed = (samples[from + i] ?? 0) * (0.5 - 0.5 * Math.cos((2 * Math.PI * i) / length));
    re += windowed * Math.cos((2 * Math.PI * hz * i) / SAMPLE_RATE);
    im += windowed * Math.sin((2 * Math.PI * hz * i) / SAMPLE_RATE);
  }
  return re * re + im * im;
}

test.each(NAMES)('%s plays in tune, within bounds, and ends in silence', (name) => {
  const { left, right } = play(name, 220);
  const sum = left.map((value, i) => value + (right[i] ?? 0));
  const heard = [-50, -25, 0, 25, 50].map((cents) => strength(sum, 220 * 2 ** (cents / 1200)));
  expect(Math.abs(heard.indexOf(Math.max(...heard)) - 2)).toBeLessThanOrEqual(1);
  const peak = [left, right].reduce(
    (most, side) => side.reduce((highest, value) => Math.max(highest, Math.abs(value)), most),
    0,
  );
  expect(peak).toBeGreaterThan(0.04);
  expect(peak).toBeLessThan(0.7);
  expect(Math.abs(left.at(-1) ?? 1)).toBeLessThan(0.002);
  expect(Math.abs(left[0] ?? 1)).toBeLessThan(0.02);
});
