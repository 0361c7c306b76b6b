/** The highest value within so many pixels, along rows and then along columns. */
export function widen<Plane extends Uint8Array | Uint16Array>(
  plane: Plane,
  width: number,
  height: number,
  reach: number,
): Plane {
  const aside = plane.slice() as Plane;
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      let most = 0;
      const last = Math.min(width - 1, x + reach);
      for (let other = Math.max(0, x - reach); other <= last; other++)
        most = Math.max(most, plane[y * width + other] ?? 0);
      aside[y * width + x] = most;
    }
  }
  const wide = aside.slice() as Plane;
  for (let y = 0; y < height; y++) {
    const last = Math.min(height - 1, y + reach);
    for (let x = 0; x < width; x++) {
      let most = 0;
      for (let other = Math.max(0, y - reach); other <= last; other++)
        most = Math.max(most, aside[other * width + x] ?? 0);
      wide[y * width + x] = most;
    }
  }
  return wide;
}
