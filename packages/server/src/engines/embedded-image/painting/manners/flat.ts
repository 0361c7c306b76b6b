import { createRaster, type Raster } from '../raster.js';
import type { Style } from '../styles.js';
import { choosePalette, nearest } from './palette.js';
import { tone } from './tone.js';
import type { View } from './view.js';

const COLOURS = 18;

/** A print: a few colours, even and cut cleanly. */
export function seeFlat({ picture, random, check }: View, { grade }: Style): Raster {
  const { width, height } = picture;
  // Smoothed first: borders between colours of a print run in clean curves.
  const graded = soften(tone(picture, grade, check), createRaster(width, height), check);
  const palette = choosePalette(graded, COLOURS, random.fork('palette'));
  const { data } = graded;
  for (let at = 0; at < data.length; at += 3) {
    if (at % 98_304 === 0) check();
    const index = nearest(palette, data, at) * 3;
    for (let c = 0; c < 3; c++) data[at + c] = palette[index + c] ?? 0;
  }
  return soften(graded, createRaster(width, height), check);
}

/** Takes the steps out of slanted edges: each pixel half of itself and half of its neighbours. */
function soften({ width, height, data }: Raster, to: Raster, check: () => void): Raster {
  for (let y = 0; y < height; y++) {
    if (y % 16 === 0) check();
    const up = y === 0 ? 0 : -width * 3;
    const down = y === height - 1 ? 0 : width * 3;
    for (let x = 0; x < width; x++) {
      const left = x === 0 ? 0 : -3;
      const right = x === width - 1 ? 0 : 3;
      for (let c = 0; c < 3; c++) {
        const at = (y * width + x) * 3 + c;
        const around = (data[at + up] ?? 0) + (data[at + down] ?? 0) + (data[at + left] ?? 0) + (data[at + right] ?? 0);
        to.data[at] = (4 * (data[at] ?? 0) + around + 4) >> 3;
      }
    }
  }
  return to;
}
