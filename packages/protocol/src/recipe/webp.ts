import { fromLatin1, fromUtf8, hasText, join, latin1, uint32LittleEndian, utf8, viewOf } from './bytes.js';
import { readExif, writeExif } from './exif.js';
import type { FileTexts } from './recipe.js';
import { readXmp, writeXmp } from './xmp.js';

/** Bits of the extended header that say what follows (WebP container specification). */
const FLAG = { xmp: 0x04, exif: 0x08, alpha: 0x10 };

export const isWebp = (bytes: Uint8Array): boolean => hasText(bytes, 0, 'RIFF') && hasText(bytes, 8, 'WEBP');

/** The texts of a WebP that tell how it was made, of its chunks `EXIF` and `XMP `. */
export function readWebpTexts(bytes: Uint8Array): FileTexts {
  const texts: FileTexts = {};
  for (const { type, data } of chunksOf(bytes)) {
    const text = type === 'EXIF' ? readExif(data) : type === 'XMP ' ? readXmp(utf8(data)) : null;
    if (text !== null) texts[type === 'EXIF' ? 'parameters' : 'rendercast'] ??= text;
  }
  return texts;
}

function* chunksOf(bytes: Uint8Array): Generator<{ type: string; data: Uint8Array }> {
  const view = viewOf(bytes);
  for (let at = 12; at + 8 <= bytes.length; ) {
    const length = view.getUint32(at + 4, true);
    if (at + 8 + length > bytes.length) return; // torn
    yield { type: latin1(bytes.subarray(at, at + 4)), data: bytes.subarray(at + 8, at + 8 + length) };
    at += 8 + length + (length % 2);
  }
}

/** The WebP with texts in it, behind its picture. A plain file becomes an extended one. `size` is that of the picture, in pixels. */
export function writeWebpTexts(
  webp: Uint8Array,
  { rendercast, parameters }: FileTexts,
  size: { width: number; height: number },
): Uint8Array<ArrayBuffer> {
  const chunks = [...chunksOf(webp)];
  const kept = chunks.filter(({ type }) => type !== 'VP8X' && type !== 'EXIF' && type !== 'XMP ');
  const known = chunks.find(({ type }) => type === 'VP8X')?.data;
  const lossless = chunks.find(({ type }) => type === 'VP8L')?.data;
  // A lossless picture says in its own header whether it has an alpha channel.
  const alpha = lossless !== undefined && ((lossless[4] ?? 0) & 0x10) !== 0 ? FLAG.alpha : 0;
  const header = known === undefined ? extendedHeader(size, alpha) : Uint8Array.from(known);
  header[0] = (header[0] ?? 0) | (parameters === undefined ? 0 : FLAG.exif) | (rendercast === undefined ? 0 : FLAG.xmp);
  const body = join(
    fromLatin1('WEBP'),
    chunk('VP8X', header),
    ...kept.map(({ type, data }) => chunk(type, data)),
    ...(parameters === undefined ? [] : [chunk('EXIF', writeExif(parameters))]),
    ...(rendercast === undefined ? [] : [chunk('XMP ', fromUtf8(writeXmp(rendercast)))]),
  );
  return join(fromLatin1('RIFF'), uint32LittleEndian(body.length), body);
}

function extendedHeader({ width, height }: { width: number; height: number }, flags: number): Uint8Array {
  const [w, h] = [width - 1, height - 1];
  return Uint8Array.of(flags, 0, 0, 0, w, w >>> 8, w >>> 16, h, h >>> 8, h >>> 16);
}

/** Chunks are padded to an even length. */
function chunk(type: string, data: Uint8Array): Uint8Array {
  const head = join(fromLatin1(type), uint32LittleEndian(data.length));
  return join(head, data, new Uint8Array(data.length % 2));
}
