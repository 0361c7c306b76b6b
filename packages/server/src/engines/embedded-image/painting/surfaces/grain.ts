import type { Random } from '../../random.js';

/** Side of the tile, a power of two. */
const SIDE = 256;

/** Height of the paper at a place in pixels, 0 (a valley) to 1 (a hill). Repeats after 256 grains. */
export type Grain = (x: number, y: number) => number;

/**
 * The tooth of a paper: noise at two scales, smoothed.
 *
 * @param size width of a grain, in pixels.
 */
export function createGrain(random: Random, size: number): Grain {
  const fine = smooth(Float32Array.from({ length: SIDE * SIDE }, () => random.next()));
  const coarse = smooth(smooth(smooth(fine)));
  const tile = equalise(fine.map((value, index) => value * 0.6 + (coarse[index] ?? 0) * 2.4));
  const scale = 1 / size;
  return (x, y) => {
    const u = x * scale;
    const v = y * scale;
    const column = Math.floor(u);
    const row = Math.floor(v);
    const across = u - column;
    const down = v - row;
    const at = (dx: number, dy: number) => tile[((row + dy) & (SIDE - 1)) * SIDE + ((column + dx) & (SIDE - 1))] ?? 0;
    const upper = at(0, 0) + (at(1, 0) - at(0, 0)) * across;
    const lower = at(0, 1) + (at(1, 1) - at(0, 1)) * across;
    return upper + (lower - upper) * down;
  };
}

/** Each place half of itself and half of its neighbours, around the edges of the tile. */
function smooth(tile: Float32Array): Float32Array {
  const mask = SIDE * SIDE - 1;
  return tile.map((value, index) => {
    const around =
      (tile[(index + 1) & mask] ?? 0) +
      (tile[(index - 1) & mask] ?? 0) +
      (tile[(index + SIDE) & mask] ?? 0) +
      (tile[(index - SIDE) & mask] ?? 0);
    return value * 0.5 + around * 0.125;
  });
}

/** Stretches the values over 0..1 by their rank, so that "the lowest third" means a third of the paper. */
function equalise(tile: Float32Array): Float32Array {
  const ranks = Uint32Array.from(tile.keys()).sort((left, right) => (tile[left] ?? 0) - (tile[right] ?? 0));
  const result = new Float32Array(tile.length);
  for (const [rank, index] of ranks.entries()) result[index] = rank / tile.length;
  return result;
}
