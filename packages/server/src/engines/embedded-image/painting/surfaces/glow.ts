import { blur } from '../blur.js';
import { byte } from '../byte.js';
import type { Finish } from './finish.js';

/** Values below this do not shine. */
const DARK = 96;

/** Neon: what is bright shines into what is around it, and the corners are dark. */
export function showGlow({ canvas, strength, check }: Finish): void {
  const { width, height, data } = canvas;
  const side = Math.min(width, height);
  const radius = Math.max(1, Math.round(side / 45));
  const reach = (width / 2) ** 2 + (height / 2) ** 2;
  for (let c = 0; c < 3; c++) {
    const shining = new Uint16Array(width * height);
    for (let pixel = 0, at = c; pixel < shining.length; pixel++, at += 3)
      shining[pixel] = Math.max(0, (data[at] ?? 0) - DARK) * 256;
    const light = blur(shining, width, height, radius, check);
    for (let y = 0; y < height; y++) {
      const farY = (y - height / 2) ** 2;
      for (let x = 0; x < width; x++) {
        const pixel = y * width + x;
        const far = ((x - width / 2) ** 2 + farY) / reach;
        const glow = ((light[pixel] ?? 0) / 256) * 0.75 * strength;
        const value = data[pixel * 3 + c] ?? 0;
        // Light adds up as on film: never beyond white.
        data[pixel * 3 + c] = byte((value + glow * (1 - value / 255)) * (1 - 0.3 * strength * far) + 0.5);
      }
    }
  }
}
