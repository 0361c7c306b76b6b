import { sweep } from './pass.js';
import type { Raster } from './raster.js';
import type { Stage, StageOptions } from './stage.js';
import { flowOf } from './stage-flow.js';
import { widen } from './widen.js';

/** Pixels between two looks at the stop sign. */
const CHECK_EVERY = 32_768;

/** Small strokes where the error is greatest, then edges drawn sharp. */
export function createRefinerStage(options: StageOptions): Stage {
  const { canvas, goal, style, steps, loose, check } = options;
  const flow = flowOf(options);
  const side = Math.min(canvas.width, canvas.height);
  const coarsest = Math.max(1.6, (side / 140) * style.coarseness);
  const finest = Math.max(0.8, coarsest / (1 + steps * 0.35));
  const crispness = style.crispness * (1 - 0.6 * loose);
  const whole = goal[0] ?? canvas;
  const weights = weigh(whole, style.evenness, check);
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
      sharpen(canvas, whole, share, weights, check);
    },
  };
}

/** How much of the sharpening each pixel gets, 0..255: all of it at edges of the goal, little where it is even. */
function weigh({ width, height, data }: Raster, evenness: number, check: () => void): Uint8Array {
  const weights = new Uint8Array(width * height);
  for (let y = 0; y < height; y++) {
    if (y % 16 === 0) check();
    const up = y === 0 ? 0 : -width * 3;
    const down = y === height - 1 ? 0 : width * 3;
    for (let x = 0; x < width; x++) {
      const pixel = y * width + x;
      const left = x === 0 ? 0 : -3;
      const right = x === width - 1 ? 0 : 3;
      let slope = 0;
      for (let at = pixel * 3; at < pixel * 3 + 3; at++) {
        slope += Math.abs((data[at + right] ?? 0) - (data[at + left] ?? 0));
        slope += Math.abs((data[at + down] ?? 0) - (data[at + up] ?? 0));
      }
      weights[pixel] = Math.min(255, (evenness + slope / 90) * 255);
    }
  }
  // What is small lies between its edges: a star is sharpened whole.
  return widen(weights, width, height, Math.max(1, Math.round(Math.min(width, height) / 640)));
}

/** Draws the canvas towards the goal by a share, each pixel as much as its weight says. */
function sharpen(canvas: Raster, goal: Raster, share: number, weights: Uint8Array, check: () => void): void {
  const { data } = canvas;
  const want = goal.data;
  const shares = Float32Array.from({ length: 256 }, (_, weight) => (share * weight) / 255);
  for (let pixel = 0, at = 0; pixel < weights.length; pixel++) {
    if (pixel % CHECK_EVERY === 0) check();
    const part = shares[weights[pixel] ?? 0] ?? 0;
    for (const end = at + 3; at < end; at++) {
      const value = data[at] ?? 0;
      const gap = (want[at] ?? 0) - value;
      // The last levels are taken faster, or rounding would never let them arrive.
      data[at] = value + gap * (gap * gap < 9 ? Math.min(1, part * 3) : part) + 0.5;
    }
  }
}
