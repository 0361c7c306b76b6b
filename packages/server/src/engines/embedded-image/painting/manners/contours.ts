import { blur, lightPlane, type Plane } from '../blur.js';
import type { View } from './view.js';

/** A byte of brightness, in units of a plane. */
const LEVEL = 256;

/**
 * Where a pen would draw, 0..255 for each pixel: on the dark side of edges (the difference of two blurs, as in Winnemöller's
 * XDoG) and around the subjects.
 *
 * @param weight width of the pen, in pixels.
 */
export function contours({ picture, focus, check }: View, weight: number): Uint8Array {
  const { width, height } = picture;
  const lines = new Uint8Array(width * height);
  const fine = Math.max(1, Math.round(weight * 0.5));
  const wide = fine + Math.max(1, Math.round(weight * 0.8));
  const draw = (plane: Plane, from: number, to: number) => {
    const near = blur(plane, width, height, fine, check);
    const far = blur(plane, width, height, wide, check);
    const scale = 255 / (to - from);
    for (let index = 0; index < lines.length; index++) {
      const drop = ((far[index] ?? 0) - (near[index] ?? 0) - from) * scale;
      if (drop > (lines[index] ?? 0)) lines[index] = drop > 255 ? 255 : drop;
    }
  };
  draw(lightPlane(picture.data), 2.5 * LEVEL, 12 * LEVEL);
  draw(
    Uint16Array.from(focus, (value) => value * LEVEL),
    14 * LEVEL,
    40 * LEVEL,
  );
  return lines;
}
