import sharp from 'sharp';

export interface PictureWish {
  seed: number;
  width: number;
  height: number;
  /** 0 to 1: how far the work is. */
  done: number;
  format: 'png' | 'jpeg';
}

/** A small real picture in the colour of its seed, paler the less is done. The same wish gives the same bytes. */
export async function fakePicture({ seed, width, height, done, format }: PictureWish): Promise<Buffer> {
  const mix = (shift: number) => Math.round(255 - (255 - ((seed * 2_654_435_761 + shift * 97) % 256)) * done);
  const background = { r: mix(seed % 251), g: mix((seed % 241) + 3), b: Math.round(255 * (1 - done)) };
  const side = { width: Math.max(1, Math.min(width, 2_048)), height: Math.max(1, Math.min(height, 2_048)) };
  return await sharp({ create: { ...side, channels: 3, background } })
    .toFormat(format)
    .toBuffer();
}
