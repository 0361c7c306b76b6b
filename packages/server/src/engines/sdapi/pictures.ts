import sharp from 'sharp';

/** A picture as it came, known by its first bytes: these servers name no media type. */
export interface Picture {
  bytes: Buffer;
  mediaType: string;
  ending: string;
  width: number;
  height: number;
}

const FORMATS: Record<string, { mediaType: string; ending: string }> = {
  png: { mediaType: 'image/png', ending: 'png' },
  jpeg: { mediaType: 'image/jpeg', ending: 'jpg' },
  webp: { mediaType: 'image/webp', ending: 'webp' },
  tiff: { mediaType: 'image/tiff', ending: 'tiff' },
  gif: { mediaType: 'image/gif', ending: 'gif' },
};

/** What browsers show; anything else is made a PNG. */
const SHOWN = new Set(['png', 'jpeg', 'webp', 'gif']);
/** Longest side of a preview that had to be made smaller. */
const PREVIEW_PX = 512;
const PREVIEW_BYTES = 100_000;

/** Base64 with or without a `data:` prefix. */
export function fromBase64(text: string): Buffer {
  return Buffer.from(text.replace(/^data:[^,]*,/, ''), 'base64');
}

/** Reads a picture, in another format where one is asked for. Null: it is no picture. */
export async function readPicture(bytes: Buffer, format: 'png' | 'webp' | 'jpeg' | null): Promise<Picture | null> {
  try {
    const seen = await sharp(bytes).metadata();
    const wanted = format ?? (SHOWN.has(seen.format) ? seen.format : 'png');
    const whole = wanted === seen.format ? bytes : await sharp(bytes).toFormat(wanted).toBuffer();
    const names = FORMATS[wanted];
    if (names === undefined) return null;
    return { bytes: whole, ...names, width: seen.width, height: seen.height };
  } catch {
    return null;
  }
}

/** A preview that fits the bound of the house; null: it is no picture. */
export async function readPreview(bytes: Buffer): Promise<Picture | null> {
  const picture = await readPicture(bytes, null);
  if (picture === null || picture.bytes.length <= PREVIEW_BYTES) return picture;
  const small = await sharp(bytes)
    .resize(PREVIEW_PX, PREVIEW_PX, { fit: 'inside', withoutEnlargement: true })
    .jpeg({ quality: 70 })
    .toBuffer();
  return small.length <= PREVIEW_BYTES ? await readPicture(small, null) : null;
}
