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
 * @param most samples that are asked for at once, at most.
 */
export function createReverb(size: number, most: number): Reverb {
  const seconds = 0.7 + 3.8 * size * size;
  const scale = 0.75 + 0.5 * size;
  const lengths = LINES.map((length) => Math.round(length * scale));
  const lines = lengths.map((length) => new Float32Array(length));
  const keep = Float64Array.from(lengths, (length) => 10 ** ((-3 * length) / (seconds * SAMPLE_RATE)));
  const open = 1 - (0.28 + 0.17 * size);
  const before = Math.round(SAMPLE_RATE * (0.008 + 0.022 * size));
  const sides = [createSide(before, 0), createSide(before, 23)] as const;
  const lows = new Float64Array(8);
  const taps = new Float64Array(8);
  const places = new Int32Array(8);
  const left = new Float32Array(most);
  const right = new Float32Array(most);
  return {
    run(inL, inR, outL, outR, count) {
      sides[0](inL, left, count);
      sides[1](inR, right, count);
      for (let i = 0; i < count; i++) {
        let sum = 0;
        for (let n = 0; n < 8; n++) {
          const tap = (lines[n] as Float32Array)[places[n] as number] as number;
          // The tiny constant keeps denormals away.
          const low = (lows[n] as number) + open * (tap - (lows[n] as number)) + 1e-18;
          lows[n] = low;
          const kept = low * (keep[n] as number);
          taps[n] = kept;
          sum += kept;
        }
        // Householder: each line gets its own less a share of all, so that no energy is made or lost.
        const shared = sum / 4;
        const l = (left[i] as number) - shared;
        const r = (right[i] as number) - shared;
        for (let n = 0; n < 8; n++) {
          const line = lines[n] as Float32Array;
          const place = places[n] as number;
          line[place] = (taps[n] as number) + ((n & 1) === 0 ? l : r);
          places[n] = place + 1 === line.length ? 0 : place + 1;
        }
        const wetL = (taps[0] as number) - (taps[2] as number) + (taps[4] as number) - (taps[6] as number);
        const wetR = (taps[1] as number) - (taps[3] as number) + (taps[5] as number) - (taps[7] as number);
        outL[i] = (outL[i] as number) + wetL * 0.5;
        outR[i] = (outR[i] as number) + wetR * 0.5;
      }
    },
  };
}

/** The way into the room on one side: a moment of silence, then the diffusers. */
function createSide(before: number, more: number): (input: Float32Array, out: Float32Array, count: number) => void {
  const line = new Float32Array(before);
  const passes = DIFFUSERS.map((length) => createAllPass(length + more));
  let place = 0;
  return (input, out, count) => {
    for (let i = 0; i < count; i++) {
      out[i] = line[place] as number;
      line[place] = input[i] as number;
      place = place + 1 === before ? 0 : place + 1;
    }
    for (const pass of passes) pass(out, count);
  };
}

function createAllPass(length: number): (buffer: Float32Array, count: number) => void {
  const line = new Float32Array(length);
  let place = 0;
  return (buffer, count) => {
    for (let i = 0; i < count; i++) {
      const tap = line[place] as number;
      const stored = (buffer[i] as number) + 0.6 * tap + 1e-18;
      line[place] = stored;
      buffer[i] = tap - 0.6 * stored;
      place = place + 1 === length ? 0 : place + 1;
    }
  };
}
