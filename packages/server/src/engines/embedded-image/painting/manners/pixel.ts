import { byte } from '../byte.js';
import { createRaster, type Raster } from '../raster.js';
import type { Style } from '../styles.js';
import { choosePalette, nearest } from './palette.js';
import { tone } from './tone.js';
import type { View } from './view.js';

const COLOURS = 26;
/** Squares across the shorter side: enough for faces, few enough to be seen. */
const ACROSS = 112;
/** How far the pattern of dots lifts and lowers the backdrop, in levels of a channel. */
const DITHER = 17;
const BAYER = [0, 8, 2, 10, 12, 4, 14, 6, 3, 11, 1, 9, 15, 7, 13, 5] as const;

/** Side of a square, in whole pixels. */
export function squareSide(width: number, height: number): number {
  return Math.max(1, Math.round(Math.min(width, height) / ACROSS));
}

/** Pixel art: squares of few colours, a dotted backdrop, dark outlines around the subjects. */
export function seePixels(view: View, { grade }: Style): Raster {
  const { picture, focus, random, check } = view;
  const side = squareSide(picture.width, picture.height);
  const squares = tone(shrink(picture, side), grade, check);
  const { width: columns, height: rows } = squares;
  const subject = shrinkFocus(focus, picture, side);
  check();
  const palette = choosePalette(squares, COLOURS, random.fork('palette'));
  const inside = (x: number, y: number) => isBody(subject, columns, rows, x, y);
  const { data } = squares;
  for (let y = 0; y < rows; y++) {
    for (let x = 0; x < columns; x++) {
      const at = (y * columns + x) * 3;
      const dots = inside(x, y) ? 0 : ((BAYER[(y % 4) * 4 + (x % 4)] ?? 0) / 15 - 0.5) * DITHER;
      for (let c = 0; c < 3; c++) data[at + c] = byte((data[at + c] ?? 0) + dots);
      const index = nearest(palette, data, at) * 3;
      const edge = !inside(x, y) && (inside(x - 1, y) || inside(x + 1, y) || inside(x, y - 1) || inside(x, y + 1));
      const dim = edge ? 0.42 : 1;
      for (let c = 0; c < 3; c++) data[at + c] = (palette[index + c] ?? 0) * dim;
    }
  }
  check();
  return enlarge(squares, picture.width, picture.height, side);
}

/** Whether a square belongs to a subject of some size: a drop of rain gets no outline. */
function isBody(subject: Uint8Array, columns: number, rows: number, x: number, y: number): boolean {
  const at = (column: number, row: number) =>
    column >= 0 && row >= 0 && column < columns && row < rows && (subject[row * columns + column] ?? 0) > 127;
  if (!at(x, y)) return false;
  let around = 0;
  for (let row = y - 1; row <= y + 1; row++)
    for (let column = x - 1; column <= x + 1; column++) if (at(column, row)) around++;
  return around > 4;
}

/** The mean of every square. */
function shrink({ width, height, data }: Raster, side: number): Raster {
  const small = createRaster(Math.ceil(width / side), Math.ceil(height / side));
  const sums = new Float64Array(small.width * 3);
  for (let row = 0; row < small.height; row++) {
    const top = row * side;
    const bottom = Math.min(height, top + side);
    sums.fill(0);
    for (let y = top; y < bottom; y++) {
      for (let x = 0; x < width; x++) {
        const to = Math.floor(x / side) * 3;
        for (let c = 0; c < 3; c++) sums[to + c] = (sums[to + c] ?? 0) + (data[(y * width + x) * 3 + c] ?? 0);
      }
    }
    for (let column = 0; column < small.width; column++) {
      const count = (bottom - top) * (Math.min(width, (column + 1) * side) - column * side);
      for (let c = 0; c < 3; c++)
        small.data[(row * small.width + column) * 3 + c] = (sums[column * 3 + c] ?? 0) / count;
    }
  }
  return small;
}

function shrinkFocus(focus: Uint8Array, { width, height }: Raster, side: number): Uint8Array {
  const columns = Math.ceil(width / side);
  const rows = Math.ceil(height / side);
  const small = new Uint8Array(columns * rows);
  for (let row = 0; row < rows; row++) {
    const y = Math.min(height - 1, row * side + (side >> 1));
    for (let column = 0; column < columns; column++)
      small[row * columns + column] = focus[y * width + Math.min(width - 1, column * side + (side >> 1))] ?? 0;
  }
  return small;
}

function enlarge(small: Raster, width: number, height: number, side: number): Raster {
  const large = createRaster(width, height);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const from = (Math.floor(y / side) * small.width + Math.floor(x / side)) * 3;
      const to = (y * width + x) * 3;
      for (let c = 0; c < 3; c++) large.data[to + c] = small.data[from + c] ?? 0;
    }
  }
  return large;
}
