/** How a channel is predicted. */
export interface Prediction {
  /** How many samples before the next are looked at, 0 to 4. */
  order: number;
  /** Whether all samples are the same. */
  constant: boolean;
  /** Sum of what the prediction misses: the less the shorter. */
  cost: number;
}

const HIGHEST_ORDER = 4;

/** Chooses among the fixed polynomials of FLAC the one that misses least. */
export function bestPrediction(samples: Int32Array): Prediction {
  const sums = new Float64Array(HIGHEST_ORDER + 1);
  let [before0, before1, before2, before3] = [0, 0, 0, 0];
  let constant = true;
  for (let i = 0; i < samples.length; i++) {
    const error0 = samples[i] as number;
    const error1 = error0 - before0;
    const error2 = error1 - before1;
    const error3 = error2 - before2;
    const error4 = error3 - before3;
    if (i > 0 && error1 !== 0) constant = false;
    // The first samples are written as they are, whatever the order.
    if (i >= HIGHEST_ORDER) {
      sums[0] = (sums[0] as number) + Math.abs(error0);
      sums[1] = (sums[1] as number) + Math.abs(error1);
      sums[2] = (sums[2] as number) + Math.abs(error2);
      sums[3] = (sums[3] as number) + Math.abs(error3);
      sums[4] = (sums[4] as number) + Math.abs(error4);
    }
    before0 = error0;
    before1 = error1;
    before2 = error2;
    before3 = error3;
  }
  if (samples.length <= HIGHEST_ORDER) return { order: 0, constant, cost: constant ? 0 : 1 };
  let order = 0;
  for (let other = 1; other <= HIGHEST_ORDER; other++)
    if ((sums[other] as number) < (sums[order] as number)) order = other;
  return { order, constant, cost: sums[order] as number };
}

/**
 * What the prediction misses, from sample `order` on: differences of differences, as often as the order says. Written into
 * `out`, of which a part is returned.
 */
export function predict(samples: Int32Array, order: number, out: Int32Array): Int32Array {
  out.set(samples);
  for (let turn = 1; turn <= order; turn++)
    for (let i = samples.length - 1; i >= turn; i--) out[i] = (out[i] as number) - (out[i - 1] as number);
  return out.subarray(order, samples.length);
}
