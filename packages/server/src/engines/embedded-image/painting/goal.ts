import type { Random } from '../random.js';
import { createField } from './noise.js';
import { createRaster, type Raster } from './raster.js';

/** How freely the painter reads the prompt: 1 at guidance 0, a third at 7, near nothing from 20 on. */
export function looseness(guidance: number): number {
  return 1 / (1 + (guidance / 4.5) ** 1.6);
}

/** A scene, and how much of each of its pixels is subject, 0..255. */
export interface Sight {
  picture: Raster;
  focus: Uint8Array;
}

/** Below this looseness nothing would be seen of the drift. */
const STRICT = 0.05;

/**
 * What the painter remembers of the scene, drifted by the given looseness. Shapes wobble, hues wander and light moves in
 * slow seeded waves, so a low guidance gives a free, colourful picture.
 */
export function imagine({ picture, focus }: Sight, loose: number, random: Random, check: () => void): Sight {
  if (loose < STRICT) return { picture, focus };
  const { width, height, data } = picture;
  const drifted = createRaster(width, height);
  const drawn = new Uint8Array(width * height);
  const short = Math.min(width, height);
  const [wobbleX, wobbleY, hue, light] = [0, 1, 2, 3].map(() => createField(random)) as [Field, Field, Field, Field];
  const wobble = loose * loose * short * 0.055;
  const turn = loose * loose * 1.7;
  const glow = loose * loose * 70;
  for (let y = 0; y < height; y++) {
    if (y % 16 === 0) check();
    const v = y / short;
    for (let x = 0; x < width; x++) {
      const u = x / short;
      const fromX = clamp(Math.round(x + wobble * wobbleX(u * 7, v * 7)), width - 1);
      const fromY = clamp(Math.round(y + wobble * wobbleY(u * 7, v * 7)), height - 1);
      const from = fromY * width + fromX;
      const to = y * width + x;
      drawn[to] = focus[from] ?? 0;
      rotateHue(data, from * 3, drifted.data, to * 3, turn * hue(u * 4, v * 4), glow * light(u * 5, v * 5));
    }
  }
  return { picture: drifted, focus: drawn };
}

type Field = ReturnType<typeof createField>;

/** Turns the hue of one pixel in YIQ, where brightness stays the same. */
function rotateHue(source: Uint8Array, from: number, to: Uint8Array, at: number, angle: number, lift: number): void {
  const r = source[from] ?? 0;
  const g = source[from + 1] ?? 0;
  const b = source[from + 2] ?? 0;
  // Series are enough for less than a third of a turn, and many times as fast.
  const square = angle * angle;
  const cos = 1 - square * (1 / 2 - square / 24);
  const sin = angle * (1 - square * (1 / 6 - square / 120));
  const y = 0.299 * r + 0.587 * g + 0.114 * b + lift;
  const i = 0.596 * r - 0.274 * g - 0.322 * b;
  const q = 0.211 * r - 0.523 * g + 0.312 * b;
  const i2 = i * cos - q * sin;
  const q2 = i * sin + q * cos;
  to[at] = clamp(y + 0.956 * i2 + 0.621 * q2, 255);
  to[at + 1] = clamp(y - 0.272 * i2 - 0.647 * q2, 255);
  to[at + 2] = clamp(y - 1.106 * i2 + 1.703 * q2, 255);
}

function clamp(value: number, high: number): number {
  return value < 0 ? 0 : value > high ? high : value;
}
