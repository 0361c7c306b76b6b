import sharp from 'sharp';
import { createRandom } from './random.js';

/** Longest side that is drawn by hand; larger pictures are scaled up from it, off the loop. */
const DRAWN_PX = 192;

/** What a picture shows: discs on a shaded ground, all of it drawn from the seed. */
interface Scene {
  ground: readonly [number, number, number];
  discs: { x: number; y: number; radius: number; color: readonly [number, number, number] }[];
}

export interface PictureOptions {
  seed: number;
  width: number;
  height: number;
  /** 0 to 1: how much of the scene has come out of the noise. */
  done: number;
  format: 'png' | 'webp' | 'jpeg';
}

/** Draws the scene of a seed as it looks when this much of the work is done. The same options give the same bytes. */
export async function drawPicture(options: PictureOptions): Promise<Uint8Array> {
  const scale = Math.min(1, DRAWN_PX / Math.max(options.width, options.height));
  const width = Math.max(1, Math.round(options.width * scale));
  const height = Math.max(1, Math.round(options.height * scale));
  const raw = paint(sceneOf(options.seed), width, height, options);
  const picture = sharp(raw, { raw: { width, height, channels: 3 } });
  if (scale < 1) picture.resize(options.width, options.height, { fit: 'fill' });
  return await picture.toFormat(options.format).toBuffer();
}

function sceneOf(seed: number): Scene {
  const random = createRandom(seed);
  const color = (): readonly [number, number, number] => [random() * 255, random() * 255, random() * 255];
  const discs = Array.from({ length: 6 }, () => ({
    x: random(),
    y: random(),
    radius: 0.08 + random() * 0.25,
    color: color(),
  }));
  return { ground: color(), discs };
}

function paint(scene: Scene, width: number, height: number, { seed, done }: PictureOptions): Uint8Array {
  const noise = createRandom(seed ^ 0x9e3779b9);
  const grain = (1 - done) * 255;
  const pixels = new Uint8Array(width * height * 3);
  for (let row = 0; row < height; row++) {
    for (let column = 0; column < width; column++) {
      const color = colorAt(scene, column / width, row / height);
      const at = (row * width + column) * 3;
      for (let channel = 0; channel < 3; channel++) {
        const value = (color[channel] ?? 0) * done + noise() * grain;
        pixels[at + channel] = Math.min(255, Math.max(0, Math.round(value)));
      }
    }
  }
  return pixels;
}

function colorAt(scene: Scene, x: number, y: number): readonly [number, number, number] {
  const disc = scene.discs.findLast((each) => Math.hypot(each.x - x, each.y - y) < each.radius);
  if (disc !== undefined) return disc.color;
  const shade = 0.5 + y / 2;
  return [scene.ground[0] * shade, scene.ground[1] * shade, scene.ground[2] * shade];
}
