import { fromLatin1, fromUtf8, hasText, join, latin1, uint32, utf8, viewOf } from './bytes.js';
import { type FileTexts, RECIPE_KEYWORD } from './recipe.js';

/** Header of the tag, and of each frame in it. */
const HEAD_BYTES = 10;
const UNSYNCHRONISED = 0x80;
const EXTENDED = 0x40;

/** Whether an MP3 begins here: with an ID3 tag, or with a frame of layer III. */
export const isMp3 = (bytes: Uint8Array): boolean =>
  hasText(bytes, 0, 'ID3') || (bytes[0] === 0xff && ((bytes[1] ?? 0) & 0xe6) === 0xe2);

/** The texts of an ID3 tag (2.3 and 2.4) that tell how the file was made, of its own frames `TXXX`. */
export function readId3Texts(bytes: Uint8Array): FileTexts {
  const version = bytes[3] ?? 0;
  if (!hasText(bytes, 0, 'ID3') || version < 3 || version > 4 || bytes.length < HEAD_BYTES) return {};
  const flags = bytes[5] ?? 0;
  const inside = bytes.subarray(HEAD_BYTES, HEAD_BYTES + syncSafeAt(bytes, 6));
  const tag = (flags & UNSYNCHRONISED) === 0 ? inside : withoutStuffing(inside);
  const view = viewOf(tag);
  const sizeAt = (at: number) => (version === 4 ? syncSafeAt(tag, at) : view.getUint32(at));
  let at = (flags & EXTENDED) === 0 || tag.length < 4 ? 0 : sizeAt(0) + (version === 4 ? 0 : 4);
  for (; at + HEAD_BYTES <= tag.length && tag[at] !== 0; ) {
    const size = sizeAt(at + 4);
    const body = tag.subarray(at + HEAD_BYTES, at + HEAD_BYTES + size);
    if (hasText(tag, at, 'TXXX') && body.length === size) {
      const [name, text] = textsOf(body);
      if (name === RECIPE_KEYWORD && text !== undefined) return { rendercast: text };
    }
    at += HEAD_BYTES + size;
  }
  return {};
}

/** Strings of a frame: a byte for the encoding, then texts parted by zeros. */
function textsOf(body: Uint8Array): string[] {
  const rest = body.subarray(1);
  switch (body[0]) {
    case 0:
      return latin1(rest).split('\0');
    case 1:
      return new TextDecoder('utf-16').decode(rest).replaceAll('\ufeff', '').split('\0');
    case 2:
      return new TextDecoder('utf-16be').decode(rest).split('\0');
    default:
      return utf8(rest).split('\0');
  }
}

/** Undoes the zero that old players needed behind each byte 255. */
function withoutStuffing(bytes: Uint8Array): Uint8Array {
  return bytes.filter((byte, index) => byte !== 0 || bytes[index - 1] !== 0xff);
}

const syncSafeAt = (bytes: Uint8Array, at: number): number =>
  [0, 1, 2, 3].reduce((sum, index) => sum * 128 + ((bytes[at + index] ?? 0) & 0x7f), 0);

/** A frame of an ID3v2.4 tag. */
export function id3Frame(id: string, body: Uint8Array): Uint8Array {
  return join(fromLatin1(id), syncSafe(body.length), Uint8Array.of(0, 0), body);
}

/** The frame that holds our JSON: a text of our own name, in UTF-8. */
export function recipeFrame(json: string): Uint8Array {
  return id3Frame('TXXX', join(Uint8Array.of(3), fromUtf8(`${RECIPE_KEYWORD}\0${json}`)));
}

/** An ID3v2.4 tag of these frames. id3.org, "ID3 tag version 2.4.0". */
export function id3Tag(frames: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const body = join(...frames);
  return join(fromLatin1('ID3'), Uint8Array.of(4, 0, 0), syncSafe(body.length), body);
}

/** Sizes are written in seven bits per byte, so that they never look like the start of a frame. */
function syncSafe(size: number): Uint8Array {
  return uint32(((size & 0xfe00000) << 3) | ((size & 0x1fc000) << 2) | ((size & 0x3f80) << 1) | (size & 0x7f));
}
