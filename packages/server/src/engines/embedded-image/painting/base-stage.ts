import { sweep } from './pass.js';
import type { Stage, StageOptions } from './stage.js';
import { flowOf } from './stage-flow.js';

/** Strokes with ever finer brushes. */
export function createBaseStage(options: StageOptions): Stage {
  const { canvas, goal, style, steps, loose, check } = options;
  const flow = flowOf(options);
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
        breadth: side * style.breadth,
        spacing: 1.05,
        tolerance: 2 + 16 * loose * (1 - 0.5 * progress),
        leniency: 900 * loose * (1 - progress),
        liveliness:
          Math.min(Math.max(1, style.liveliness), style.liveliness * (0.6 + 1.4 * loose)) * (1 - 0.5 * progress),
        random: options.random.fork(`step ${index}`),
        check,
      });
    },
  };
}
