/** A picture with a clear background: four bytes per pixel (red, green, blue, alpha; colours not multiplied), row by row. */
export interface Cutout {
  width: number;
  height: number;
  data: Uint8Array;
}

export function createCutout(width: number, height: number): Cutout {
  return { width, height, data: new Uint8Array(width * height * 4) };
}

/** Lays a cutout over another one; `left` and `top` may lie outside. */
export function layOver(under: Cutout, over: Cutout, left: number, top: number): void {
  const firstX = Math.max(0, -left);
  const lastX = Math.min(over.width, under.width - left);
  const firstY = Math.max(0, -top);
  const lastY = Math.min(over.height, under.height - top);
  for (let y = firstY; y < lastY; y++) {
    for (let x = firstX; x < lastX; x++) {
      const from = (y * over.width + x) * 4;
      const alpha = over.data[from + 3] ?? 0;
      if (alpha === 0) continue;
      const at = ((y + top) * under.width + x + left) * 4;
      put(under.data, at, over.data[from] ?? 0, over.data[from + 1] ?? 0, over.data[from + 2] ?? 0, alpha / 255);
    }
  }
}

/** Lays one colour over one pixel; `part` is how much of it covers, 0 to 1. */
export function put(data: Uint8Array, at: number, red: number, green: number, blue: number, part: number): void {
  const below = (data[at + 3] ?? 0) / 255;
  const whole = part + below * (1 - part);
  if (whole <= 0) return;
  const share = part / whole;
  data[at] = red * share + (data[at] ?? 0) * (1 - share) + 0.5;
  data[at + 1] = green * share + (data[at + 1] ?? 0) * (1 - share) + 0.5;
  data[at + 2] = blue * share + (data[at + 2] ?? 0) * (1 - share) + 0.5;
  data[at + 3] = whole * 255 + 0.5;
}

/** How much of a place is covered, 0 to 1, between the pixels too; nothing outside. */
export function coverAt({ width, height, data }: Cutout, x: number, y: number): number {
  const left = Math.floor(x);
  const top = Math.floor(y);
  if (left < -1 || top < -1 || left >= width || top >= height) return 0;
  const across = x - left;
  const down = y - top;
  const cover = (column: number, row: number) =>
    column < 0 || row < 0 || column >= width || row >= height ? 0 : (data[(row * width + column) * 4 + 3] ?? 0);
  const upper = cover(left, top) * (1 - across) + cover(left + 1, top) * across;
  const lower = cover(left, top + 1) * (1 - across) + cover(left + 1, top + 1) * across;
  return (upper * (1 - down) + lower * down) / 255;
}
