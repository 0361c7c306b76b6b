import { crc32, deflateSync } from 'node:zlib';
import type { Json } from '@rendercast/protocol';
import { LIMITS } from '@rendercast/protocol';
import sharp from 'sharp';
import { baseSteps, MODEL, type Order } from './order.js';
import type { Raster } from './painting/raster.js';

/** A finished file. */
export interface Encoded {
  mediaType: string;
  ending: string;
  bytes: Uint8Array;
}

/** Longest side of a preview, in pixels. */
const PREVIEW_SIDE = 512;

/** The picture as a file. PNG carries its parameters in two text chunks: `parameters` (as people paste them) and `rendercast` (JSON). */
export async function encode(
  picture: Raster,
  order: Order,
  seed: number,
  parameters: Record<string, Json>,
): Promise<Encoded> {
  const image = open(picture);
  switch (order.format) {
    case 'png': {
      const png = await image.png({ compressionLevel: 6, adaptiveFiltering: true }).toBuffer();
      const texts = [
        textChunk('parameters', readable(order, seed)),
        textChunk('rendercast', JSON.stringify(parameters)),
      ];
      return { mediaType: 'image/png', ending: 'png', bytes: withChunks(png, texts) };
    }
    case 'webp':
      return { mediaType: 'image/webp', ending: 'webp', bytes: await image.webp({ quality: 90 }).toBuffer() };
    case 'jpeg':
      return {
        mediaType: 'image/jpeg',
        ending: 'jpg',
        bytes: await image.jpeg({ quality: 92, chromaSubsampling: '4:4:4' }).toBuffer(),
      };
  }
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

/** The block of text that other tools of the trade read from a PNG. */
function readable(order: Order, seed: number): string {
  const negative = order.negativePrompt === '' ? [] : [`Negative prompt: ${order.negativePrompt}`];
  const settings = [
    `Steps: ${baseSteps(order)}`,
    `CFG scale: ${order.guidance}`,
    `Seed: ${seed}`,
    `Size: ${order.width}x${order.height}`,
    `Model: ${MODEL.id}`,
    ...(order.init === null ? [] : [`Denoising strength: ${order.init.strength}`]),
    `Refiner steps: ${order.refinerSteps}`,
    'Version: Rendercast',
  ];
  return [order.prompt, ...negative, settings.join(', ')].join('\n');
}

/** An international text chunk: UTF-8, compressed. PNG specification, third edition, section 11.3.3.4. */
function textChunk(keyword: string, text: string): Buffer {
  const content = Buffer.concat([
    Buffer.from('iTXt'),
    Buffer.from(keyword, 'latin1'),
    Buffer.from([0, 1, 0, 0, 0]),
    deflateSync(Buffer.from(text, 'utf8')),
  ]);
  const chunk = Buffer.alloc(content.length + 8);
  chunk.writeUInt32BE(content.length - 4, 0);
  content.copy(chunk, 4);
  chunk.writeUInt32BE(crc32(content), content.length + 4);
  return chunk;
}

/** Puts chunks behind the header, which is 8 + 25 bytes long in every PNG. */
function withChunks(png: Buffer, chunks: Buffer[]): Uint8Array {
  return Buffer.concat([png.subarray(0, 33), ...chunks, png.subarray(33)]);
}
