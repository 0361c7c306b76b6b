import { SAMPLE_RATE } from '../compose/timeline.js';

/** Lengths of the eight delay lines in samples: primes, so that their echoes do not meet. */
const LINES = [1423, 1777, 2137, 2521, 2903, 3323, 3733, 4201] as const;
const DIFFUSERS = [229, 347, 479, 613] as const;

/** A room: echoes that feed each other and grow dull. Reads two channels, adds to two. */
export interface Reverb {
  run(inL: Float32Array, inR: Float32Array, outL: Float32Array, outR: Float32Array, count: number): void;
}

/**
 * Makes a room of eight delay lines that are mixed by a Householder matrix after four all-pass diffusers.
 *
 * @param size 0 for a small room (0.7 s) to 1 for a cathedral (4.5 s until the sound has fallen by 60 dB).
 */
export function createReverb(size: number): Reverb {
  const seconds = 0.7 + 3.8 * size * size;
  const scale = 0.75 + 0.5 * size;
  const lines = LINES.map((length) => new Float64Array(Math.round(length * scale)));
  const keep = lines.map((line) => 10 ** ((-3 * line.length) / (seconds * SAMPLE_RATE)));
  const damp = 0.28 + 0.17 * size;
  const lows = new Float64Array(8);
  const at = new Int32Array(8);
  const taps = new Float64Array(8);
  const diffuseL = DIFFUSERS.map((length) => createAllPass(length));
  const diffuseR = DIFFUSERS.map((length) => createAllPass(length + 23));
  const before = createDelay(Math.round(SAMPLE_RATE * (0.008 + 0.022 * size)));
  return {
    run(inL, inR, outL, outR, count) {
      for (let i = 0; i < count; i++) {
        let left = before.left(inL[i] as number);
        let right = before.right(inR[i] as number);
        for (const pass of diffuseL) left = pass(left);
        for (const pass of diffuseR) right = pass(right);
        let sum = 0;
        for (let n = 0; n < 8; n++) {
          const tap = (lines[n] as Float64Array)[at[n] as number] as number;
          // The tiny constant keeps denormals away.
          const low = (lows[n] as number) + (1 - damp) * (tap - (lows[n] as number)) + 1e-18;
          lows[n] = low;
          taps[n] = low * (keep[n] as number);
          sum += taps[n] as number;
        }
        const shared = sum / 4;
        let wetL = 0;
        let wetR = 0;
        for (let n = 0; n < 8; n++) {
          const line = lines[n] as Float64Array;
          const tap = taps[n] as number;
          const position = at[n] as number;
          // Householder: each line gets back what all of them hold, less its own; no energy is made or lost.
          line[position] = (n % 2 === 0 ? left : right) + tap - shared;
          at[n] = position + 1 === line.length ? 0 : position + 1;
          if (n % 2 === 0) wetL += n % 4 === 0 ? tap : -tap;
          else wetR += n % 4 === 1 ? tap : -tap;
        }
        outL[i] = (outL[i] as number) + wetL * 0.5;
        outR[i] = (outR[i] as number) + wetR * 0.5;
      }
    },
  };
}

function createAllPass(length: number): (input: number) => number {
  const line = new Float64Array(length);
  let at = 0;
  return (input) => {
    const tap = line[at] as number;
    const stored = input + 0.6 * tap;
    line[at] = stored;
    at = at + 1 === length ? 0 : at + 1;
    return tap - 0.6 * stored;
  };
}

function createDelay(length: number): { left(input: number): number; right(input: number): number } {
  const side = () => {
    const line = new Float32Array(length);
    let at = 0;
    return (input: number): number => {
      const tap = line[at] as number;
      line[at] = input;
      at = at + 1 === length ? 0 : at + 1;
      return tap;
    };
  };
  return { left: side(), right: side() };
}
