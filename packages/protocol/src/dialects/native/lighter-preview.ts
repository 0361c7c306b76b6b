import type { SmallPicture } from '../../dialect.js';
import { encodeFrame } from '../../frame.js';
import { decodePreview } from './decode.js';

/** A preview's frame with a smaller picture; null for a frame that is none. */
export async function lighterPreview(
  frame: Uint8Array,
  shrink: (picture: Uint8Array) => Promise<SmallPicture>,
): Promise<Uint8Array | null> {
  const preview = decodePreview(frame);
  if (preview === null || preview.header.level.kind !== 'preview') return null;
  const { bytes, ...picture } = await shrink(preview.picture);
  const level = { ...preview.header.level, ...picture, sizeBytes: bytes.length };
  return encodeFrame({ ...preview.header, level }, bytes);
}
