import { hasText, join } from './bytes.js';
import type { FileTexts } from './recipe.js';
import { readCommentTexts } from './vorbis-comment.js';

/** Bytes of a page before its table of segments. RFC 3533, section 6. */
const HEAD_BYTES = 27;
/** How the second packet begins, which holds the comments. */
const NAMES = ['OpusTags', '\x03vorbis'];

export const isOgg = (bytes: Uint8Array): boolean => hasText(bytes, 0, 'OggS');

/** The texts of an Ogg file (Opus or Vorbis) that tell how it was made, of its packet of comments. */
export function readOggTexts(bytes: Uint8Array): FileTexts {
  const packet = secondPacket(bytes);
  const name = NAMES.find((one) => hasText(packet, 0, one));
  return name === undefined ? {} : readCommentTexts(packet.subarray(name.length));
}

/** The second packet of a file of one stream, put together from the pages it lies on; what there is of it, if it is torn. */
function secondPacket(bytes: Uint8Array): Uint8Array {
  const pieces: Uint8Array[] = [];
  let packet = 0;
  for (let at = 0; packet < 2 && hasText(bytes, at, 'OggS') && at + HEAD_BYTES <= bytes.length; ) {
    const segments = bytes.subarray(at + HEAD_BYTES, at + HEAD_BYTES + (bytes[at + 26] ?? 0));
    let from = at + HEAD_BYTES + segments.length;
    for (const size of segments) {
      if (packet === 1) pieces.push(bytes.subarray(from, from + size));
      from += size;
      // A segment that is not full ends its packet.
      if (size < 255) packet++;
      if (packet > 1) break;
    }
    at = from;
  }
  return join(...pieces);
}
