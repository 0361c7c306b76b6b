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
  return { width, height, data: stretchBytes(from, 3, width, height) };
}

/** The same for any number of bytes per pixel. */
export function stretchBytes(from: Raster, channels: number, width: number, height: number): Uint8Array {
  const to = new Uint8Array(width * height * channels);
  const across = createTaps(from.width, width, channels);
  const { data } = from;
  for (let y = 0; y < height; y++) {
    const fromY = Math.max(0, Math.min(from.height - 1, ((y + 0.5) * from.height) / height - 0.5));
    const top = Math.floor(fromY) * from.width * channels;
    const bottom = Math.min(from.height - 1, Math.floor(fromY) + 1) * from.width * channels;
    const down = fromY - Math.floor(fromY);
    for (let x = 0; x < width; x++) {
      const left = across.left[x] ?? 0;
      const right = across.right[x] ?? 0;
      const part = across.part[x] ?? 0;
      for (let c = 0; c < channels; c++) {
        const a = data[top + left + c] ?? 0;
        const d = data[bottom + left + c] ?? 0;
        const upper = a + ((data[top + right + c] ?? 0) - a) * part;
        const lower = d + ((data[bottom + right + c] ?? 0) - d) * part;
        to[(y * width + x) * channels + c] = upper + (lower - upper) * down + 0.5;
      }
    }
  }
  return to;
}

/** For each new column the two old ones beside it, and how far it is on its way to the second. */
function createTaps(from: number, to: number, channels: number) {
  const left = new Uint32Array(to);
  const right = new Uint32Array(to);
  const part = new Float32Array(to);
  for (let x = 0; x < to; x++) {
    const place = Math.max(0, Math.min(from - 1, ((x + 0.5) * from) / to - 0.5));
    left[x] = Math.floor(place) * channels;
    right[x] = Math.min(from - 1, Math.floor(place) + 1) * channels;
    part[x] = place - Math.floor(place);
  }
  return { left, right, part };
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

/** Between two pictures of one size; `part` 0 is the first. */
export function blend(first: Raster, second: Raster, part: number): Raster {
  const data = first.data.map((value, index) => value + ((second.data[index] ?? 0) - value) * part + 0.5);
  return { width: first.width, height: first.height, data };
}
