import type { Random } from '../../random.js';
import type { Canvas } from '../canvas.js';
import type { Style } from '../styles.js';

/** How a surface shows through the paint, at full size. */
export interface Finish {
  canvas: Canvas;
  style: Style;
  /** 0 does nothing, 1 does all of it. */
  strength: number;
  random: Random;
  check: () => void;
}
