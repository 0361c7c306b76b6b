import type { PreviewBytes } from './dialect.js';

/** Largest preview within a text message, in characters of base64. */
const MAX_PREVIEW_CHARS = 100_000;

/** A preview in base64, for dialects that know JPEG only; null when it is none, or too large. */
export function jpegPreview(preview: PreviewBytes | null): string | null {
  if (preview?.mediaType !== 'image/jpeg') return null;
  const text = base64(preview.bytes);
  return text.length < MAX_PREVIEW_CHARS ? text : null;
}

/** Bytes in base64. */
export function base64(bytes: Uint8Array): string {
  const pieces: string[] = [];
  // In pieces, as a function takes only so many arguments; each a multiple of three bytes.
  for (let at = 0; at < bytes.length; at += 8_190)
    pieces.push(btoa(String.fromCharCode(...bytes.subarray(at, at + 8_190))));
  return pieces.join('');
}
