/** Bits per second of MP3 in thousands: constant, so that every player seeks rightly. */
export const MP3_KBPS = 192;

const SAMPLE_RATE = 44_100;
/** Samples of one frame at 44.1 kHz. */
const FRAME_SAMPLES = 1152;
/** Samples that the encoder puts before the music, and at least behind it. */
const ENCODER_DELAY = 576;
/** MPEG 1 layer III without check sum, 192 kbit/s, 44.1 kHz, joint stereo. */
const HEADER = [0xff, 0xfb, 0xb0, 0x64] as const;
/** Where the fields of the tag lie in the frame (MPEG 1, two channels). */
const TAG = 36;
const ENCODER = TAG + 120;
const FRAMES_BYTES_TOC_QUALITY = 0x0f;
const CONSTANT_BIT_RATE = 0x01;

/** How many frames and bytes the encoder makes of a song, and how many samples at its end are not music. */
export interface Mp3Shape {
  frames: number;
  bytes: number;
  padding: number;
}

/** Works out the shape of a stream before it is encoded, as LAME 3.100 counts it at a constant bit rate. */
export function shapeOfMp3(musicSamples: number): Mp3Shape {
  const started = musicSamples + ENCODER_DELAY;
  let padding = FRAME_SAMPLES - (started % FRAME_SAMPLES);
  if (padding < ENCODER_DELAY) padding += FRAME_SAMPLES;
  const frames = (started + padding) / FRAME_SAMPLES;
  const frameBytes = (FRAME_SAMPLES / 8) * ((MP3_KBPS * 1000) / SAMPLE_RATE);
  // A frame has one byte more whenever the rounding down of the others has come to one.
  const plain = Math.floor(frameBytes);
  const over = Math.round((frameBytes - plain) * SAMPLE_RATE);
  let lag = over;
  let bytes = 0;
  for (let frame = 0; frame < frames; frame++) {
    lag -= over;
    bytes += plain;
    if (lag >= 0) continue;
    lag += SAMPLE_RATE;
    bytes++;
  }
  return { frames, bytes, padding };
}

/**
 * Makes the silent first frame that tells players how many frames follow and how many samples at both ends are not
 * music, so that they show the right length at once and play without a gap. It is known before the music is: the file can
 * be heard while it is made. The check sum of the music is left 0, which means unknown.
 */
export function infoFrame(musicSamples: number): Uint8Array<ArrayBuffer> {
  const shape = shapeOfMp3(musicSamples);
  const frame = new Uint8Array(Math.floor((FRAME_SAMPLES / 8) * ((MP3_KBPS * 1000) / SAMPLE_RATE)));
  frame.set(HEADER);
  const view = new DataView(frame.buffer);
  write(frame, TAG, 'Info');
  view.setUint32(TAG + 4, FRAMES_BYTES_TOC_QUALITY);
  view.setUint32(TAG + 8, shape.frames);
  view.setUint32(TAG + 12, shape.bytes + frame.length);
  for (let i = 0; i < 100; i++) frame[TAG + 16 + i] = Math.floor((i * 256) / 100);
  view.setUint32(TAG + 116, 80);
  // The encoder inside the WebAssembly module is LAME 3.100; players read the delays only under this name.
  write(frame, ENCODER, 'LAME3.100');
  frame[ENCODER + 9] = CONSTANT_BIT_RATE;
  frame[ENCODER + 20] = MP3_KBPS;
  frame[ENCODER + 21] = ENCODER_DELAY >> 4;
  frame[ENCODER + 22] = ((ENCODER_DELAY & 0x0f) << 4) | (shape.padding >> 8);
  frame[ENCODER + 23] = shape.padding & 0xff;
  view.setUint32(ENCODER + 28, shape.bytes + frame.length);
  view.setUint16(ENCODER + 34, crc16(frame.subarray(0, ENCODER + 34)));
  return frame;
}

function write(target: Uint8Array, at: number, text: string): void {
  for (let i = 0; i < text.length; i++) target[at + i] = text.charCodeAt(i);
}

/** CRC-16 as the tag wants it (polynomial 0x8005, bits reversed). */
export function crc16(bytes: Uint8Array): number {
  let crc = 0;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0xa001 : crc >>> 1;
  }
  return crc;
}
