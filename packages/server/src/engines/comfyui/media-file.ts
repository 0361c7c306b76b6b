/** What a file is, by its first bytes: names and headers of servers are not to be trusted. */
export interface FileKind {
  mediaType: string;
  ending: string;
}

const SIGNS: readonly [start: string, at: number, mediaType: string, ending: string][] = [
  ['\x89PNG', 0, 'image/png', 'png'],
  ['\xff\xd8\xff', 0, 'image/jpeg', 'jpg'],
  ['WEBP', 8, 'image/webp', 'webp'],
  ['GIF8', 0, 'image/gif', 'gif'],
  ['WAVE', 8, 'audio/wav', 'wav'],
  ['fLaC', 0, 'audio/flac', 'flac'],
  ['OggS', 0, 'audio/ogg', 'ogg'],
  ['ID3', 0, 'audio/mpeg', 'mp3'],
  ['ftyp', 4, 'video/mp4', 'mp4'],
  ['\x1aE\xdf\xa3', 0, 'video/webm', 'webm'],
];

/** Null: none of the types that are known here. */
export function kindOfFile(bytes: Buffer): FileKind | null {
  for (const [start, at, mediaType, ending] of SIGNS) {
    if (bytes.toString('latin1', at, at + start.length) === start) return { mediaType, ending };
  }
  const isMp3 = bytes[0] === 0xff && ((bytes[1] ?? 0) & 0xe0) === 0xe0;
  return isMp3 ? { mediaType: 'audio/mpeg', ending: 'mp3' } : null;
}

/** Length of a sound in milliseconds, where its head or its last page tells it. */
export function durationOf(bytes: Buffer, mediaType: string): number | undefined {
  if (mediaType === 'audio/wav') return durationOfWav(bytes);
  if (mediaType === 'audio/flac') return durationOfFlac(bytes);
  if (mediaType === 'audio/ogg') return durationOfOpus(bytes);
  return undefined;
}

function durationOfWav(bytes: Buffer): number | undefined {
  let bytesPerSecond = 0;
  for (let at = 12; at + 8 <= bytes.length; ) {
    const id = bytes.toString('latin1', at, at + 4);
    const size = bytes.readUInt32LE(at + 4);
    if (id === 'fmt ' && at + 20 <= bytes.length) bytesPerSecond = bytes.readUInt32LE(at + 16);
    if (id === 'data' && bytesPerSecond > 0) return Math.round((size / bytesPerSecond) * 1_000);
    at += 8 + size + (size % 2);
  }
  return undefined;
}

/** The first block tells the rate in 20 bits and the samples in 36. */
function durationOfFlac(bytes: Buffer): number | undefined {
  if (bytes.length < 26) return undefined;
  const rate = bytes.readUIntBE(18, 3) >> 4;
  const samples = ((bytes[21] ?? 0) & 0x0f) * 2 ** 32 + bytes.readUInt32BE(22);
  return rate === 0 || samples === 0 ? undefined : Math.round((samples / rate) * 1_000);
}

const OPUS_RATE = 48_000;

/** The last page counts all samples, at 48 kHz whatever went in. */
function durationOfOpus(bytes: Buffer): number | undefined {
  const last = bytes.lastIndexOf('OggS');
  if (last < 0 || last + 14 > bytes.length || !bytes.includes('OpusHead')) return undefined;
  return Math.round((Number(bytes.readBigInt64LE(last + 6)) / OPUS_RATE) * 1_000);
}
