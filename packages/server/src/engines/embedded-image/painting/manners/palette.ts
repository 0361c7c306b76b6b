import type { Random } from '../../random.js';
import type { Raster } from '../raster.js';

/** A few colours, three bytes each. */
export type Palette = Uint8Array;

const SAMPLES = 2_400;
const ROUNDS = 6;

/**
 * The colours that serve a picture best: the first are as far apart as possible, so that a small red thing gets its red, then all
 * move to the middle of what they stand for (k-means).
 */
export function choosePalette({ data }: Raster, count: number, random: Random): Palette {
  const pixels = data.length / 3;
  const samples = new Uint8Array(Math.min(SAMPLES, pixels) * 3);
  for (let at = 0; at < samples.length; at += 3) {
    const from =
      Math.floor(((at / samples.length) * pixels + random.next() * (pixels / (samples.length / 3))) % pixels) * 3;
    for (let c = 0; c < 3; c++) samples[at + c] = data[from + c] ?? 0;
  }
  const palette = spread(samples, count);
  for (let round = 0; round < ROUNDS; round++) settle(samples, palette);
  return palette;
}

/** Each colour the sample that is farthest from those before it. */
function spread(samples: Uint8Array, count: number): Palette {
  const palette = new Uint8Array(count * 3);
  const gaps = new Float64Array(samples.length / 3).fill(Number.POSITIVE_INFINITY);
  let farthest = 0;
  for (let index = 0; index < count; index++) {
    for (let c = 0; c < 3; c++) palette[index * 3 + c] = samples[farthest * 3 + c] ?? 0;
    let most = -1;
    for (let sample = 0; sample < gaps.length; sample++) {
      const gap = Math.min(gaps[sample] ?? 0, gapOf(samples, sample * 3, palette, index * 3));
      gaps[sample] = gap;
      if (gap <= most) continue;
      most = gap;
      farthest = sample;
    }
  }
  return palette;
}

/** Moves every colour to the mean of the samples that are nearest to it. */
function settle(samples: Uint8Array, palette: Palette): void {
  const sums = new Float64Array(palette.length);
  const counts = new Uint32Array(palette.length / 3);
  for (let at = 0; at < samples.length; at += 3) {
    const index = nearest(palette, samples, at);
    counts[index] = (counts[index] ?? 0) + 1;
    for (let c = 0; c < 3; c++) sums[index * 3 + c] = (sums[index * 3 + c] ?? 0) + (samples[at + c] ?? 0);
  }
  for (const [index, count] of counts.entries()) {
    if (count === 0) continue;
    for (let c = 0; c < 3; c++) palette[index * 3 + c] = (sums[index * 3 + c] ?? 0) / count + 0.5;
  }
}

/** Number of the colour that is nearest to the pixel at `at` of `data`. */
export function nearest(palette: Palette, data: Uint8Array, at: number): number {
  let best = 0;
  let least = Number.POSITIVE_INFINITY;
  for (let index = 0; index < palette.length; index += 3) {
    const gap = gapOf(data, at, palette, index);
    if (gap >= least) continue;
    least = gap;
    best = index;
  }
  return best / 3;
}

/** Eyes see green best and blue least. */
function gapOf(data: Uint8Array, at: number, palette: Palette, index: number): number {
  const red = (data[at] ?? 0) - (palette[index] ?? 0);
  const green = (data[at + 1] ?? 0) - (palette[index + 1] ?? 0);
  const blue = (data[at + 2] ?? 0) - (palette[index + 2] ?? 0);
  return 2 * red * red + 4 * green * green + 3 * blue * blue;
}
