import type { Random } from '../random.js';
import { createField } from './noise.js';
import type { Raster } from './raster.js';

/** The direction in which strokes run at a place of the picture, in radians. */
export interface Flow {
  angleAt(x: number, y: number): number;
  /** How strong the edge is there, 0..1. */
  edgeAt(x: number, y: number): number;
}

/**
 * Strokes follow the edges of the picture (structure tensor of its brightness); where there is none,
 * a slow seeded current carries them.
 *
 * @param picture a small version of the goal.
 * @param scale pixels of the canvas per pixel of `picture`.
 */
export function createFlow(picture: Raster, scale: number, random: Random): Flow {
  const { width, height } = picture;
  const light = brightness(picture);
  const angles = new Float32Array(width * height);
  const edges = new Float32Array(width * height);
  const current = createField(random);
  const currentScale = 2.5 / Math.min(width, height);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const tensor = tensorAt(light, width, height, x, y);
      const strength = Math.hypot(tensor.xx - tensor.yy, 2 * tensor.xy);
      const along = 0.5 * Math.atan2(2 * tensor.xy, tensor.xx - tensor.yy) + Math.PI / 2;
      const drift = current(x * currentScale, y * currentScale) * 0.9;
      const weight = Math.min(1, strength / 40);
      angles[y * width + x] = blendAngles(drift, along, weight);
      edges[y * width + x] = Math.min(1, Math.sqrt(tensor.xx + tensor.yy) / 45);
    }
  }
  const index = (x: number, y: number) => {
    const column = Math.max(0, Math.min(width - 1, Math.floor(x / scale)));
    const row = Math.max(0, Math.min(height - 1, Math.floor(y / scale)));
    return row * width + column;
  };
  return { angleAt: (x, y) => angles[index(x, y)] ?? 0, edgeAt: (x, y) => edges[index(x, y)] ?? 0 };
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
