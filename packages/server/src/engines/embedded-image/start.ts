import sharp from 'sharp';
import { EngineError } from '../engine.js';
import type { Order } from './order.js';
import type { Raster } from './painting/raster.js';

/** Pixels of the largest picture that is read: as much as a camera makes. */
const MOST_PIXELS = 64_000_000;

/** The picture to start from, upright and cut to fill the size. Throws `unsupported_request` when it cannot be read. */
export async function readStart(init: NonNullable<Order['init']>, width: number, height: number): Promise<Raster> {
  try {
    const data = await sharp(init.bytes, { limitInputPixels: MOST_PIXELS })
      .autoOrient()
      .resize(width, height, { fit: 'cover' })
      .flatten({ background: '#ffffff' })
      .toColourspace('srgb')
      .raw()
      .toBuffer();
    return { width, height, data: new Uint8Array(data.buffer, data.byteOffset, data.length) };
  } catch (cause) {
    throw new EngineError('unsupported_request', 'The input is not a picture that this engine can read.', {
      retryable: false,
      cause,
    });
  }
}
