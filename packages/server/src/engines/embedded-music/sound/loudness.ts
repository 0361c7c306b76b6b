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
/** Samples that are filtered in one go. */
const CHUNK = 1024;

export function createLoudnessMeter(): LoudnessMeter {
  const weighL = createWeighting();
  const weighR = createWeighting();
  const heardL = new Float64Array(CHUNK);
  const heardR = new Float64Array(CHUNK);
  /** Mean square of each step of 100 ms. */
  const steps: number[] = [];
  let sum = 0;
  let filled = 0;
  return {
    add(left, right, count) {
      for (let done = 0; done < count; ) {
        const size = Math.min(CHUNK, count - done, STEP - filled);
        weighL(left, done, size, heardL);
        weighR(right, done, size, heardR);
        let power = 0;
        for (let i = 0; i < size; i++) power += (heardL[i] as number) ** 2 + (heardR[i] as number) ** 2;
        sum += power;
        filled += size;
        done += size;
        if (filled < STEP) continue;
        steps.push(sum / STEP);
        sum = 0;
        filled = 0;
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
