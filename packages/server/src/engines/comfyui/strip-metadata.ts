/** What is left of a file without the words that were written into it. */
export interface Stripped {
  bytes: Buffer;
  /** False: this type keeps them, for nothing here knows how to take them out. */
  isStripped: boolean;
}

/** Takes the workflow and all other words out of a file; picture and sound stay as they are, bit for bit. */
export function stripMetadata(bytes: Buffer, mediaType: string): Stripped {
  const strip = STRIPPERS[mediaType];
  const stripped = strip === undefined ? null : strip(bytes);
  return stripped === null ? { bytes, isStripped: false } : { bytes: stripped, isStripped: true };
}

/** Each answers null for a file that is not built as its type says. */
const STRIPPERS: Readonly<Record<string, (bytes: Buffer) => Buffer | null>> = {
  'image/png': stripPng,
  'image/jpeg': stripJpeg,
  'image/webp': stripWebp,
  'audio/flac': stripFlac,
  'audio/mpeg': stripMp3,
  'audio/wav': stripWav,
};

const PNG_WORDS = new Set(['tEXt', 'zTXt', 'iTXt', 'eXIf', 'tIME']);

function stripPng(bytes: Buffer): Buffer | null {
  const parts = [bytes.subarray(0, 8)];
  let at = 8;
  while (at + 12 <= bytes.length) {
    const end = at + 12 + bytes.readUInt32BE(at);
    if (end > bytes.length) return null;
    const type = bytes.toString('latin1', at + 4, at + 8);
    if (!PNG_WORDS.has(type)) parts.push(bytes.subarray(at, end));
    at = end;
    if (type === 'IEND') break;
  }
  return Buffer.concat(parts);
}

/** Of the application segments only those stay that tell how to read the picture: JFIF, colours (ICC) and Adobe's. */
const JPEG_NEEDED = new Set([0xe0, 0xe2, 0xee]);
const JPEG_COMMENT = 0xfe;
const JPEG_SCAN = 0xda;

function stripJpeg(bytes: Buffer): Buffer | null {
  const parts = [bytes.subarray(0, 2)];
  let at = 2;
  while (at + 4 <= bytes.length) {
    if (bytes[at] !== 0xff) return null;
    const marker = bytes[at + 1] ?? 0;
    if (marker === JPEG_SCAN) return Buffer.concat([...parts, bytes.subarray(at)]);
    const end = at + 2 + bytes.readUInt16BE(at + 2);
    const isWords = marker === JPEG_COMMENT || (marker >= 0xe0 && marker <= 0xef && !JPEG_NEEDED.has(marker));
    if (!isWords) parts.push(bytes.subarray(at, end));
    at = end;
  }
  return null;
}

const WEBP_FLAGS_OF_WORDS = 0x08 | 0x04;

function stripWebp(bytes: Buffer): Buffer | null {
  const parts = riffChunks(bytes, new Set(['EXIF', 'XMP ']));
  if (parts === null) return null;
  const whole = Buffer.concat(parts);
  whole.writeUInt32LE(whole.length - 8, 4);
  if (whole.toString('latin1', 12, 16) === 'VP8X') whole[20] = (whole[20] ?? 0) & ~WEBP_FLAGS_OF_WORDS;
  return whole;
}

function stripWav(bytes: Buffer): Buffer | null {
  const parts = riffChunks(bytes, new Set(['LIST', 'id3 ', 'ID3 ', 'bext', 'iXML']));
  if (parts === null) return null;
  const whole = Buffer.concat(parts);
  whole.writeUInt32LE(whole.length - 8, 4);
  return whole;
}

function riffChunks(bytes: Buffer, dropped: ReadonlySet<string>): Buffer[] | null {
  if (bytes.length < 12) return null;
  const parts = [bytes.subarray(0, 12)];
  let at = 12;
  while (at + 8 <= bytes.length) {
    const size = bytes.readUInt32LE(at + 4);
    const end = Math.min(bytes.length, at + 8 + size + (size % 2));
    if (!dropped.has(bytes.toString('latin1', at, at + 4))) parts.push(bytes.subarray(at, end));
    at = end;
  }
  return parts;
}

/** Block types of FLAC that hold words or pictures: application data, comments, cover. */
const FLAC_WORDS = new Set([2, 4, 6]);

function stripFlac(bytes: Buffer): Buffer | null {
  const blocks: Buffer[] = [];
  let at = 4;
  for (let isLast = false; !isLast; ) {
    if (at + 4 > bytes.length) return null;
    const head = bytes[at] ?? 0;
    const end = at + 4 + bytes.readUIntBE(at + 1, 3);
    isLast = (head & 0x80) !== 0;
    if (!FLAC_WORDS.has(head & 0x7f)) blocks.push(Buffer.from(bytes.subarray(at, end)));
    at = end;
  }
  for (const [index, block] of blocks.entries()) {
    block[0] = ((block[0] ?? 0) & 0x7f) | (index === blocks.length - 1 ? 0x80 : 0);
  }
  return Buffer.concat([bytes.subarray(0, 4), ...blocks, bytes.subarray(at)]);
}

function stripMp3(bytes: Buffer): Buffer | null {
  let start = 0;
  let end = bytes.length;
  while (bytes.toString('latin1', start, start + 3) === 'ID3' && start + 10 <= end) {
    const [a = 0, b = 0, c = 0, d = 0] = bytes.subarray(start + 6, start + 10);
    start += 10 + ((a << 21) | (b << 14) | (c << 7) | d);
  }
  if (end - start > 128 && bytes.toString('latin1', end - 128, end - 125) === 'TAG') end -= 128;
  return start >= end ? null : bytes.subarray(start, end);
}
