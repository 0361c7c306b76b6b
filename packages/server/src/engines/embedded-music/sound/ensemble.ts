import type { Oscillator } from './wave-voice.js';
import type { Shape } from './wavetables.js';

/** Several detuned oscillators spread from left to right. */
export function ensemble(shape: Shape, cents: readonly number[], gain: number, width: number): Oscillator[] {
  return cents.map((detune, index) => ({
    shape,
    cents: detune,
    gain: gain / Math.sqrt(cents.length),
    pan: cents.length < 2 ? 0 : width * ((index / (cents.length - 1)) * 2 - 1) * (index % 2 ? 1 : -1),
  }));
}
