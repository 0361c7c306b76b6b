import { sweep } from './pass.js';
import type { Raster } from './raster.js';
import type { Stage, StageOptions } from './stage.js';
import { flowOf } from './stage-flow.js';

/** Small strokes where the error is greatest, then edges drawn sharp. */
export function createRefinerStage(options: StageOptions): Stage {
  const { canvas, goal, style, steps, loose, check } = options;
  const flow = flowOf(options);
  const side = Math.min(canvas.width, canvas.height);
  const coarsest = Math.max(1.6, (side / 140) * style.coarseness);
  const finest = Math.max(0.8, coarsest / (1 + steps * 0.35));
  const crispness = style.crispness * (1 - 0.6 * loose);
  return {
    step(index) {
      const progress = index / steps;
      sweep({
        canvas,
        goal,
        flow,
        style,
        radius: coarsest * (finest / coarsest) ** progress,
        breadth: side * style.breadth,
        spacing: 1.3,
        tolerance: 5 + 14 * loose + 10 * (1 - progress),
        leniency: 0,
        liveliness: style.liveliness * 0.5,
        random: options.random.fork(`step ${index}`),
        check,
      });
      // Shares of the rest that add up to the whole crispness over all steps, however many there are.
      const share = 1 - (1 - Math.min(0.985, crispness)) ** (1 / steps);
      sharpen(canvas, goal[0] ?? canvas, share, style.evenness, check);
    },
  };
}

/** Draws the canvas towards the goal where the goal has edges; even parts keep most of their brushwork. */
function sharpen(canvas: Raster, goal: Raster, share: number, evenness: number, check: () => void): void {
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
      const part = share * Math.min(1, evenness + slope / 90);
      for (let c = 0; c < 3; c++) {
        const value = data[at + c] ?? 0;
        const gap = (want[at + c] ?? 0) - value;
        // The last level is taken whole, or rounding would never let it arrive.
        data[at + c] = value + gap * (gap * gap < 9 ? Math.min(1, part * 3) : part) + 0.5;
      }
    }
  }
}
