import { fromLatin1, hasText, join, latin1, uint16, uint32, utf8, viewOf } from './bytes.js';

/** Tags of the Exif standard (CIPA DC-008). */
const TAG = { exifDirectory: 0x8769, userComment: 0x9286 } as const;
const TYPE = { long: 4, undefined: 7 } as const;
const CODE_BYTES = 8;

/** An Exif block whose user comment is the text: where tools of the trade look in JPEG and WebP. Begins with the TIFF header. */
export function writeExif(text: string): Uint8Array<ArrayBuffer> {
  const comment = join(fromLatin1('UNICODE\0'), utf16(text));
  const head = join(fromLatin1('MM\0*'), uint32(8));
  const root = directory(TAG.exifDirectory, TYPE.long, 1, 8 + 18);
  const exif = directory(TAG.userComment, TYPE.undefined, comment.length, 8 + 18 + 18);
  return join(head, root, exif, comment);
}

/** A directory of one entry, and none after it: 18 bytes. */
function directory(tag: number, type: number, count: number, value: number): Uint8Array {
  return join(uint16(1), uint16(tag), uint16(type), uint32(count), uint32(value), uint32(0));
}

function utf16(text: string): Uint8Array {
  const bytes = new Uint8Array(text.length * 2);
  const view = viewOf(bytes);
  for (let index = 0; index < text.length; index++) view.setUint16(index * 2, text.charCodeAt(index));
  return bytes;
}

/** The user comment of an Exif block; null when there is none. Takes it with and without the mark that JPEG puts before it. */
export function readExif(bytes: Uint8Array): string | null {
  const tiff = hasText(bytes, 0, 'Exif\0\0') ? bytes.subarray(6) : bytes;
  const little = hasText(tiff, 0, 'II*\0');
  if (!little && !hasText(tiff, 0, 'MM\0*')) return null;
  try {
    const view = viewOf(tiff);
    const root = findEntry(view, view.getUint32(4, little), TAG.exifDirectory, little);
    const exif = root === null ? null : findEntry(view, view.getUint32(root + 8, little), TAG.userComment, little);
    if (exif === null) return null;
    const length = view.getUint32(exif + 4, little);
    const from = length <= 4 ? exif + 8 : view.getUint32(exif + 8, little);
    return decodeComment(tiff.subarray(from, from + length), little);
  } catch {
    return null; // an address that leads outside
  }
}

/** Where the entry with this tag begins, of the directory at `at`. */
function findEntry(view: DataView, at: number, tag: number, little: boolean): number | null {
  const count = view.getUint16(at, little);
  for (let index = 0; index < count; index++) {
    const entry = at + 2 + index * 12;
    if (view.getUint16(entry, little) === tag) return entry;
  }
  return null;
}

function decodeComment(comment: Uint8Array, little: boolean): string {
  const text = comment.subarray(CODE_BYTES);
  if (hasText(comment, 0, 'ASCII\0\0\0')) return latin1(text);
  if (!hasText(comment, 0, 'UNICODE\0')) return utf8(text);
  const encoding = isLittle(text, little) ? 'utf-16le' : 'utf-16be';
  return new TextDecoder(encoding, { ignoreBOM: true }).decode(text);
}

/**
 * Writers disagree on whose byte order counts. Most text has its zeros in the higher bytes, which gives it away; where that is not
 * clear, the order of the block counts.
 */
function isLittle(text: Uint8Array, little: boolean): boolean {
  let zeros = 0;
  for (const [index, byte] of text.entries()) if (byte === 0) zeros += index % 2 === 0 ? 1 : -1;
  return Math.abs(zeros) > Math.max(4, text.length / 4) ? zeros < 0 : little;
}
