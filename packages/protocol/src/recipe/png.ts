import { fromLatin1, fromUtf8, hasText, join, latin1, uint32, utf8, viewOf } from './bytes.js';
import { inflate } from './inflate.js';
import type { FileTexts } from './recipe.js';

const SIGNATURE = '\x89PNG\r\n\x1a\n';
/** Signature and header: 8 + 25 bytes in every PNG. */
const HEAD_BYTES = 33;

export const isPng = (bytes: Uint8Array): boolean => hasText(bytes, 0, SIGNATURE);

/** The texts of a PNG that tell how it was made, of its chunks `tEXt`, `zTXt` and `iTXt`. */
export async function readPngTexts(bytes: Uint8Array): Promise<FileTexts> {
  const texts: FileTexts = {};
  const view = viewOf(bytes);
  for (let at = 8; at + 12 <= bytes.length; ) {
    const length = view.getUint32(at);
    const from = at + 8;
    const to = from + length;
    if (to + 4 > bytes.length) break; // torn
    const type = latin1(bytes.subarray(at + 4, from));
    if (type === 'tEXt' || type === 'zTXt' || type === 'iTXt') {
      const found = await readText(type, bytes.subarray(from, to));
      if (found !== null) texts[found.keyword] ??= found.text;
    }
    at = to + 4;
  }
  return texts;
}

interface Found {
  keyword: keyof FileTexts;
  text: string;
}

async function readText(type: 'tEXt' | 'zTXt' | 'iTXt', data: Uint8Array): Promise<Found | null> {
  const end = data.indexOf(0);
  const keyword = end < 0 ? '' : latin1(data.subarray(0, end));
  if (keyword !== 'rendercast' && keyword !== 'parameters') return null;
  const rest = data.subarray(end + 1);
  if (type === 'tEXt') return { keyword, text: latin1(rest) };
  if (type === 'zTXt') {
    const text = await inflate(rest.subarray(1));
    return text === null ? null : { keyword, text: latin1(text) };
  }
  // A flag, a method, a language and a translated keyword stand before the text.
  const language = rest.indexOf(0, 2);
  const translated = language < 0 ? -1 : rest.indexOf(0, language + 1);
  if (translated < 0) return null;
  const body = rest.subarray(translated + 1);
  const text = rest[0] === 1 ? await inflate(body) : body;
  return text === null ? null : { keyword, text: utf8(text) };
}

/**
 * The PNG with texts in it, behind its header; plain, so that every tool can read them. PNG specification, third edition,
 * section 11.3.3.
 */
export function writePngTexts(png: Uint8Array, texts: FileTexts): Uint8Array<ArrayBuffer> {
  const chunks = Object.entries(texts).map(([keyword, text]) => textChunk(keyword, text as string));
  return join(png.subarray(0, HEAD_BYTES), ...chunks, png.subarray(HEAD_BYTES));
}

/** `tEXt` where Latin-1 is enough, since some tools read no other; else `iTXt`, which is UTF-8. */
function textChunk(keyword: string, text: string): Uint8Array {
  const plain = /^[\n\x20-\x7e\xa0-\xff]*$/.test(text);
  const body = plain
    ? join(fromLatin1(`tEXt${keyword}\0`), fromLatin1(text))
    : join(fromLatin1(`iTXt${keyword}\0\0\0\0\0`), fromUtf8(text));
  return join(uint32(body.length - 4), body, uint32(crc32(body)));
}

const CRC_TABLE = Uint32Array.from({ length: 256 }, (_, index) => {
  let value = index;
  for (let bit = 0; bit < 8; bit++) value = value & 1 ? (value >>> 1) ^ 0xedb88320 : value >>> 1;
  return value;
});

function crc32(bytes: Uint8Array): number {
  let crc = 0xffffffff;
  for (const byte of bytes) crc = (crc >>> 8) ^ (CRC_TABLE[(crc ^ byte) & 255] ?? 0);
  return ~crc >>> 0;
}
