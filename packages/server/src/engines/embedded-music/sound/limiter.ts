import { SAMPLE_RATE } from '../compose/timeline.js';
import { BLOCK } from './buses.js';
import { createPeakDetector, PEAK_DELAY } from './true-peak.js';

/** Samples over which the gain moves down before a peak: 5 ms. */
const WINDOW = Math.round(0.005 * SAMPLE_RATE);

/** Samples that the limiter is late. */
export const LOOK_AHEAD = WINDOW + PEAK_DELAY;

/** Keeps every true peak below a ceiling by turning the level down before it, not by clipping it. */
export interface Limiter {
  /** Changes at most {@link BLOCK} samples in place. What comes out is `LOOK_AHEAD` samples late. */
  run(left: Float32Array, right: Float32Array, count: number): void;
}

/** Makes a limiter: the gain falls to the least that is needed in the window ahead, is smoothed over it, and recovers in 120 ms. */
export function createLimiter(ceiling: number): Limiter {
  const queue = createFallingMinima(WINDOW);
  const detectors = [createPeakDetector(ceiling), createPeakDetector(ceiling)] as const;
  const peaks = new Float32Array(BLOCK);
  const delayL = new Float32Array(LOOK_AHEAD);
  const delayR = new Float32Array(LOOK_AHEAD);
  const smooth = new Float64Array(WINDOW).fill(1);
  const recover = 1 - Math.exp(-1 / (0.12 * SAMPLE_RATE));
  let clock = 0;
  let keptHeld = 1;
  let keptSum: number = WINDOW;
  return {
    run(left, right, count) {
      peaks.fill(0, 0, count);
      detectors[0].run(left, count, peaks);
      detectors[1].run(right, count, peaks);
      let held = keptHeld;
      let smoothSum = keptSum;
      for (let i = 0; i < count; i++, clock++) {
        const peak = peaks[i] as number;
        const least = queue(peak > ceiling ? ceiling / peak : 1, clock);
        held = least < held ? least : held + (least - held) * recover;
        const slot = clock % WINDOW;
        // A moving mean over the window reaches the minimum exactly when the peak leaves the delay.
        smoothSum += held - (smooth[slot] as number);
        smooth[slot] = held;
        const gain = smoothSum / WINDOW;
        const place = clock % LOOK_AHEAD;
        const l = left[i] as number;
        const r = right[i] as number;
        left[i] = bound((delayL[place] as number) * gain, ceiling);
        right[i] = bound((delayR[place] as number) * gain, ceiling);
        delayL[place] = l;
        delayR[place] = r;
      }
      keptHeld = held;
      keptSum = smoothSum;
    },
  };
}

/** The least of the last values, one of which is added at each turn of the clock. */
function createFallingMinima(size: number): (value: number, clock: number) => number {
  const ring = size + 2;
  const values = new Float64Array(ring);
  const times = new Float64Array(ring);
  let head = 0;
  let tail = 0;
  return (value, clock) => {
    while (tail !== head && (values[tail === 0 ? ring - 1 : tail - 1] as number) >= value)
      tail = tail === 0 ? ring - 1 : tail - 1;
    values[tail] = value;
    times[tail] = clock;
    tail = tail + 1 === ring ? 0 : tail + 1;
    if ((times[head] as number) <= clock - size - 1) head = head + 1 === ring ? 0 : head + 1;
    return values[head] as number;
  };
}

/** Rounding of the running sum may pass the ceiling by a millionth. */
const bound = (value: number, ceiling: number) => Math.max(-ceiling, Math.min(ceiling, value));
