import { byte } from '../byte.js';
import type { Finish } from './finish.js';

/** Most that light may add or take on the side of a ridge, in levels. */
const MOST_LIGHT = 26;

/** Oil on canvas: light from the upper left on the ridges of the paint, the weave, and corners that fall off a little. */
export function showCanvas({ canvas, style, strength, check }: Finish): void {
  const { width, height, data, relief } = canvas;
  const side = Math.min(width, height);
  const body = style.relief * strength * 0.34;
  // A thread of the weave takes three pixels at least; on small pictures it would be nothing but stripes.
  const thread = (Math.PI * 2) / Math.max(3, side / 190);
  const weave = side < 200 ? 0 : 2.2 * strength * Math.min(1, style.relief * 2);
  const vignette = 0.15 * strength;
  const reach = (width / 2) ** 2 + (height / 2) ** 2;
  const columns = Float32Array.from({ length: width }, (_, x) => Math.sin(x * thread));
  for (let y = 0; y < height; y++) {
    if (y % 16 === 0) check();
    const across = Math.sin(y * thread);
    const farY = (y - height / 2) ** 2;
    for (let x = 0; x < width; x++) {
      const pixel = y * width + x;
      let light = weave * (columns[x] ?? 0) * across;
      if (relief !== null && x > 0 && y > 0) {
        const slope = ((relief[pixel] ?? 0) - (relief[pixel - width - 1] ?? 0)) * body;
        light += slope > MOST_LIGHT ? MOST_LIGHT : slope < -MOST_LIGHT ? -MOST_LIGHT : slope;
      }
      const far = ((x - width / 2) ** 2 + farY) / reach;
      const fall = 1 - vignette * far * far;
      const at = pixel * 3;
      for (let c = 0; c < 3; c++) data[at + c] = byte(((data[at + c] ?? 0) + light) * fall + 0.5);
    }
  }
}
