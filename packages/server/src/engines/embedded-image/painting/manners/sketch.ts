import { createField } from '../noise.js';
import { createRaster, type Raster } from '../raster.js';
import { contours } from './contours.js';
import { lightCurve, lightOf } from './light-curve.js';
import type { View } from './view.js';

/** How bright the whole sheet is, 0..1. */
const MEAN = 0.55;
const PAPER = [247, 243, 233] as const;
const GRAPHITE = [56, 54, 60] as const;

/** A layer of hatching: its direction, and how dark a place must be to get it. */
const LAYERS = [
  { angle: -0.85, from: 0.2, full: 0.6 },
  { angle: -1.3, from: 0.5, full: 0.85 },
  { angle: 0.5, from: 0.7, full: 1 },
] as const;

/** Pencil: contours, and shade made of hatching, layer over layer the darker it is. */
export function seeSketch(view: View): Raster {
  const { picture, random, check } = view;
  const { width, height, data } = picture;
  const side = Math.min(width, height);
  const lines = contours(view, side / 300);
  const curve = lightCurve(picture, MEAN);
  const seen = createRaster(width, height);
  const wobble = createField(random.fork('hand'));
  const period = Math.max(3, side / 105);
  const families = LAYERS.map(({ angle, from, full }) => ({
    across: Math.cos(angle + Math.PI / 2) / period,
    down: Math.sin(angle + Math.PI / 2) / period,
    from,
    range: full - from,
  }));
  for (let y = 0; y < height; y++) {
    if (y % 16 === 0) check();
    for (let x = 0; x < width; x++) {
      const at = (y * width + x) * 3;
      const dark = 1 - (curve[lightOf(data, at)] ?? 0);
      const hand = wobble((x * 12) / side, (y * 12) / side);
      let shade = dark * 0.26;
      for (const { across, down, from, range } of families) {
        const part = Math.min(1, (dark - from) / range);
        if (part <= 0) continue;
        const place = x * across + y * down + hand * 0.8;
        const distance = Math.abs(place - Math.floor(place) - 0.5) * 2;
        // A line as wide as it is dark there, with soft sides.
        shade += Math.max(0, Math.min(1, (0.25 + 0.5 * part - distance) * 3)) * (0.22 + 0.3 * part);
      }
      const line = ((lines[y * width + x] ?? 0) / 255) * (0.85 + 0.15 * hand);
      const graphite = 1 - (1 - Math.min(0.82, shade)) * (1 - line * 0.92);
      for (let c = 0; c < 3; c++) {
        const paper = PAPER[c] ?? 0;
        seen.data[at + c] = paper + ((GRAPHITE[c] ?? 0) - paper) * graphite;
      }
    }
  }
  return seen;
}
