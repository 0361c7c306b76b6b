import { byte } from '../byte.js';
import type { Finish } from './finish.js';
import { createGrain } from './grain.js';

/** Ink and pencil on paper: dark marks skip the valleys of its tooth a little. */
export function showPaper({ canvas, strength, random, check }: Finish): void {
  const { width, height, data } = canvas;
  const side = Math.min(width, height);
  const grain = createGrain(random.fork('tooth'), Math.max(1, side / 420));
  for (let y = 0; y < height; y++) {
    if (y % 16 === 0) check();
    for (let x = 0; x < width; x++) {
      const at = (y * width + x) * 3;
      const dark = 1 - ((data[at] ?? 0) + (data[at + 1] ?? 0) + (data[at + 2] ?? 0)) / 765;
      const tooth = grain(x, y) - 0.5;
      // Halftones show it most: bare paper has nothing to skip, and full ink fills everything.
      const light = -tooth * (5 + 46 * dark * (1 - dark)) * strength;
      for (let c = 0; c < 3; c++) data[at + c] = byte((data[at + c] ?? 0) + light + 0.5);
    }
  }
}
