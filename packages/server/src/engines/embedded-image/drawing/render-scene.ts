import sharp from 'sharp';
import type { Raster } from '../painting/raster.js';
import type { Placed, Scene } from '../prompt/composition.js';
import { type Cutout, createCutout, layOver } from './cutout.js';
import { drawGround } from './ground.js';
import { createPalette, type Palette } from './palette.js';
import { createPen, type Pen } from './pen.js';
import { type Piece, pictureOf } from './picture-of.js';
import { pixelsOf } from './pixels.js';
import { castShadow, mirrorInWater } from './shadow.js';
import { drawSky } from './sky.js';
import { drawWeather } from './weather.js';

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
  const palette = createPalette(scene);
  const backdrop = svgOf(scene, (pen) => drawSky(scene, palette, pen) + drawGround(scene, palette, pen));
  const under = await sharp(Buffer.from(backdrop))
    .flatten({ background: '#ffffff' })
    .toColourspace('srgb')
    .raw()
    .toBuffer();
  const subjects = createCutout(width, height);
  for (const item of scene.items) await addItem(subjects, item, scene, palette);
  const weather = svgOf(scene, (pen) => drawWeather(scene, palette, pen));
  if (weather.includes('/>')) layOver(subjects, await pixelsOf(sharp(Buffer.from(weather))), 0, 0);
  return {
    backdrop: { width, height, data: new Uint8Array(under.buffer, under.byteOffset, under.length) },
    subjects,
  };
}

function svgOf({ width, height }: Scene, draw: (pen: Pen) => string): string {
  const pen = createPen();
  const content = draw(pen);
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}">${pen.definitions()}${content}</svg>`;
}

/** One thing with its shadow, or with its image in the water. */
async function addItem(layer: Cutout, item: Placed, scene: Scene, palette: Palette): Promise<void> {
  const piece = await pictureOf(item, scene, palette);
  if (item.rest === 'water') mirrorInWater(layer, boxOf(piece, item), item);
  else if (item.rest === 'ground' && scene.ground !== 'underwater' && item.y > scene.horizon)
    castShadow(layer, boxOf(piece, item), item, scene);
  layOver(layer, piece.picture, piece.left, piece.top);
}

/** The part of a thing's picture that lies in its box, without what reaches beyond. */
function boxOf({ picture, left, top }: Piece, item: Placed): Cutout {
  const firstX = Math.max(0, Math.round(item.x - item.width / 2) - left);
  const firstY = Math.max(0, Math.round(item.y - item.height) - top);
  const width = Math.min(picture.width - firstX, Math.max(1, Math.round(item.width)));
  const height = Math.min(picture.height - firstY, Math.max(1, Math.round(item.height)));
  if (firstX === 0 && firstY === 0 && width === picture.width && height === picture.height) return picture;
  const box = createCutout(width, height);
  for (let row = 0; row < height; row++) {
    const from = ((firstY + row) * picture.width + firstX) * 4;
    box.data.set(picture.data.subarray(from, from + width * 4), row * width * 4);
  }
  return box;
}
