import { SAMPLE_RATE } from '../compose/timeline.js';

/** Measures loudness as broadcast does (ITU-R BS.1770: K-weighting, blocks of 400 ms, two gates). */
export interface LoudnessMeter {
  add(left: Float32Array, right: Float32Array, count: number): void;
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
const STEP = Math.round(SAMPLE_RATE / 10);

export function createLoudnessMeter(): LoudnessMeter {
  const weighL = [createFilter(SHELF), createFilter(LOW_CUT)] as const;
  const weighR = [createFilter(SHELF), createFilter(LOW_CUT)] as const;
  /** Mean square of each step of 100 ms. */
  const steps: number[] = [];
  let sum = 0;
  let filled = 0;
  return {
    add(left, right, count) {
      for (let i = 0; i < count; i++) {
        const l = weighL[1](weighL[0](left[i] as number));
        const r = weighR[1](weighR[0](right[i] as number));
        sum += l * l + r * r;
        if (++filled === STEP) {
          steps.push(sum / STEP);
          sum = 0;
          filled = 0;
        }
      }
    },
    integrated() {
      const all = steps.length === 0 && filled > 0 ? [sum / filled] : steps;
      const span = Math.min(4, all.length);
      const blocks: number[] = [];
      for (let i = 0; i + span <= all.length; i++) blocks.push(mean(all.slice(i, i + span)));
      const heard = blocks.filter((block) => lufs(block) > -70);
      const gate = lufs(mean(heard)) - 10;
      return lufs(mean(heard.filter((block) => lufs(block) > gate)));
    },
  };
}

const mean = (values: readonly number[]) =>
  values.length === 0 ? 0 : values.reduce((sum, value) => sum + value, 0) / values.length;

const lufs = (power: number) => (power <= 1e-7 ? -70 : -0.691 + 10 * Math.log10(power));

function createFilter(c: Biquad): (input: number) => number {
  let z1 = 0;
  let z2 = 0;
  return (input) => {
    const out = c.b0 * input + z1;
    z1 = c.b1 * input - c.a1 * out + z2 + 1e-20;
    z2 = c.b2 * input - c.a2 * out;
    return out;
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
