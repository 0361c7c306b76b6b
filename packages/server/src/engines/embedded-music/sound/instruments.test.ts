import { describe, expect, test } from 'vitest';
import type { DrumSound } from '../compose/grooves.js';
import { DRUM_NOTES, type InstrumentName, ORCHESTRA } from '../compose/orchestra.js';
import { pitchHz } from '../compose/scales.js';
import { SAMPLE_RATE } from '../compose/timeline.js';
import { playNote, touchOf } from './instruments.js';
import { createKit, RECORDED_KITS } from './recorded-kit.js';
import { openSoundBank } from './sound-bank.js';

const RECORDED = (Object.keys(ORCHESTRA) as InstrumentName[]).filter((name) => touchOf(name) !== undefined);
const HELD = 26_000;

const bank = await openSoundBank();

/** Both channels of one note in one, to its very end. */
function play(name: InstrumentName, pitch: number, velocity = 0.7): Float32Array {
  const note = { hz: pitchHz(pitch), velocity, heldSamples: HELD, seed: 5, vowel: 'a', left: 1, right: 1 } as const;
  const voice = playNote(bank, name, pitch, note);
  const left = new Float32Array(voice.totalSamples);
  const right = new Float32Array(voice.totalSamples);
  for (let at = 0; at < left.length; at += 2048) voice.render(left, right, at, Math.min(2048, left.length - at));
  return left.map((value, i) => (value + (right[i] ?? 0)) / 2);
}

/** How strongly a tone sounds, its first three partials together. */
function strength(samples: Float32Array, hz: number): number {
  const [from, length] = [3000, 20_000];
  let sum = 0;
  for (const partial of [1, 2, 3]) {
    let [re, im] = [0, 0];
    for (let i = 0; i < length; i++) {
      const windowed = (samples[from + i] ?? 0) * (0.5 - 0.5 * Math.cos((2 * Math.PI * i) / length));
      const angle = (2 * Math.PI * hz * partial * i) / SAMPLE_RATE;
      re += windowed * Math.cos(angle);
      im += windowed * Math.sin(angle);
    }
    sum += re * re + im * im;
  }
  return sum;
}

const peakOf = (samples: Float32Array) => samples.reduce((most, value) => Math.max(most, Math.abs(value)), 0);

describe.each(RECORDED)('%s from recordings', (name) => {
  const [low, high] = ORCHESTRA[name].range;

  test('sounds over its whole range, within bounds, and ends in silence', () => {
    for (const pitch of [low, Math.round((low + high) / 2), high]) {
      const samples = play(name, pitch);
      expect(peakOf(samples), String(pitch)).toBeGreaterThan(0.01);
      expect(peakOf(samples), String(pitch)).toBeLessThan(1);
      expect(Math.abs(samples.at(-1) ?? 1)).toBeLessThan(0.002);
      expect(Math.abs(samples[0] ?? 1)).toBeLessThan(0.05);
      expect(samples.every((value) => Number.isFinite(value))).toBe(true);
    }
  });

  test('is in tune', () => {
    const pitch = Math.round((low + high) / 2);
    const samples = play(name, pitch);
    const heard = [-100, -50, -25, 0, 25, 50, 100].map((cents) =>
      strength(samples, pitchHz(pitch) * 2 ** (cents / 1200)),
    );
    expect(Math.abs(heard.indexOf(Math.max(...heard)) - 3)).toBeLessThanOrEqual(1);
  });

  test('is louder the harder it is struck', () => {
    const pitch = Math.round((low + high) / 2);
    const power = (velocity: number) => play(name, pitch, velocity).reduce((sum, value) => sum + value * value, 0);
    expect(power(1)).toBeGreaterThan(2 * power(0.4));
  });
});

test.each(RECORDED_KITS)('the %s kit has every drum, each a short sound that begins at once', (kit) => {
  const strike = createKit(bank, kit, 3);
  for (const sound of Object.keys(DRUM_NOTES) as DrumSound[]) {
    const samples = strike(sound, 0.8, 0);
    expect(samples.length, sound).toBeGreaterThan(400);
    expect(samples.length, sound).toBeLessThanOrEqual(2.6 * SAMPLE_RATE);
    expect(peakOf(samples), sound).toBeGreaterThan(0.05);
    expect(Math.abs(samples.at(-1) ?? 1), sound).toBeLessThan(0.02);
    if (sound === 'riser') continue;
    const first = samples.findIndex((value) => Math.abs(value) > 0.1 * peakOf(samples));
    expect(first, sound).toBeLessThan(0.03 * SAMPLE_RATE);
  }
});
