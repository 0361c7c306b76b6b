import sharp from 'sharp';

/** Longest side of a thumbnail, in pixels: sharp on a list at twice the density. */
const SIDE_PX = 256;
/** Pictures beyond this are not opened: 16,384 × 16,384, far over what any engine makes, far under what fits in memory. */
const MAX_PIXELS = 268_435_456;

/** A small picture of a picture, and how large the picture itself is. */
export interface Thumbnail {
  bytes: Uint8Array;
  mediaType: 'image/webp';
  /** Size of the original as it is shown (turned upright), in pixels. */
  width: number;
  height: number;
}

/**
 * Makes a thumbnail in WebP, off the loop (in the threads of the image library); null when the bytes are no picture
 * that can be opened. Turned upright, stripped of metadata, never larger than the original.
 */
export async function makeThumbnail(picture: Uint8Array): Promise<Thumbnail | null> {
  try {
    const source = sharp(picture, { limitInputPixels: MAX_PIXELS, failOn: 'error' });
    const { width, height } = (await source.metadata()).autoOrient;
    const bytes = await source
      .autoOrient()
      .resize({ width: SIDE_PX, height: SIDE_PX, fit: 'inside', withoutEnlargement: true })
      .webp({ quality: 80 })
      .toBuffer();
    return { bytes, mediaType: 'image/webp', width, height };
  } catch {
    return null;
  }
}
