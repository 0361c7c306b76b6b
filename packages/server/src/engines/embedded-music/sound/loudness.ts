import { SAMPLE_RATE } from '../compose/timeline.js';

/** Measures loudness as broadcast does (ITU-R BS.1770: K-weighting, blocks of 400 ms, two gates). */
export interface LoudnessMeter {
  add(left: Float32Array, right: Float32Array, count: number): void;
  /** Mean squares of the blocks of 400 ms so far, one for every 100 ms. */
  readonly blocks: readonly number[];
  /** Integrated loudness in LUFS; -70 for silence. */
  integrated(): number;
}

interface Biquad {
  b0: number;
  b1: number;
  b2: number;
  a1: number;
  a2: number;
}

/** The two filters of BS.1770 at 44.1 kHz, worked out from their analogue forms. */
const SHELF = shelf(1681.974450955533, 3.999843853973347, 0.7071752369554196);
const LOW_CUT = lowCut(38.13547087602444, 0.5003270373238773);
/** Samples of a step: a quarter of a block. */
export const STEP_SAMPLES = Math.round(SAMPLE_RATE / 10);
const STEPS_PER_BLOCK = 4;
/** Samples that are filtered in one go. */
const CHUNK = 1024;

export function createLoudnessMeter(): LoudnessMeter {
  const weighL = createWeighting();
  const weighR = createWeighting();
  const heardL = new Float64Array(CHUNK);
  const heardR = new Float64Array(CHUNK);
  /** Mean squares of the last steps of 100 ms. */
  const steps: number[] = [];
  const blocks: number[] = [];
  let sum = 0;
  let filled = 0;
  const endStep = () => {
    steps.push(sum / STEP_SAMPLES);
    if (steps.length > STEPS_PER_BLOCK) steps.shift();
    if (steps.length === STEPS_PER_BLOCK) blocks.push(steps.reduce((all, step) => all + step, 0) / STEPS_PER_BLOCK);
    sum = 0;
    filled = 0;
  };
  return {
    blocks,
    add(left, right, count) {
      for (let done = 0; done < count; ) {
        const size = Math.min(CHUNK, count - done, STEP_SAMPLES - filled);
        weighL(left, done, size, heardL);
        weighR(right, done, size, heardR);
        let power = 0;
        for (let i = 0; i < size; i++) {
          const l = heardL[i] as number;
          const r = heardR[i] as number;
          power += l * l + r * r;
        }
        sum += power;
        filled += size;
        done += size;
        if (filled >= STEP_SAMPLES) endStep();
      }
    },
    integrated() {
      if (blocks.length > 0) return gatedLoudness([{ blocks, weight: 1, factor: 1 }]);
      const rest =
        steps.length > 0 ? steps.reduce((all, step) => all + step, 0) / steps.length : sum / Math.max(1, filled);
      return lufs(rest);
    },
  };
}

/** Blocks of one stretch of music: how often each counts, and a factor on their powers. */
export interface WeighedBlocks {
  blocks: readonly number[];
  weight: number;
  factor: number;
}

/** Loudness of several stretches together, in LUFS: what is below -70, and then 10 below the mean of the rest, is left out. */
export function gatedLoudness(stretches: readonly WeighedBlocks[]): number {
  const audible = meanAbove(stretches, powerOf(-70));
  return lufs(meanAbove(stretches, Math.max(powerOf(-70), audible / 10)));
}

function meanAbove(stretches: readonly WeighedBlocks[], least: number): number {
  let sum = 0;
  let weights = 0;
  for (const { blocks, weight, factor } of stretches) {
    for (const block of blocks) {
      const power = block * factor;
      if (power <= least) continue;
      sum += power * weight;
      weights += weight;
    }
  }
  return weights === 0 ? 0 : sum / weights;
}

const lufs = (power: number) => (power <= 1e-7 ? -70 : -0.691 + 10 * Math.log10(power));
const powerOf = (loudness: number) => 10 ** ((loudness + 0.691) / 10);

/** Both filters of one channel, one after the other. */
function createWeighting(): (input: Float32Array, from: number, count: number, out: Float64Array) => void {
  const state = new Float64Array(4);
  return (input, from, count, out) => {
    let [s1 = 0, s2 = 0, c1 = 0, c2 = 0] = state;
    for (let i = 0; i < count; i++) {
      const x = input[from + i] as number;
      const y = SHELF.b0 * x + s1;
      s1 = SHELF.b1 * x - SHELF.a1 * y + s2 + 1e-20;
      s2 = SHELF.b2 * x - SHELF.a2 * y;
      const z = LOW_CUT.b0 * y + c1;
      c1 = LOW_CUT.b1 * y - LOW_CUT.a1 * z + c2 + 1e-20;
      c2 = LOW_CUT.b2 * y - LOW_CUT.a2 * z;
      out[i] = z;
    }
    state.set([s1, s2, c1, c2]);
  };
}

function shelf(hz: number, gainDb: number, q: number): Biquad {
  const k = Math.tan((Math.PI * hz) / SAMPLE_RATE);
  const vh = 10 ** (gainDb / 20);
  const vb = vh ** 0.4996667741545416;
  const a0 = 1 + k / q + k * k;
  return {
    b0: (vh + (vb * k) / q + k * k) / a0,
    b1: (2 * (k * k - vh)) / a0,
    b2: (vh - (vb * k) / q + k * k) / a0,
    a1: (2 * (k * k - 1)) / a0,
    a2: (1 - k / q + k * k) / a0,
  };
}

function lowCut(hz: number, q: number): Biquad {
  const k = Math.tan((Math.PI * hz) / SAMPLE_RATE);
  const a0 = 1 + k / q + k * k;
  return { b0: 1, b1: -2, b2: 1, a1: (2 * (k * k - 1)) / a0, a2: (1 - k / q + k * k) / a0 };
}
