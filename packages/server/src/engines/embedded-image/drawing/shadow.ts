import type { Placed, Scene } from '../prompt/composition.js';
import { type Cutout, coverAt, put } from './cutout.js';
import { lampSide } from './light.js';

/** Shadows are of the colour of the air at its darkest, never black. */
const DARK = { red: 18, green: 16, blue: 38 } as const;

/** The shadow of something that stands: dark where it touches the ground, and its form lying on it, away from the lamp. */
export function castShadow(under: Cutout, picture: Cutout, item: Placed, scene: Scene): void {
  touchGround(under, item, scene.time === 'night' ? 0.5 : 0.42);
  if (scene.weather !== null && scene.time !== 'night') return;
  lieDown(under, picture, item, {
    slant: -lampSide(item, scene) * 0.9,
    length: 0.26,
    strength: scene.time === 'night' ? 0.2 : 0.24,
  });
}

/** A soft dark spot under the foot. */
function touchGround({ width, height, data }: Cutout, item: Placed, strength: number): void {
  const rx = item.width * 0.5;
  const ry = Math.max(1.5, Math.min(item.width, item.height) * 0.075);
  for (let y = Math.max(0, Math.floor(item.y - ry)); y < Math.min(height, item.y + ry); y++) {
    for (let x = Math.max(0, Math.floor(item.x - rx)); x < Math.min(width, item.x + rx); x++) {
      const far = ((x - item.x) / rx) ** 2 + ((y - item.y) / ry) ** 2;
      if (far < 1) put(data, (y * width + x) * 4, DARK.red, DARK.green, DARK.blue, strength * (1 - far) ** 1.4);
    }
  }
}

function lieDown(
  under: Cutout,
  picture: Cutout,
  item: Placed,
  how: { slant: number; length: number; strength: number },
): void {
  const { width, height, data } = under;
  const long = item.height * how.length;
  const reach = Math.abs(how.slant) * long + item.width * 0.5;
  const step = picture.width / item.width;
  for (let y = Math.max(0, Math.floor(item.y - long)); y < Math.min(height, item.y + 1); y++) {
    const up = (item.y - y) / long;
    const row = (1 - up) * (picture.height - 1);
    const fade = how.strength * (1 - up * 0.75);
    for (let x = Math.max(0, Math.floor(item.x - reach)); x < Math.min(width, item.x + reach); x++) {
      const across = x - item.x - how.slant * (item.y - y);
      // Soft, and the softer the farther from the foot: the mean of three places.
      const blur = (1 + up * 5) * step;
      const middle = across * step + picture.width / 2;
      const cover =
        (coverAt(picture, middle - blur, row) + coverAt(picture, middle, row) + coverAt(picture, middle + blur, row)) /
        3;
      if (cover > 0.01) put(data, (y * width + x) * 4, DARK.red, DARK.green, DARK.blue, fade * cover);
    }
  }
}

/** The mirror image of something on water, broken by small waves. */
export function mirrorInWater(under: Cutout, picture: Cutout, item: Placed): void {
  const { width, height, data } = under;
  const deep = item.height * 0.55;
  const left = Math.round(item.x - item.width / 2);
  for (let y = Math.max(0, Math.floor(item.y)); y < Math.min(height, item.y + deep); y++) {
    const down = (y - item.y) / deep;
    const row = Math.round(picture.height - 1 - down * 0.7 * picture.height);
    const sway = Math.sin(down * 26 + item.x) * item.width * 0.018 * (0.3 + down);
    for (let x = Math.max(0, left); x < Math.min(width, left + item.width); x++) {
      const column = Math.round(((x - left + sway) / item.width) * (picture.width - 1));
      if (column < 0 || column >= picture.width || row < 0) continue;
      const from = (row * picture.width + column) * 4;
      const alpha = (picture.data[from + 3] ?? 0) / 255;
      const part = alpha * 0.42 * (1 - down) * (0.75 + 0.25 * Math.sin(down * 40));
      if (part <= 0.01) continue;
      put(
        data,
        (y * width + x) * 4,
        picture.data[from] ?? 0,
        picture.data[from + 1] ?? 0,
        picture.data[from + 2] ?? 0,
        part,
      );
    }
  }
}
