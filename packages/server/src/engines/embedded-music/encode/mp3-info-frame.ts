/** Samples of one MP3 frame at 44.1 kHz. */
const FRAME_SAMPLES = 1152;
/** Samples that the encoder puts before the music. */
const ENCODER_DELAY = 576;
/** Where the fields of the tag lie in the frame (MPEG 1, two channels). */
const TAG = 36;
const ENCODER = TAG + 120;
const FRAMES_BYTES_TOC_QUALITY = 0x0f;
const BITRATES = [0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 0] as const;

/** What the frames of an MP3 stream say about themselves. */
export interface Mp3Shape {
  frames: number;
  bytes: number;
}

/** Counts the frames of an MP3 stream of constant bit rate without tags. */
export function measureMp3(chunks: readonly Uint8Array[]): Mp3Shape {
  const bytes = chunks.reduce((sum, chunk) => sum + chunk.length, 0);
  let frames = 0;
  let at = 0;
  let before = 0;
  for (const chunk of chunks) {
    while (at + 3 <= before + chunk.length) {
      const third = chunk[at + 2 - before];
      // A header that is cut by the end of a chunk is read from the chunk its third byte lies in.
      if (third === undefined) break;
      frames++;
      at += frameBytes(third);
    }
    before += chunk.length;
  }
  return { frames, bytes };
}

const frameBytes = (third: number) =>
  Math.floor((144_000 * (BITRATES[third >> 4] ?? 192)) / 44_100) + ((third >> 1) & 1);

/**
 * Makes the silent first frame that tells players how many frames follow and how many samples at both ends are not
 * music, so that they show the right length at once and play without a gap.
 *
 * @param header the first four bytes of the stream.
 */
export function infoFrame(header: Uint8Array, shape: Mp3Shape, musicSamples: number, musicCrc: number): Uint8Array {
  const third = (header[2] ?? 0xb0) & ~0x02;
  const frame = new Uint8Array(frameBytes(third));
  frame.set([header[0] ?? 0xff, header[1] ?? 0xfb, third, header[3] ?? 0x64]);
  const view = new DataView(frame.buffer);
  write(frame, TAG, 'Info');
  view.setUint32(TAG + 4, FRAMES_BYTES_TOC_QUALITY);
  view.setUint32(TAG + 8, shape.frames);
  view.setUint32(TAG + 12, shape.bytes + frame.length);
  for (let i = 0; i < 100; i++) frame[TAG + 16 + i] = Math.floor((i * 256) / 100);
  view.setUint32(TAG + 116, 80);
  // The encoder inside the WebAssembly module is LAME 3.100; players read the delays only under this name.
  write(frame, ENCODER, 'LAME3.100');
  frame[ENCODER + 9] = 0x01;
  frame[ENCODER + 20] = 192;
  const padding = Math.max(0, Math.min(4095, shape.frames * FRAME_SAMPLES - ENCODER_DELAY - musicSamples));
  frame[ENCODER + 21] = ENCODER_DELAY >> 4;
  frame[ENCODER + 22] = ((ENCODER_DELAY & 0x0f) << 4) | (padding >> 8);
  frame[ENCODER + 23] = padding & 0xff;
  view.setUint32(ENCODER + 28, shape.bytes + frame.length);
  view.setUint16(ENCODER + 32, musicCrc);
  view.setUint16(ENCODER + 34, crc16(frame.subarray(0, ENCODER + 34), 0));
  return frame;
}

function write(target: Uint8Array, at: number, text: string): void {
  for (let i = 0; i < text.length; i++) target[at + i] = text.charCodeAt(i);
}

/** CRC-16 as the tag wants it (polynomial 0x8005, bits reversed). */
export function crc16(bytes: Uint8Array, start: number): number {
  let crc = start;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0xa001 : crc >>> 1;
  }
  return crc;
}
