import { LIMITS } from '@rendercast/protocol';
import sharp from 'sharp';
import type { PreviewReport } from '../engine.js';
import type { SocketPicture } from './frames.js';

const SMALLER_PX = 384;

/** A preview as the house takes it: with its size, and made smaller where the server's is too large. Null: no picture. */
export async function toPreview({ bytes, mediaType }: SocketPicture): Promise<PreviewReport | null> {
  try {
    if (bytes.length <= LIMITS.previewBytes) {
      const { width, height } = await sharp(bytes).metadata();
      return { mediaType, bytes, width, height };
    }
    const resized = sharp(bytes).resize(SMALLER_PX, SMALLER_PX, { fit: 'inside' }).jpeg({ quality: 75 });
    const { data, info } = await resized.toBuffer({ resolveWithObject: true });
    return { mediaType: 'image/jpeg', bytes: data, width: info.width, height: info.height };
  } catch {
    return null;
  }
}
