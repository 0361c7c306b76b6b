import type { Random } from '../random.js';
import { flowOf } from './base-stage.js';
import { sweep } from './pass.js';
import type { Raster } from './raster.js';
import type { Style } from './styles.js';

/** The second stage: small strokes and sharp edges at full size. */
export interface RefinerStage {
  /** Does one step, 1-based. */
  step(index: number): void;
}

export interface RefinerOptions {
  canvas: Raster;
  goal: readonly Raster[];
  style: Style;
  steps: number;
  loose: number;
  random: Random;
  check: () => void;
}

export function createRefinerStage(options: RefinerOptions): RefinerStage {
  const { canvas, goal, style, steps, loose, check } = options;
  const flow = flowOf(goal, options.random.fork('flow'));
  const side = Math.min(canvas.width, canvas.height);
  const coarsest = Math.max(1.6, (side / 140) * style.coarseness);
  const finest = Math.max(0.8, coarsest / (1 + steps * 0.35));
  return {
    step(index) {
      const progress = index / steps;
      sweep({
        canvas,
        goal,
        flow,
        style,
        radius: coarsest * (finest / coarsest) ** progress,
        spacing: 1.3,
        tolerance: 5 + 14 * loose + 10 * (1 - progress),
        leniency: 0,
        liveliness: style.liveliness * 0.5,
        random: options.random.fork(`step ${index}`),
        check,
      });
      // Shares of the rest that add up to the whole crispness over all steps, however many there are.
      const share = 1 - (1 - style.crispness * (1 - 0.6 * loose)) ** (1 / steps);
      sharpen(canvas, goal[0] ?? canvas, share, check);
    },
  };
}

/**
 * Draws the canvas towards the goal where the goal has edges; flat parts keep their brushwork.
 */
function sharpen(canvas: Raster, goal: Raster, share: number, check: () => void): void {
  const { width, height, data } = canvas;
  const want = goal.data;
  for (let y = 0; y < height; y++) {
    if (y % 16 === 0) check();
    const up = y === 0 ? 0 : -width * 3;
    const down = y === height - 1 ? 0 : width * 3;
    for (let x = 0; x < width; x++) {
      const at = (y * width + x) * 3;
      const left = x === 0 ? 0 : -3;
      const right = x === width - 1 ? 0 : 3;
      let slope = 0;
      for (let c = 0; c < 3; c++) {
        slope += Math.abs((want[at + right + c] ?? 0) - (want[at + left + c] ?? 0));
        slope += Math.abs((want[at + down + c] ?? 0) - (want[at + up + c] ?? 0));
      }
      const part = share * Math.min(1, 0.12 + slope / 90);
      for (let c = 0; c < 3; c++) {
        const value = data[at + c] ?? 0;
        data[at + c] = value + ((want[at + c] ?? 0) - value) * part + 0.5;
      }
    }
  }
}
