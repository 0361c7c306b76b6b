import { createMp3Encoder, createOggEncoder } from 'wasm-media-encoders';
import { SAMPLE_RATE } from '../compose/timeline.js';
import { concat, type Id3Fields, id3Tag } from './id3.js';
import { crc16, infoFrame, measureMp3 } from './mp3-info-frame.js';
import { wavHeader, wavSamples } from './wav.js';

/** File formats that can be written. */
export const FORMATS = {
  mp3: { mediaType: 'audio/mpeg', ending: '.mp3' },
  ogg: { mediaType: 'audio/ogg', ending: '.ogg' },
  wav: { mediaType: 'audio/wav', ending: '.wav' },
} as const;

export type Format = keyof typeof FORMATS;

/** Bits per second of MP3 in thousands: constant, so that every player seeks rightly. */
export const MP3_KBPS = 192;
const OGG_QUALITY = 6;

/** Takes samples block by block and gives one file at the end. */
export interface Encoder {
  add(left: Float32Array, right: Float32Array, count: number): void;
  finish(): Uint8Array<ArrayBuffer>;
}

/** Starts a file. @param samples how many will come: file heads say it. */
export async function createEncoder(format: Format, samples: number, tags: Id3Fields): Promise<Encoder> {
  if (format === 'wav') return createWav(samples);
  return format === 'mp3' ? createMp3(samples, tags) : createOgg();
}

async function createMp3(samples: number, tags: Id3Fields): Promise<Encoder> {
  const mp3 = await createMp3Encoder();
  mp3.configure({ sampleRate: SAMPLE_RATE, channels: 2, bitrate: MP3_KBPS });
  const chunks: Uint8Array[] = [];
  // What the encoder returns lies in its own memory until the next call: it must be copied.
  const keep = (bytes: Uint8Array) => bytes.length > 0 && chunks.push(bytes.slice());
  return {
    add: (left, right, count) => keep(mp3.encode([left.subarray(0, count), right.subarray(0, count)])),
    finish() {
      keep(mp3.finalize());
      const crc = chunks.reduce((sum, chunk) => crc16(chunk, sum), 0);
      const info = infoFrame(chunks[0] ?? new Uint8Array(4), measureMp3(chunks), samples, crc);
      return concat([id3Tag(tags), info, ...chunks]);
    },
  };
}

async function createOgg(): Promise<Encoder> {
  const ogg = await createOggEncoder();
  // A serial number of its own would be drawn by chance: the same song must be the same bytes.
  ogg.configure({ sampleRate: SAMPLE_RATE, channels: 2, vbrQuality: OGG_QUALITY, oggSerialNo: 1 });
  const chunks: Uint8Array[] = [];
  const keep = (bytes: Uint8Array) => bytes.length > 0 && chunks.push(bytes.slice());
  return {
    add: (left, right, count) => keep(ogg.encode([left.subarray(0, count), right.subarray(0, count)])),
    finish() {
      keep(ogg.finalize());
      return concat(chunks);
    },
  };
}

function createWav(samples: number): Encoder {
  const file = new Uint8Array(44 + samples * 4);
  file.set(wavHeader(samples));
  let at = 44;
  return {
    add(left, right, count) {
      const bytes = wavSamples(left, right, count);
      file.set(bytes, at);
      at += bytes.length;
    },
    finish: () => file,
  };
}
