import sharp from 'sharp';
import type { Raster } from '../painting/raster.js';
import type { Scene } from '../prompt/composition.js';
import { drawScene } from './draw-scene.js';

/** A picture with a clear background: four bytes per pixel (red, green, blue, alpha; colours not multiplied), row by row. */
export interface Cutout {
  width: number;
  height: number;
  data: Uint8Array;
}

/** The layers of a scene in pixels, each of the scene's size. */
export interface SceneLayers {
  /** Sky and ground; covers everything. */
  backdrop: Raster;
  /** Subjects and weather; clear where there are none. */
  subjects: Cutout;
}

/** Draws a scene. The same scene gives the same pixels on one machine. */
export async function renderScene(scene: Scene): Promise<SceneLayers> {
  const { width, height } = scene;
  const { backdrop, subjects } = drawScene(scene);
  const under = await sharp(Buffer.from(backdrop))
    .flatten({ background: '#ffffff' })
    .toColourspace('srgb')
    .raw()
    .toBuffer();
  const over = await sharp(Buffer.from(subjects)).toColourspace('srgb').ensureAlpha().raw().toBuffer();
  return { backdrop: { width, height, data: bytesOf(under) }, subjects: { width, height, data: bytesOf(over) } };
}

function bytesOf(buffer: Buffer): Uint8Array {
  return new Uint8Array(buffer.buffer, buffer.byteOffset, buffer.length);
}
