import { coprimeNear } from './pass.js';
import type { Raster } from './raster.js';
import type { Stage, StageOptions } from './stage.js';

export interface MosaicOptions extends StageOptions {
  /** Side of the last squares, in pixels. */
  side: number;
  /** Side of the first squares, in last ones: a power of two. */
  largest: number;
}

const CHECK_EVERY = 256;

/**
 * Squares instead of strokes, from large ones to small ones. Each step sets a part of the squares of one size, in scattered
 * order; the last one sets all of the smallest, whatever is left of them.
 */
export function createMosaicStage({ canvas, goal, steps, random, check, side, largest }: MosaicOptions): Stage {
  const whole = goal[0] ?? canvas;
  const sizes = Math.log2(largest) + 1;
  return {
    step(index) {
      const place = (index / steps) * sizes;
      const size = Math.min(sizes - 1, Math.max(0, Math.ceil(place - 1e-9) - 1));
      const last = index >= steps;
      const to = last ? 1 : place - size;
      const from = last ? 0 : Math.max(0, to - sizes / steps);
      const start = random.fork(`size ${size}`).next();
      const doublings = last ? 0 : sizes - 1 - size;
      const set = doublings === 0 ? copy : level;
      setSquares({ canvas, goal: whole, side: side * 2 ** doublings, set, from, to, start, check });
    },
  };
}

interface Turn {
  canvas: Raster;
  goal: Raster;
  side: number;
  set: SetSquare;
  /** The squares whose turn is between two parts of the whole, 0..1. */
  from: number;
  to: number;
  /** Which square has the first turn, 0..1. */
  start: number;
  check: () => void;
}

function setSquares({ canvas, goal, side, set, from, to, start, check }: Turn): void {
  const columns = Math.ceil(canvas.width / side);
  const rows = Math.ceil(canvas.height / side);
  const places = columns * rows;
  const stride = coprimeNear(Math.floor(places * 0.618), places);
  const first = Math.floor(start * places);
  for (let index = Math.floor(from * places); index < Math.ceil(to * places); index++) {
    if (index % CHECK_EVERY === 0) check();
    const place = (first + index * stride) % places;
    const left = Math.round((place % columns) * side);
    const top = Math.round(Math.floor(place / columns) * side);
    const right = Math.min(canvas.width, Math.round(left + side));
    const bottom = Math.min(canvas.height, Math.round(top + side));
    if (right > left && bottom > top) set(canvas, goal, left, top, right, bottom);
  }
}

type SetSquare = (canvas: Raster, goal: Raster, left: number, top: number, right: number, bottom: number) => void;

/** The smallest squares are what the goal is made of. */
const copy: SetSquare = ({ width, data }, goal, left, top, right, bottom) => {
  for (let y = top; y < bottom; y++) {
    const from = (y * width + left) * 3;
    data.set(goal.data.subarray(from, from + (right - left) * 3), from);
  }
};

/** Gives a rectangle the mean colour that the goal has there. */
const level: SetSquare = ({ width, data }, goal, left, top, right, bottom) => {
  const sums = [0, 0, 0] as [number, number, number];
  for (let y = top; y < bottom; y++) {
    for (let at = (y * width + left) * 3; at < (y * width + right) * 3; at += 3) {
      sums[0] += goal.data[at] ?? 0;
      sums[1] += goal.data[at + 1] ?? 0;
      sums[2] += goal.data[at + 2] ?? 0;
    }
  }
  const count = (right - left) * (bottom - top);
  for (let y = top; y < bottom; y++) {
    for (let at = (y * width + left) * 3; at < (y * width + right) * 3; at += 3) {
      data[at] = sums[0] / count + 0.5;
      data[at + 1] = sums[1] / count + 0.5;
      data[at + 2] = sums[2] / count + 0.5;
    }
  }
};
