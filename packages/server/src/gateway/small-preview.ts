import type { SmallPicture } from '@rendercast/protocol';
import sharp from 'sharp';

/** What a small preview may weigh: a line of 256 kbit/s carries it in 100 ms. */
const MOST_BYTES = 3_000;
/** What is tried, the best first. The last one fits whatever it shows. */
const SIZES = [
  { longestPx: 192, quality: 45 },
  { longestPx: 128, quality: 40 },
  { longestPx: 80, quality: 25 },
] as const;

/** Makes a picture small enough for slow lines. Rejects for bytes that are no picture. */
export async function shrinkPicture(picture: Uint8Array): Promise<SmallPicture> {
  for (const { longestPx, quality } of SIZES) {
    const { data, info } = await sharp(picture)
      .resize(longestPx, longestPx, { fit: 'inside', withoutEnlargement: true })
      .webp({ quality, effort: 1 })
      .toBuffer({ resolveWithObject: true });
    if (data.length <= MOST_BYTES || longestPx === 80)
      return { bytes: data, mediaType: 'image/webp', width: info.width, height: info.height };
  }
  throw new Error('a preview has at least one size');
}

/** Small frames by the frames that they stand for: many slow lines may follow the same job. */
const made = new WeakMap<Uint8Array, Promise<Uint8Array | null>>();

/** The small frame of a frame, made once. */
export function smallFrame(frame: Uint8Array, make: () => Promise<Uint8Array | null>): Promise<Uint8Array | null> {
  const known = made.get(frame);
  if (known !== undefined) return known;
  const small = make();
  made.set(frame, small);
  return small;
}
