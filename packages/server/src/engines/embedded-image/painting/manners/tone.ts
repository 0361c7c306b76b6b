import { createRaster, type Raster } from '../raster.js';

/** What becomes of the colours, in this order. */
export interface Grade {
  /** 1 leaves the saturation as it is, 0 is grey. */
  saturation?: number;
  contrast?: number;
  /** Below 1 lifts the dark tones: paintings on pale paper. */
  gamma?: number;
  /** Greys take this tint (sepia, ink): dark end, light end. */
  duotone?: readonly [readonly [number, number, number], readonly [number, number, number]];
  /** Mixes towards a tint: red, green, blue, part. */
  tint?: readonly [number, number, number, number];
}

/** Bytes between two looks at the stop sign: a multiple of three. */
const CHECK_EVERY = 98_304;

/** The colours of a picture, graded. */
export function tone(picture: Raster, how: Grade, check: () => void): Raster {
  const graded = createRaster(picture.width, picture.height);
  const from = picture.data;
  const to = graded.data;
  const { saturation = 1, duotone, tint } = how;
  const curve = createCurve(how);
  for (let at = 0; at < to.length; at += 3) {
    if (at % CHECK_EVERY === 0) check();
    const light = 0.3 * (from[at] ?? 0) + 0.59 * (from[at + 1] ?? 0) + 0.11 * (from[at + 2] ?? 0);
    const grey = duotone === undefined ? 0 : (curve[Math.round(light)] ?? 0) / 255;
    for (let c = 0; c < 3; c++) {
      let value = light + ((from[at + c] ?? 0) - light) * saturation;
      value = curve[clamp(value) | 0] ?? 0;
      if (duotone !== undefined) {
        const low = duotone[0][c] ?? 0;
        value = low + ((duotone[1][c] ?? 0) - low) * grey;
      }
      if (tint !== undefined) value += ((tint[c] ?? 0) - value) * tint[3];
      to[at + c] = clamp(value + 0.5);
    }
  }
  return graded;
}

/** Contrast and gamma of every value of a byte. */
function createCurve({ contrast = 1, gamma = 1 }: Grade): Float32Array {
  return Float32Array.from({ length: 256 }, (_, value) => 255 * (clamp((value - 128) * contrast + 128) / 255) ** gamma);
}

function clamp(value: number): number {
  return value < 0 ? 0 : value > 255 ? 255 : value;
}
