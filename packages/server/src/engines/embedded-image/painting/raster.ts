/** A picture in memory: three bytes per pixel (red, green, blue), row by row. */
export interface Raster {
  width: number;
  height: number;
  data: Uint8Array;
}

export function createRaster(width: number, height: number): Raster {
  return { width, height, data: new Uint8Array(width * height * 3) };
}

/** Half the size (rounded up), each pixel the mean of its four. */
function halve(from: Raster): Raster {
  const half = createRaster(Math.max(1, (from.width + 1) >> 1), Math.max(1, (from.height + 1) >> 1));
  const { data, width } = from;
  for (let y = 0; y < half.height; y++) {
    const top = Math.min(from.height - 1, y * 2) * width;
    const bottom = Math.min(from.height - 1, y * 2 + 1) * width;
    for (let x = 0; x < half.width; x++) {
      const left = Math.min(width - 1, x * 2);
      const right = Math.min(width - 1, x * 2 + 1);
      const to = (y * half.width + x) * 3;
      for (let c = 0; c < 3; c++) {
        const sum =
          (data[(top + left) * 3 + c] ?? 0) +
          (data[(top + right) * 3 + c] ?? 0) +
          (data[(bottom + left) * 3 + c] ?? 0) +
          (data[(bottom + right) * 3 + c] ?? 0);
        half.data[to + c] = (sum + 2) >> 2;
      }
    }
  }
  return half;
}

/** The picture at a new size, with straight interpolation. */
export function stretch(from: Raster, width: number, height: number): Raster {
  const to = createRaster(width, height);
  for (let y = 0; y < height; y++) {
    const fromY = Math.max(0, Math.min(from.height - 1, ((y + 0.5) * from.height) / height - 0.5));
    const top = Math.floor(fromY);
    const bottom = Math.min(from.height - 1, top + 1);
    const down = fromY - top;
    for (let x = 0; x < width; x++) {
      const fromX = Math.max(0, Math.min(from.width - 1, ((x + 0.5) * from.width) / width - 0.5));
      const left = Math.floor(fromX);
      const right = Math.min(from.width - 1, left + 1);
      const across = fromX - left;
      for (let c = 0; c < 3; c++) {
        const a = from.data[(top * from.width + left) * 3 + c] ?? 0;
        const b = from.data[(top * from.width + right) * 3 + c] ?? 0;
        const d = from.data[(bottom * from.width + left) * 3 + c] ?? 0;
        const e = from.data[(bottom * from.width + right) * 3 + c] ?? 0;
        const upper = a + (b - a) * across;
        const lower = d + (e - d) * across;
        to.data[(y * width + x) * 3 + c] = upper + (lower - upper) * down + 0.5;
      }
    }
  }
  return to;
}

/** The picture and its halvings down to a few pixels: level 0 is the picture itself. */
export function createPyramid(picture: Raster): Raster[] {
  const levels = [picture];
  for (let last = picture; Math.min(last.width, last.height) > 4; ) {
    last = halve(last);
    levels.push(last);
  }
  return levels;
}

/** Root mean square difference of two pictures of one size, 0..255. */
export function difference(first: Raster, second: Raster): number {
  let sum = 0;
  for (let index = 0; index < first.data.length; index++) {
    const gap = (first.data[index] ?? 0) - (second.data[index] ?? 0);
    sum += gap * gap;
  }
  return Math.sqrt(sum / first.data.length);
}
