import type { Random } from '../random.js';
import { createRaster, type Raster } from './raster.js';

/** Smooth noise over a plane, -1..1, from a lattice of random values that repeats after 16 units. */
export type Field = (x: number, y: number) => number;

/** Values of the lattice in a row: a power of two, so that wrapping is a mask. */
const CELLS = 16;
const MASK = CELLS - 1;

/** Makes a smooth field whose bumps are one unit wide. */
export function createField(random: Random): Field {
  const lattice = Float32Array.from({ length: CELLS * CELLS }, () => random.next() * 2 - 1);
  return (x, y) => {
    const left = Math.floor(x);
    const top = Math.floor(y);
    const across = ease(x - left);
    const down = ease(y - top);
    const x0 = left & MASK;
    const x1 = (left + 1) & MASK;
    const y0 = (top & MASK) * CELLS;
    const y1 = ((top + 1) & MASK) * CELLS;
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
