import { blur, lightPlane } from '../blur.js';
import { byte } from '../byte.js';
import { createField } from '../noise.js';
import type { Finish } from './finish.js';
import { createGrain } from './grain.js';

/**
 * Watercolour: pigment gathers in the valleys of the paper, at the borders of a wash, and in slow clouds where the water stood.
 * Densities after Bousseau and others, "Interactive watercolor rendering" (2006): thin paint stays thin, however dense.
 */
export function showWash({ canvas, strength, random, check }: Finish): void {
  const { width, height, data } = canvas;
  const side = Math.min(width, height);
  const grain = createGrain(random.fork('tooth'), Math.max(1, side / 420));
  const slow = createField(random.fork('water'));
  const quick = createField(random.fork('eddy'));
  const light = lightPlane(data);
  const around = blur(light, width, height, Math.max(1, Math.round(side / 150)), check);
  for (let y = 0; y < height; y++) {
    if (y % 16 === 0) check();
    const v = y / side;
    for (let x = 0; x < width; x++) {
      const pixel = y * width + x;
      const u = x / side;
      const water = slow(u * 5, v * 5) * 0.28 + quick(u * 15, v * 15) * 0.16;
      const rim = Math.max(0, (around[pixel] ?? 0) - (light[pixel] ?? 0)) / 65_280;
      const density = 1 + (water + (0.5 - grain(x, y)) * 0.26 + Math.min(0.5, rim * 3.2)) * strength;
      const at = pixel * 3;
      for (let c = 0; c < 3; c++) {
        const value = (data[at + c] ?? 0) / 255;
        data[at + c] = byte((value - (value - value * value) * (density - 1)) * 255 + 0.5);
      }
    }
  }
}
