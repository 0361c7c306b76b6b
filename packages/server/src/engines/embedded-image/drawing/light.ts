import { toRgb } from '../colour.js';
import type { Placed, Scene } from '../prompt/composition.js';
import { type Cutout, coverAt } from './cutout.js';
import type { Palette } from './palette.js';

/** What the light of the hour does to red, green and blue. */
const TINTS = {
  day: [1.02, 1, 0.97],
  dawn: [1.03, 0.95, 0.94],
  sunset: [1.06, 0.9, 0.8],
  night: [0.6, 0.66, 0.88],
} as const;
/** How strong the light on the edge towards the lamp is. */
const RIMS = { day: 0.14, dawn: 0.28, sunset: 0.42, night: 0.34 } as const;

/** Where the light comes from, as seen from a thing: -1 left to 1 right. */
export function lampSide(item: Placed, scene: Scene): number {
  const lamp = scene.sky.find(({ what }) => what === 'sun' || what === 'moon');
  return lamp === undefined ? 0 : Math.max(-1, Math.min(1, ((lamp.x - item.x) / scene.width) * 2));
}

/**
 * Puts a thing into the light of its scene: the tint of the hour, brighter towards the lamp, darker at the foot, an edge of
 * light, and the haze of distance.
 *
 * @param glowing whether warm lights of its own (windows at night) are to stay bright.
 */
export function illuminate(picture: Cutout, item: Placed, scene: Scene, palette: Palette, glowing: boolean): void {
  const { width, height, data } = picture;
  const sheltered = scene.ground === 'room' || scene.ground === 'plain';
  const tint = TINTS[sheltered && scene.time !== 'night' ? 'day' : scene.time];
  const side = lampSide(item, scene);
  const rim = sheltered ? 0.05 : RIMS[scene.time];
  const reach = Math.max(1.5, Math.min(width, height) * 0.014);
  const edge = toRgb(palette.haze).map((channel) => Math.min(255, channel * 1.12));
  const haze = toRgb(scene.ground === 'underwater' ? palette.water : palette.haze);
  const veil = hazeOf(item, scene);
  const grounded = item.rest === 'ground';
  for (let y = 0; y < height; y++) {
    const down = y / height;
    const foot = grounded ? 1 - 0.2 * Math.max(0, (down - 0.82) / 0.18) : 1;
    for (let x = 0; x < width; x++) {
      const at = (y * width + x) * 4;
      const alpha = data[at + 3] ?? 0;
      if (alpha === 0) continue;
      const shade = (1 + 0.11 * side * (2 * (x / width) - 1) + 0.1 * (0.5 - down)) * foot;
      const lit = rim * (1 - coverAt(picture, x + side * reach, y - reach * 0.7));
      const own = glowing && isWarmLight(data, at) ? 0.85 : 0;
      for (let channel = 0; channel < 3; channel++) {
        const before = data[at + channel] ?? 0;
        let value = before * (tint[channel] ?? 1) * shade;
        value += ((edge[channel] ?? 255) - value) * lit;
        value += ((haze[channel] ?? 255) - value) * veil;
        value += (before - value) * own;
        data[at + channel] = value < 0 ? 0 : value > 255 ? 255 : value;
      }
    }
  }
}

/** How much of the air lies over a thing. */
function hazeOf(item: Placed, { weather, ground }: Scene): number {
  if (ground === 'underwater') return 0.2;
  if (ground === 'room' || ground === 'plain' || ground === 'space') return 0;
  const far = item.rest === 'air' ? 0.12 : Math.max(0, item.distance - 0.3) / 0.7;
  return Math.min(0.75, far ** 1.4 * 0.42 * (weather === 'fog' ? 1.9 : weather === null ? 1 : 1.3));
}

/** Yellow and bright: a lit window, a lamp. */
function isWarmLight(data: Uint8Array, at: number): boolean {
  const [red, green, blue] = [data[at] ?? 0, data[at + 1] ?? 0, data[at + 2] ?? 0];
  return red > 205 && green > 150 && blue < green - 40;
}
