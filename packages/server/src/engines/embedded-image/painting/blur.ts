/** One number per pixel, 0..65535, row by row. */
export type Plane = Uint16Array;

/**
 * Means over squares of `2 × radius + 1`, twice: close to a Gaussian, at a cost that does not grow with the radius.
 *
 * @param radius whole pixels, at least 1.
 */
export function blur(plane: Plane, width: number, height: number, radius: number, check: () => void): Plane {
  const aside = new Uint16Array(plane.length);
  const result = new Uint16Array(plane.length);
  blurRows(plane, aside, width, height, radius);
  check();
  blurRows(aside, result, width, height, radius);
  check();
  blurColumns(result, aside, width, height, radius);
  check();
  blurColumns(aside, result, width, height, radius);
  check();
  return result;
}

function blurRows(from: Plane, to: Plane, width: number, height: number, radius: number): void {
  const scale = 1 / (2 * radius + 1);
  for (let y = 0; y < height; y++) {
    const row = y * width;
    const last = row + width - 1;
    let sum = (from[row] ?? 0) * radius;
    for (let x = 0; x < radius; x++) sum += from[Math.min(last, row + x)] ?? 0;
    for (let x = 0; x < width; x++) {
      sum += from[Math.min(last, row + x + radius)] ?? 0;
      to[row + x] = sum * scale;
      sum -= from[Math.max(row, row + x - radius)] ?? 0;
    }
  }
}

/** All columns at once, row by row: memory is read in its order. */
function blurColumns(from: Plane, to: Plane, width: number, height: number, radius: number): void {
  const scale = 1 / (2 * radius + 1);
  const sums = new Float64Array(width);
  const rowOf = (y: number) => Math.max(0, Math.min(height - 1, y)) * width;
  for (let y = -radius; y < radius; y++) {
    const row = rowOf(y);
    for (let x = 0; x < width; x++) sums[x] = (sums[x] ?? 0) + (from[row + x] ?? 0);
  }
  for (let y = 0; y < height; y++) {
    const entering = rowOf(y + radius);
    const leaving = rowOf(y - radius);
    const row = y * width;
    for (let x = 0; x < width; x++) {
      const sum = (sums[x] ?? 0) + (from[entering + x] ?? 0);
      to[row + x] = sum * scale;
      sums[x] = sum - (from[leaving + x] ?? 0);
    }
  }
}

/** How bright each pixel is, 0..65280. */
export function lightPlane(data: Uint8Array): Plane {
  const plane = new Uint16Array(data.length / 3);
  for (let index = 0, at = 0; index < plane.length; index++, at += 3)
    plane[index] = 77 * (data[at] ?? 0) + 151 * (data[at + 1] ?? 0) + 28 * (data[at + 2] ?? 0);
  return plane;
}
