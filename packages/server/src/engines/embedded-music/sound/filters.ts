import { SAMPLE_RATE } from '../compose/timeline.js';

/** Thins out what lies below a frequency: 6 dB per octave, in place, both channels apart. */
export function createLowCut(hz: number): { run(left: Float32Array, right: Float32Array, count: number): void } {
  const share = 1 - Math.exp((-2 * Math.PI * hz) / SAMPLE_RATE);
  let keptL = 0;
  let keptR = 0;
  return {
    run(left, right, count) {
      let lowL = keptL;
      let lowR = keptR;
      for (let i = 0; i < count; i++) {
        const l = left[i] as number;
        const r = right[i] as number;
        lowL += share * (l - lowL) + 1e-18;
        lowR += share * (r - lowR) + 1e-18;
        left[i] = l - lowL;
        right[i] = r - lowR;
      }
      keptL = lowL;
      keptR = lowR;
    },
  };
}

/** Lifts what lies above about 2.2 kHz, in place: the air of a finished mix. @param amount 0 none, 1 twice as strong. */
export function createAir(amount: number): { run(left: Float32Array, right: Float32Array, count: number): void } {
  const share = 1 - Math.exp((-2 * Math.PI * 2200) / SAMPLE_RATE);
  let keptL = 0;
  let keptR = 0;
  return {
    run(left, right, count) {
      let lowL = keptL;
      let lowR = keptR;
      for (let i = 0; i < count; i++) {
        const l = left[i] as number;
        const r = right[i] as number;
        lowL += share * (l - lowL) + 1e-18;
        lowR += share * (r - lowR) + 1e-18;
        left[i] = l + amount * (l - lowL);
        right[i] = r + amount * (r - lowR);
      }
      keptL = lowL;
      keptR = lowR;
    },
  };
}

/** Evens out the level of the whole mix a little: what lies above the threshold grows half as fast. */
export function createGlue(thresholdDb: number): { run(left: Float32Array, right: Float32Array, count: number): void } {
  const attack = 1 - Math.exp(-1 / (0.02 * SAMPLE_RATE));
  const release = 1 - Math.exp(-1 / (0.22 * SAMPLE_RATE));
  const threshold = 10 ** (thresholdDb / 10);
  let kept = 0;
  return {
    run(left, right, count) {
      let power = kept;
      for (let i = 0; i < count; i++) {
        const l = left[i] as number;
        const r = right[i] as number;
        const now = (l * l + r * r) / 2;
        power += (now - power) * (now > power ? attack : release) + 1e-20;
        // A quarter power of the excess in power terms is a ratio of 2 to 1 in decibels.
        const gain = power > threshold ? Math.sqrt(Math.sqrt(threshold / power)) : 1;
        left[i] = l * gain;
        right[i] = r * gain;
      }
      kept = power;
    },
  };
}
