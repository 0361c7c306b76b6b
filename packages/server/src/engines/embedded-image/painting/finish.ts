import type { Raster } from './raster.js';
import type { Style } from './styles.js';

/**
 * The last touch: light from the upper left on the ridges of the paint, and corners that fall off a little.
 *
 * @param strength 0 does nothing, 1 does all of it.
 */
export function finish(canvas: Raster, style: Style, strength: number): void {
  const { width, height, data } = canvas;
  const before = style.relief > 0 ? data.slice() : data;
  const middleX = width / 2;
  const middleY = height / 2;
  const reach = middleX * middleX + middleY * middleY;
  const vignette = style.grade.blocks === undefined && style.grade.duotone === undefined ? 0.16 * strength : 0;
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const at = (y * width + x) * 3;
      let relief = 0;
      if (style.relief > 0 && x > 0 && y > 0) {
        const behind = at - (width + 1) * 3;
        relief = lightAt(before, at) - lightAt(before, behind);
        relief = Math.max(-14, Math.min(14, relief)) * style.relief * strength * 0.6;
      }
      const far = ((x - middleX) ** 2 + (y - middleY) ** 2) / reach;
      const fall = 1 - vignette * far * far;
      for (let c = 0; c < 3; c++)
        data[at + c] = Math.max(0, Math.min(255, ((before[at + c] ?? 0) + relief) * fall + 0.5));
    }
  }
}

function lightAt(data: Uint8Array, at: number): number {
  return 0.3 * (data[at] ?? 0) + 0.59 * (data[at + 1] ?? 0) + 0.11 * (data[at + 2] ?? 0);
}
