import { fromLatin1, fromUtf8, hasText, join, uint16, uint32, utf8, viewOf } from './bytes.js';
import { readExif, writeExif } from './exif.js';
import type { FileTexts } from './recipe.js';
import { readXmp, writeXmp } from './xmp.js';

const MARK = { exif: 'Exif\0\0', xmp: 'http://ns.adobe.com/xap/1.0/\0', more: 'http://ns.adobe.com/xmp/extension/\0' };
/** What a segment can hold beside its own length. */
const MOST_BYTES = 65_533;
/** Bytes of an extended packet per segment: what is left beside its mark, id, length and place. */
const PART_BYTES = 65_000;

export const isJpeg = (bytes: Uint8Array): boolean => bytes[0] === 0xff && bytes[1] === 0xd8 && bytes[2] === 0xff;

/** The texts of a JPEG that tell how it was made, of its Exif comment and its XMP packets. */
export function readJpegTexts(bytes: Uint8Array): FileTexts {
  const texts: FileTexts = {};
  const parts: Uint8Array[] = [];
  for (const segment of applicationSegments(bytes)) {
    if (hasText(segment, 0, MARK.exif)) {
      const comment = readExif(segment);
      if (comment !== null) texts.parameters ??= comment;
    } else if (hasText(segment, 0, MARK.xmp)) {
      const json = readXmp(utf8(segment.subarray(MARK.xmp.length)));
      if (json !== null) texts.rendercast ??= json;
    } else if (hasText(segment, 0, MARK.more)) parts.push(segment.subarray(MARK.more.length));
  }
  const json = parts.length === 0 ? null : readXmp(utf8(putTogether(parts)));
  if (json !== null) texts.rendercast ??= json;
  return texts;
}

/** Contents of the segments APP1 before the picture itself. */
function* applicationSegments(bytes: Uint8Array): Generator<Uint8Array> {
  const view = viewOf(bytes);
  for (let at = 2; at + 4 <= bytes.length && bytes[at] === 0xff; ) {
    const marker = bytes[at + 1] ?? 0;
    if (marker === 0xff) {
      at++; // a filler
      continue;
    }
    if (marker === 0xda || marker === 0xd9) return; // the picture, or the end
    const length = view.getUint16(at + 2);
    if (marker === 0xe1) yield bytes.subarray(at + 4, at + 2 + length);
    at += 2 + Math.max(2, length);
  }
}

/** The parts of an extended packet in their places: id (32), whole length (4), place (4), data. */
function putTogether(parts: readonly Uint8Array[]): Uint8Array {
  const placed = parts
    .filter(({ length }) => length > 40)
    .map((part) => ({ place: viewOf(part).getUint32(36), data: part.subarray(40) }))
    .sort((left, right) => left.place - right.place);
  return join(...placed.map(({ data }) => data));
}

/**
 * The JPEG with texts in it, behind its first marker. JSON that is too long for one segment goes into an extended packet, and
 * a comment that is too long is left out: that standard has no second segment.
 */
export function writeJpegTexts(jpeg: Uint8Array, { rendercast, parameters }: FileTexts): Uint8Array<ArrayBuffer> {
  const segments: Uint8Array[] = [];
  if (parameters !== undefined) {
    const exif = join(fromLatin1(MARK.exif), writeExif(parameters));
    if (exif.length <= MOST_BYTES) segments.push(segmentOf(exif));
  }
  if (rendercast !== undefined) segments.push(...xmpSegments(rendercast));
  return join(jpeg.subarray(0, 2), ...segments, jpeg.subarray(2));
}

function xmpSegments(json: string): Uint8Array[] {
  const mark = fromLatin1(MARK.xmp);
  const whole = join(mark, fromUtf8(writeXmp(json)));
  if (whole.length <= MOST_BYTES) return [segmentOf(whole)];
  const packet = fromUtf8(writeXmp(json));
  const id = idOf(packet);
  const segments = [segmentOf(join(mark, fromUtf8(writeXmp('', id))))];
  for (let at = 0; at < packet.length; at += PART_BYTES) {
    const head = join(fromLatin1(MARK.more), fromLatin1(id), uint32(packet.length), uint32(at));
    segments.push(segmentOf(join(head, packet.subarray(at, at + PART_BYTES))));
  }
  return segments;
}

function segmentOf(content: Uint8Array): Uint8Array {
  return join(Uint8Array.of(0xff, 0xe1), uint16(content.length + 2), content);
}

/** 32 hexadecimal digits that differ from packet to packet (the standard suggests MD5; any id does). */
function idOf(packet: Uint8Array): string {
  const words = [0x811c9dc5, 0x01000193, 0x9e3779b9, 0x85ebca6b].map((start) => {
    let hash = start;
    for (const byte of packet) hash = Math.imul(hash ^ byte, 0x01000193);
    return (hash >>> 0).toString(16).padStart(8, '0');
  });
  return words.join('').toUpperCase();
}
