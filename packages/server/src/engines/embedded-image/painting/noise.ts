import type { Random } from '../random.js';
import { createRaster, type Raster } from './raster.js';

/** Smooth noise over a plane, -1..1, from a lattice of random values that repeats after `cells`. */
export type Field = (x: number, y: number) => number;

/** Makes a smooth field whose bumps are one unit wide. */
export function createField(random: Random, cells = 16): Field {
  const lattice = Float32Array.from({ length: cells * cells }, () => random.next() * 2 - 1);
  return (x, y) => {
    const left = Math.floor(x);
    const top = Math.floor(y);
    const across = ease(x - left);
    const down = ease(y - top);
    const x0 = wrap(left, cells);
    const x1 = wrap(left + 1, cells);
    const y0 = wrap(top, cells) * cells;
    const y1 = wrap(top + 1, cells) * cells;
    const upper = (lattice[y0 + x0] ?? 0) * (1 - across) + (lattice[y0 + x1] ?? 0) * across;
    const lower = (lattice[y1 + x0] ?? 0) * (1 - across) + (lattice[y1 + x1] ?? 0) * across;
    return upper * (1 - down) + lower * down;
  };
}

/** The first canvas: fine grain over soft clouds of colour. */
export function noiseCanvas(width: number, height: number, random: Random): Raster {
  const canvas = createRaster(width, height);
  const fields = [createField(random), createField(random), createField(random)] as const;
  const scale = 5 / Math.min(width, height);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const grain = (random.next() - 0.5) * 90;
      const at = (y * width + x) * 3;
      for (let c = 0; c < 3; c++) {
        const cloud = (fields[c] ?? fields[0])(x * scale, y * scale) * 60;
        const speck = (random.next() - 0.5) * 110;
        canvas.data[at + c] = Math.max(0, Math.min(255, 122 + cloud + grain + speck));
      }
    }
  }
  return canvas;
}

function ease(t: number): number {
  return t * t * (3 - 2 * t);
}

function wrap(value: number, size: number): number {
  return ((value % size) + size) % size;
}
