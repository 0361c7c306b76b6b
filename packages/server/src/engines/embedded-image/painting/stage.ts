import type { Random } from '../random.js';
import type { Canvas } from './canvas.js';
import type { Raster } from './raster.js';
import type { Style } from './styles.js';

/** A stage of painting. */
export interface Stage {
  /** Does one step, 1-based. */
  step(index: number): void;
}

export interface StageOptions {
  canvas: Canvas;
  /** The goal at the size of the canvas, and its halvings. */
  goal: readonly Raster[];
  /** How much of a place is subject, 0..1; places from 0 to 1 over width and height. */
  focusAt: (u: number, v: number) => number;
  style: Style;
  steps: number;
  /** 0 strict, 1 free. */
  loose: number;
  random: Random;
  /** Called often; throws to stop. */
  check: () => void;
}
