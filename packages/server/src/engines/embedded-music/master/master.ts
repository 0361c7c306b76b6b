import { BLOCK } from '../sound/buses.js';
import { createLimiter, LOOK_AHEAD } from '../sound/limiter.js';
import { createLoudnessMeter } from '../sound/loudness.js';
import { createPeakMeter } from '../sound/true-peak.js';
import type { Forecast } from './forecast.js';
import { createLeveller } from './leveller.js';

/** What the finished samples measure. */
export interface Measured {
  loudnessLufs: number;
  truePeakDbfs: number;
}

/** Brings a mix to its loudness and below its ceiling, block by block, while it is rendered. */
export interface Master {
  /** Takes samples of the mix and gives finished ones, fewer at first: the limiter looks ahead. Valid until the next call. */
  run(left: Float32Array, right: Float32Array, count: number): Finished;
  /** The last samples, which the limiter still holds. */
  finish(): Finished;
  measured(): Measured;
}

export interface Finished {
  left: Float32Array;
  right: Float32Array;
  count: number;
}

export function createMaster(forecast: Forecast, options: { targetLufs: number; ceiling: number }): Master {
  const leveller = createLeveller(forecast, options.targetLufs);
  const limiter = createLimiter(options.ceiling);
  const meter = createLoudnessMeter();
  const peaks = createPeakMeter();
  const left = new Float32Array(BLOCK);
  const right = new Float32Array(BLOCK);
  let late = LOOK_AHEAD;
  const pass = (count: number): Finished => {
    limiter.run(left, right, count);
    // What comes first out of the limiter is its own delay.
    const from = Math.min(late, count);
    late -= from;
    const finished = { left: left.subarray(from, count), right: right.subarray(from, count), count: count - from };
    meter.add(finished.left, finished.right, finished.count);
    peaks.add(finished.left, finished.right, finished.count);
    leveller.heard(meter.blocks);
    return finished;
  };
  return {
    run(inL, inR, count) {
      const { from, to } = leveller.next(count);
      const slope = (to - from) / count;
      for (let i = 0; i < count; i++) {
        const gain = from + slope * i;
        left[i] = (inL[i] as number) * gain;
        right[i] = (inR[i] as number) * gain;
      }
      return pass(count);
    },
    finish() {
      left.fill(0);
      right.fill(0);
      return pass(LOOK_AHEAD);
    },
    measured: () => ({
      loudnessLufs: meter.integrated(),
      truePeakDbfs: 20 * Math.log10(Math.max(1e-5, peaks.peak())),
    }),
  };
}
