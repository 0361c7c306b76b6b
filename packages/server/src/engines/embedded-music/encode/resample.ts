/** 44.1 kHz to 48 kHz: 147 samples become 160. */
const UP = 160;
const DOWN = 147;
/** Samples that each new one is made of. */
const TAPS = 32;
const HALF = TAPS / 2;
/** Of the lower rate's band, what is kept: 20.7 kHz. */
const BAND = 0.94;

/** Changes one channel from 44.1 to 48 kHz, piece by piece and without a seam. */
export interface Resampler {
  /** Takes samples and gives those that can be made of them; valid until the next call. */
  run(input: Float32Array, count: number): Float32Array;
}

/** Weights for each of the places between two samples that a new one can have. */
const PHASES = Array.from({ length: UP }, (_, phase) => {
  const weights = Float64Array.from({ length: TAPS }, (_, tap) => {
    const t = tap - (HALF - 1) - phase / UP;
    const window = 0.5 + 0.5 * Math.cos((Math.PI * t) / (HALF + 0.5));
    return t === 0 ? BAND : (Math.sin(Math.PI * BAND * t) / (Math.PI * t)) * window;
  });
  const sum = weights.reduce((all, weight) => all + weight, 0);
  return weights.map((weight) => weight / sum);
});

/** The first sample that comes out lies where the first that went in lies; {@link HALF} more are needed to give the last. */
export function createResampler(most: number): Resampler {
  const kept = new Float32Array(most + TAPS);
  const out = new Float32Array(Math.ceil(((most + TAPS) * UP) / DOWN) + 1);
  // Silence before the beginning.
  let held = HALF - 1;
  /** Where the next sample lies: whole samples from the start of what is held, and 160ths. */
  let phase = 0;
  return {
    run(input, count) {
      kept.set(input.subarray(0, count), held);
      held += count;
      let made = 0;
      let from = 0;
      while (from + TAPS <= held) {
        const weights = PHASES[phase] as Float64Array;
        let sum = 0;
        for (let tap = 0; tap < TAPS; tap++) sum += (kept[from + tap] as number) * (weights[tap] as number);
        out[made++] = sum;
        phase += DOWN;
        if (phase < UP) continue;
        phase -= UP;
        from++;
      }
      kept.copyWithin(0, from, held);
      held -= from;
      return out.subarray(0, made);
    },
  };
}

/** Samples at 48 kHz that so many at 44.1 kHz come to. */
export const resampledLength = (samples: number): number => Math.ceil((samples * UP) / DOWN);
/** Samples of silence that bring out the last ones. */
export const RESAMPLER_TAIL = TAPS;
