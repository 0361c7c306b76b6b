import { createField } from '../noise.js';
import type { Raster } from '../raster.js';
import type { Style } from '../styles.js';
import { contours } from './contours.js';
import { tone } from './tone.js';
import type { View } from './view.js';

const PAPER = [252, 249, 241] as const;
const PENCIL = [92, 80, 78] as const;

/** Watercolour: light colours, a trace of pencil along the contours, and a border that stays paper. */
export function seeWatercolour(view: View, { grade }: Style): Raster {
  const { picture, random, check } = view;
  const { width, height } = picture;
  const side = Math.min(width, height);
  const lines = contours(view, side / 400);
  const seen = tone(picture, grade, check);
  const { data } = seen;
  const shore = createField(random.fork('shore'));
  const ripple = createField(random.fork('ripple'));
  for (let y = 0; y < height; y++) {
    if (y % 16 === 0) check();
    for (let x = 0; x < width; x++) {
      const at = (y * width + x) * 3;
      const line = ((lines[y * width + x] ?? 0) / 255) * 0.5;
      const fromEdge = Math.min(x, y, width - 1 - x, height - 1 - y) / side;
      // Only near the border: the field is the dear part.
      const bare = fromEdge > 0.09 ? 0 : bareness(fromEdge, shore, ripple, x / side, y / side);
      for (let c = 0; c < 3; c++) {
        const value = data[at + c] ?? 0;
        const drawn = value + ((PENCIL[c] ?? 0) - value) * line;
        data[at + c] = drawn + ((PAPER[c] ?? 0) - drawn) * bare;
      }
    }
  }
  return seen;
}

type Field = ReturnType<typeof createField>;

/** 1: the brush never came here. The shore of the wash wanders in slow bays with small ripples. */
function bareness(fromEdge: number, shore: Field, ripple: Field, u: number, v: number): number {
  const reach = 0.036 + 0.022 * shore(u * 4.3, v * 4.3) + 0.008 * ripple(u * 14, v * 14);
  const part = (reach - fromEdge) / 0.008 + 0.5;
  return part < 0 ? 0 : part > 1 ? 1 : part;
}
