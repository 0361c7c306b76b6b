/** Recorded samples on each side of the place that is asked for. */
const REACH = 6;
const TAPS = 2 * REACH;

/** By how many samples a peak is known late. */
export const PEAK_DELAY = REACH;

/**
 * Finds the peaks of one channel as they are after conversion to sound: between samples too, at four times the rate
 * (ITU-R BS.1770, annex 2). Raises `out[i]` to the peak around sample `i - PEAK_DELAY`.
 */
export interface PeakDetector {
  run(input: Float32Array, count: number, out: Float32Array): void;
}

/** Weights of the samples around, for a quarter, a half and three quarters of the way between two of them. */
const PHASES = [0.25, 0.5, 0.75].map((shift) =>
  Float64Array.from({ length: TAPS }, (_, tap) => {
    const t = tap - (REACH - 1) - shift;
    return (Math.sin(Math.PI * t) / (Math.PI * t)) * Math.cos((Math.PI * t) / (2 * (REACH + 0.5))) ** 2;
  }),
);
const [QUARTER = new Float64Array(TAPS), HALF = new Float64Array(TAPS), THREE_QUARTERS = new Float64Array(TAPS)] =
  PHASES;

/** @param heed peaks far below this need not be exact: what lies between two small samples is small. */
export function createPeakDetector(heed: number): PeakDetector {
  // Written twice, so that the last twelve samples always lie in one row.
  const ring = new Float64Array(2 * TAPS);
  const worthwhile = heed / 2;
  let place = 0;
  return {
    run(input, count, out) {
      let at = place;
      for (let i = 0; i < count; i++) {
        const value = input[i] as number;
        ring[at] = value;
        ring[at + TAPS] = value;
        at = at + 1 === TAPS ? 0 : at + 1;
        const before = Math.abs(ring[at + REACH - 1] as number);
        const after = Math.abs(ring[at + REACH] as number);
        let peak = before > after ? before : after;
        if (peak >= worthwhile) {
          let first = 0;
          let second = 0;
          let third = 0;
          for (let tap = 0; tap < TAPS; tap++) {
            const sample = ring[at + tap] as number;
            first += sample * (QUARTER[tap] as number);
            second += sample * (HALF[tap] as number);
            third += sample * (THREE_QUARTERS[tap] as number);
          }
          peak = Math.max(peak, Math.abs(first), Math.abs(second), Math.abs(third));
        }
        if (peak > (out[i] as number)) out[i] = peak;
      }
      place = at;
    },
  };
}

/** The highest true peak of everything that it was given. */
export function createPeakMeter(): {
  add(left: Float32Array, right: Float32Array, count: number): void;
  peak(): number;
} {
  const detectors = [createPeakDetector(0.5), createPeakDetector(0.5)] as const;
  let highest = 0;
  let heights = new Float32Array(2048);
  return {
    add(left, right, count) {
      if (heights.length < count) heights = new Float32Array(count);
      heights.fill(0, 0, count);
      detectors[0].run(left, count, heights);
      detectors[1].run(right, count, heights);
      for (let i = 0; i < count; i++) if ((heights[i] as number) > highest) highest = heights[i] as number;
    },
    peak: () => highest,
  };
}
