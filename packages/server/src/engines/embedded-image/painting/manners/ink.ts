import { createField } from '../noise.js';
import { createRaster, type Raster } from '../raster.js';
import { contours } from './contours.js';
import { lightCurve, lightOf } from './light-curve.js';
import type { View } from './view.js';

/** How bright the whole sheet is, 0..1. */
const MEAN = 0.7;
const PAPER = [245, 239, 226] as const;
const INK = [22, 20, 28] as const;
/** How much of the colours stays in the washes. */
const CHROMA = 0.42;

/** Brush and ink: washes in a few strengths with a breath of colour, and contours drawn over them. */
export function seeInk(view: View): Raster {
  const { picture, random, check } = view;
  const { width, height, data } = picture;
  const side = Math.min(width, height);
  const lines = contours(view, side / 190);
  const curve = lightCurve(picture, MEAN);
  const seen = createRaster(width, height);
  const cloud = createField(random.fork('wash'));
  for (let y = 0; y < height; y++) {
    if (y % 16 === 0) check();
    for (let x = 0; x < width; x++) {
      const at = (y * width + x) * 3;
      const light = lightOf(data, at);
      // Water carries the ink: the borders of the washes wander.
      const drift = cloud((x * 9) / side, (y * 9) / side) * 0.05;
      const dark = washes(1 - (curve[light] ?? 0) + drift);
      const line = (lines[y * width + x] ?? 0) / 255;
      for (let c = 0; c < 3; c++) {
        const paper = PAPER[c] ?? 0;
        const ink = INK[c] ?? 0;
        const wash = paper + (ink - paper) * dark + ((data[at + c] ?? 0) - light) * CHROMA * (1 - dark);
        const value = wash + (ink - wash) * line * 0.94;
        seen.data[at + c] = value < 0 ? 0 : value > 255 ? 255 : value;
      }
    }
  }
  return seen;
}

/** Darkness in five strengths with soft borders, the lightest of them bare paper. */
function washes(dark: number): number {
  const place = Math.max(0, Math.min(0.9999, (dark - 0.14) * 1.4)) * 4;
  const step = Math.floor(place);
  const within = place - step;
  const soft = within < 0.38 ? 0 : within > 0.62 ? 1 : (within - 0.38) / 0.24;
  return ((step + soft) / 4) ** 1.15 * 0.94;
}
