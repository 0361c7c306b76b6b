import type { Random } from '../random.js';
import { blur, type Plane } from './blur.js';
import { createField } from './noise.js';
import type { Raster } from './raster.js';
import { widen } from './widen.js';

/** How strokes run at a place of the picture, and how much there is to see. */
export interface Flow {
  /** In radians. */
  angleAt(x: number, y: number): number;
  /** 0: an even sky; 1: an edge, a face. */
  detailAt(x: number, y: number): number;
}

export interface FlowOptions {
  /** A small version of the goal. */
  picture: Raster;
  /** Pixels of the canvas per pixel of `picture`. */
  scale: number;
  /** How much of a place is subject, 0..1; places from 0 to 1 over width and height. */
  focusAt: (u: number, v: number) => number;
  /** Where strokes run that follow no edge; null: a slow seeded current carries them. */
  direction: number | null;
  random: Random;
  check: () => void;
}

/** Strokes follow the edges of the picture (structure tensor of its brightness) where there are any. */
export function createFlow({ picture, scale, focusAt, direction, random, check }: FlowOptions): Flow {
  const { width, height } = picture;
  const light = brightness(picture);
  const angles = new Float32Array(width * height);
  const edges: Plane = new Uint16Array(width * height);
  const current = createField(random);
  const currentScale = 2.5 / Math.min(width, height);
  for (let y = 0; y < height; y++) {
    if (y % 16 === 0) check();
    for (let x = 0; x < width; x++) {
      const tensor = tensorAt(light, width, height, x, y);
      const strength = Math.hypot(tensor.xx - tensor.yy, 2 * tensor.xy);
      const along = 0.5 * Math.atan2(2 * tensor.xy, tensor.xx - tensor.yy) + Math.PI / 2;
      const turn = current(x * currentScale, y * currentScale);
      const drift = direction === null ? turn * 0.9 : direction + turn * 0.15;
      angles[y * width + x] = blendAngles(drift, along, Math.min(1, strength / 40));
      const edge = Math.min(1, Math.sqrt(tensor.xx + tensor.yy) / 22);
      const focus = focusAt((x + 0.5) / width, (y + 0.5) / height);
      edges[y * width + x] = Math.max(edge, focus) * 65_535;
    }
  }
  // Detail reaches a little beyond its edge and fades out there, so that a star is painted whole and brushes grow wider in steps.
  const reach = Math.max(1, Math.round(Math.min(width, height) / 110));
  const details = blur(widen(edges, width, height, reach), width, height, reach, check);
  const index = (x: number, y: number) => {
    const column = Math.max(0, Math.min(width - 1, Math.floor(x / scale)));
    const row = Math.max(0, Math.min(height - 1, Math.floor(y / scale)));
    return row * width + column;
  };
  return {
    angleAt: (x, y) => angles[index(x, y)] ?? 0,
    detailAt: (x, y) => (details[index(x, y)] ?? 0) / 65_535,
  };
}

function brightness({ data, width, height }: Raster): Float32Array {
  const light = new Float32Array(width * height);
  for (let index = 0; index < light.length; index++) {
    const at = index * 3;
    light[index] = 0.3 * (data[at] ?? 0) + 0.59 * (data[at + 1] ?? 0) + 0.11 * (data[at + 2] ?? 0);
  }
  return light;
}

/** Products of the gradient, summed over a 3×3 neighbourhood so that opposite sides of a line agree. */
function tensorAt(light: Float32Array, width: number, height: number, x: number, y: number) {
  let xx = 0;
  let yy = 0;
  let xy = 0;
  for (let dy = -1; dy <= 1; dy++) {
    const row = Math.max(1, Math.min(height - 2, y + dy)) * width;
    for (let dx = -1; dx <= 1; dx++) {
      const at = row + Math.max(1, Math.min(width - 2, x + dx));
      const gx = ((light[at + 1] ?? 0) - (light[at - 1] ?? 0)) / 2;
      const gy = ((light[at + width] ?? 0) - (light[at - width] ?? 0)) / 2;
      xx += gx * gx;
      yy += gy * gy;
      xy += gx * gy;
    }
  }
  return { xx: xx / 9, yy: yy / 9, xy: xy / 9 };
}

/** Between two directions without a sense (an angle and its opposite are one): the angles are doubled and mixed. */
function blendAngles(first: number, second: number, part: number): number {
  const x = Math.cos(2 * first) * (1 - part) + Math.cos(2 * second) * part;
  const y = Math.sin(2 * first) * (1 - part) + Math.sin(2 * second) * part;
  return Math.atan2(y, x) / 2;
}
