import { hasText, viewOf } from './bytes.js';
import { readId3Texts } from './id3.js';
import type { FileTexts } from './recipe.js';

export const isWav = (bytes: Uint8Array): boolean => hasText(bytes, 0, 'RIFF') && hasText(bytes, 8, 'WAVE');

/** The texts of a WAV that tell how it was made, of the ID3 tag in its chunk `id3 `. */
export function readWavTexts(bytes: Uint8Array): FileTexts {
  const view = viewOf(bytes);
  for (let at = 12; at + 8 <= bytes.length; ) {
    const length = view.getUint32(at + 4, true);
    if (hasText(bytes, at, 'id3 ') || hasText(bytes, at, 'ID3 '))
      return readId3Texts(bytes.subarray(at + 8, at + 8 + length));
    at += 8 + length + (length % 2);
  }
  return {};
}
