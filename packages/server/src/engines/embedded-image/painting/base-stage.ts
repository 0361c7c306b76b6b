import type { Random } from '../random.js';
import { createFlow, type Flow } from './flow.js';
import { sweep } from './pass.js';
import type { Raster } from './raster.js';
import type { Style } from './styles.js';

/** The first stage: from noise to a whole picture at half size, coarse to fine. */
export interface BaseStage {
  /** Does one step, 1-based. */
  step(index: number): void;
}

export interface BaseOptions {
  canvas: Raster;
  /** The goal at the size of the canvas, and its halvings. */
  goal: readonly Raster[];
  style: Style;
  steps: number;
  /** 0 strict, 1 free. */
  loose: number;
  random: Random;
  check: () => void;
}

export function createBaseStage(options: BaseOptions): BaseStage {
  const { canvas, goal, style, steps, loose, check } = options;
  const flow = flowOf(goal, options.random.fork('flow'));
  const side = Math.min(canvas.width, canvas.height);
  const coarsest = Math.max(2, side / 9);
  // The more steps, the finer the last brush: this is what more steps buy.
  const finest = Math.max(1.1, (coarsest * style.coarseness) / (1 + steps * 0.85));
  return {
    step(index) {
      const progress = index / steps;
      sweep({
        canvas,
        goal,
        flow,
        style,
        radius: coarsest * (finest / coarsest) ** progress,
        spacing: 1.05,
        tolerance: 2 + 16 * loose * (1 - 0.5 * progress),
        leniency: 900 * loose * (1 - progress),
        liveliness: Math.min(1, style.liveliness * (0.6 + 1.4 * loose)) * (1 - 0.5 * progress),
        random: options.random.fork(`step ${index}`),
        check,
      });
    },
  };
}

/** Edges are read at half size: strokes follow shapes, not pixels. */
export function flowOf(goal: readonly Raster[], random: Random): Flow {
  const level = Math.min(1, goal.length - 1);
  const picture = goal[level];
  if (picture === undefined) throw new Error('a pyramid has at least one level');
  return createFlow(picture, 2 ** level, random);
}
