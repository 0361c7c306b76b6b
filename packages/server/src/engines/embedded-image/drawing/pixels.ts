import type { Sharp } from 'sharp';
import type { Cutout } from './cutout.js';

/** Any picture as red, green, blue and alpha. */
export async function pixelsOf(source: Sharp): Promise<Cutout> {
  const { data, info } = await source.toColourspace('srgb').ensureAlpha().raw().toBuffer({ resolveWithObject: true });
  return { width: info.width, height: info.height, data: new Uint8Array(data.buffer, data.byteOffset, data.length) };
}
