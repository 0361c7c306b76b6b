import { hasText } from './bytes.js';
import type { FileTexts } from './recipe.js';
import { readCommentTexts } from './vorbis-comment.js';

const COMMENTS = 4;

export const isFlac = (bytes: Uint8Array): boolean => hasText(bytes, 0, 'fLaC');

/** The texts of a FLAC that tell how it was made, of its block of comments. RFC 9639, section 8. */
export function readFlacTexts(bytes: Uint8Array): FileTexts {
  for (let at = 4; at + 4 <= bytes.length; ) {
    const head = bytes[at] ?? 0;
    const length = ((bytes[at + 1] ?? 0) << 16) | ((bytes[at + 2] ?? 0) << 8) | (bytes[at + 3] ?? 0);
    if ((head & 0x7f) === COMMENTS) return readCommentTexts(bytes.subarray(at + 4, at + 4 + length));
    if ((head & 0x80) !== 0) break; // the last one before the music
    at += 4 + length;
  }
  return {};
}
