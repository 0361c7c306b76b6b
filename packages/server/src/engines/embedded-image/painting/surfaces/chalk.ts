import { byte } from '../byte.js';
import type { Finish } from './finish.js';
import { createGrain } from './grain.js';

/** The toned paper that pastels are drawn on. */
const PAPER = [178, 158, 146] as const;
/** The least and most of a place that chalk covers. */
const LEAST = 0.72;

/** Pastel: chalk catches on the hills of a rough toned paper and runs in streaks; the valleys stay bare. */
export function showChalk({ canvas, style, strength, random, check }: Finish): void {
  const { width, height, data } = canvas;
  const side = Math.min(width, height);
  const tooth = createGrain(random.fork('tooth'), Math.max(1, side / 640));
  const streak = createGrain(random.fork('streak'), Math.max(1, side / 420));
  const angle = style.direction ?? -1;
  const cos = Math.cos(angle);
  const sin = Math.sin(angle);
  for (let y = 0; y < height; y++) {
    if (y % 16 === 0) check();
    for (let x = 0; x < width; x++) {
      const at = (y * width + x) * 3;
      // Long along the stroke, short across it.
      const run = streak((x * cos + y * sin) * 0.09, y * cos - x * sin);
      const hill = tooth(x, y) * 0.65 + run * 0.35;
      const cover = LEAST + (1 - LEAST) * smoothStep(0.08, 0.62, hill);
      const bare = (1 - cover) * strength;
      const dust = (hill - 0.5) * 14 * strength;
      for (let c = 0; c < 3; c++) {
        const value = data[at + c] ?? 0;
        data[at + c] = byte(value + ((PAPER[c] ?? 0) - value) * bare + dust + 0.5);
      }
    }
  }
}

function smoothStep(from: number, to: number, value: number): number {
  const part = Math.max(0, Math.min(1, (value - from) / (to - from)));
  return part * part * (3 - 2 * part);
}
