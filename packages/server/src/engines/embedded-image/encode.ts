import type { Json } from '@rendercast/protocol';
import { LIMITS } from '@rendercast/protocol';
import { writeA1111 } from '@rendercast/protocol/recipe/a1111';
import { writeJpegTexts } from '@rendercast/protocol/recipe/jpeg';
import { writePngTexts } from '@rendercast/protocol/recipe/png';
import { type FileTexts, packRecipe } from '@rendercast/protocol/recipe/recipe';
import { writeWebpTexts } from '@rendercast/protocol/recipe/webp';
import sharp from 'sharp';
import { type Order, requestOf } from './order.js';
import type { Raster } from './painting/raster.js';

/** A finished file. */
export interface Encoded {
  mediaType: string;
  ending: string;
  /** In a buffer of their own, which can be moved to another thread. */
  bytes: Uint8Array<ArrayBuffer>;
}

/** Longest side of a preview, in pixels. */
const PREVIEW_SIDE = 512;

/**
 * The picture as a file that says how it was made: our JSON and the text that other tools know, as text chunks of a PNG, as
 * XMP and Exif of a JPEG or WebP.
 */
export async function encode(
  picture: Raster,
  order: Order,
  seed: number,
  parameters: Record<string, Json>,
): Promise<Encoded> {
  const image = open(picture);
  const texts = textsOf(order, seed, parameters);
  switch (order.format) {
    case 'png': {
      const png = await image.png({ compressionLevel: 6, adaptiveFiltering: true }).toBuffer();
      return { mediaType: 'image/png', ending: 'png', bytes: writePngTexts(png, texts) };
    }
    case 'webp': {
      const webp = await image.webp({ quality: 90 }).toBuffer();
      return { mediaType: 'image/webp', ending: 'webp', bytes: writeWebpTexts(webp, texts, order) };
    }
    case 'jpeg': {
      const jpeg = await image.jpeg({ quality: 92, chromaSubsampling: '4:4:4' }).toBuffer();
      return { mediaType: 'image/jpeg', ending: 'jpg', bytes: writeJpegTexts(jpeg, texts) };
    }
  }
}

function textsOf(order: Order, seed: number, parameters: Record<string, Json>): FileTexts {
  const request = requestOf(order, seed);
  return {
    parameters: writeA1111(request, order.init?.strength ?? null),
    rendercast: packRecipe({ kind: 'image', request, parameters }),
  };
}

/** A JPEG of the canvas for on-lookers: at most 512 pixels a side and 100 kB. Noise compresses badly, so the quality gives way first. */
export async function encodePreview(
  canvas: Raster,
  order: Order,
): Promise<{ bytes: Uint8Array; width: number; height: number }> {
  const scale = Math.min(1, PREVIEW_SIDE / Math.max(order.width, order.height));
  const width = Math.max(1, Math.round(order.width * scale));
  const height = Math.max(1, Math.round(order.height * scale));
  for (const quality of [78, 55, 30, 10]) {
    const bytes = await open(canvas).resize(width, height, { fit: 'fill' }).jpeg({ quality }).toBuffer();
    if (bytes.length < LIMITS.previewBytes || quality === 10) return { bytes, width, height };
  }
  throw new Error('a preview has at least one quality');
}

function open({ width, height, data }: Raster) {
  return sharp(data, { raw: { width, height, channels: 3 } });
}
