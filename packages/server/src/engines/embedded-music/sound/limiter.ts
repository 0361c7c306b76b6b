import { SAMPLE_RATE } from '../compose/timeline.js';

/** Samples that the limiter looks ahead: 5 ms, so that its gain moves before the peak comes. */
export const LOOK_AHEAD = Math.round(0.005 * SAMPLE_RATE);

/** Keeps every sample below a ceiling by turning the level down before a peak, not by clipping it. */
export interface Limiter {
  /** Changes the samples in place. What comes out is `LOOK_AHEAD` samples late. */
  run(left: Float32Array, right: Float32Array, count: number): void;
}

/** Makes a limiter: the gain falls to the least that is needed in the window ahead, is smoothed over it, and recovers in 120 ms. */
export function createLimiter(ceiling: number): Limiter {
  const size = LOOK_AHEAD;
  const ring = size + 2;
  const delayL = new Float32Array(size);
  const delayR = new Float32Array(size);
  /** The gain that each sample in the window needs, as a queue of falling minima. */
  const queueGain = new Float64Array(ring);
  const queueAt = new Float64Array(ring);
  const smooth = new Float64Array(size).fill(1);
  const recover = 1 - Math.exp(-1 / (0.12 * SAMPLE_RATE));
  let head = 0;
  let tail = 0;
  let clock = 0;
  let keptHeld = 1;
  let keptSum: number = size;
  return {
    run(left, right, count) {
      let held = keptHeld;
      let smoothSum = keptSum;
      for (let i = 0; i < count; i++, clock++) {
        const l = left[i] as number;
        const r = right[i] as number;
        const peak = Math.max(Math.abs(l), Math.abs(r));
        const needed = peak > ceiling ? ceiling / peak : 1;
        while (tail !== head && (queueGain[(tail + ring - 1) % ring] as number) >= needed)
          tail = (tail + ring - 1) % ring;
        queueGain[tail] = needed;
        queueAt[tail] = clock;
        tail = (tail + 1) % ring;
        if ((queueAt[head] as number) <= clock - size - 1) head = (head + 1) % ring;
        const least = queueGain[head] as number;
        held = least < held ? least : held + (least - held) * recover;
        const slot = clock % size;
        // A moving mean over the window reaches the minimum exactly when the peak leaves the delay.
        smoothSum += held - (smooth[slot] as number);
        smooth[slot] = held;
        const gain = smoothSum / size;
        left[i] = bound((delayL[slot] as number) * gain, ceiling);
        right[i] = bound((delayR[slot] as number) * gain, ceiling);
        delayL[slot] = l;
        delayR[slot] = r;
      }
      keptHeld = held;
      keptSum = smoothSum;
    },
  };
}

/** Rounding of the running sum may pass the ceiling by a millionth. */
const bound = (value: number, ceiling: number) => Math.max(-ceiling, Math.min(ceiling, value));
