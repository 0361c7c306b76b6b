import { describe, expect, test } from 'vitest';
import { listen } from '../listening.contract.js';
import { createEncoder, type Format } from './encoder.js';
import { crc16 } from './mp3-info-frame.js';

const TAGS = { title: 'Träume 🌙', genre: 'Jazz', tempoBpm: 96.4, key: 'Ebm', lyrics: 'la la' };
const SAMPLES = 50_001;

/** A tone of 441 Hz, handed over in uneven pieces. */
async function encode(format: Format): Promise<Buffer> {
  const encoder = await createEncoder(format, SAMPLES, TAGS);
  const tone = Float32Array.from({ length: SAMPLES }, (_, i) => 0.5 * Math.sin((2 * Math.PI * 441 * i) / 44_100));
  for (let at = 0, size = 1; at < SAMPLES; at += size, size = Math.min(SAMPLES - at, size * 3)) {
    const piece = tone.subarray(at, at + size);
    encoder.add(piece, piece, piece.length);
  }
  return Buffer.from(encoder.finish());
}

/** Sizes in tags have seven bits per byte. */
const syncSafe = (bytes: Buffer, at: number) => [0, 1, 2, 3].reduce((sum, i) => (sum << 7) | (bytes[at + i] ?? 0), 0);

describe('an encoder', () => {
  test('writes an MP3 whose first frame says how many frames follow and what is not music', async () => {
    const file = await encode('mp3');
    const start = 10 + syncSafe(file, 6);
    expect(file.readUInt16BE(start) & 0xfffe).toBe(0xfffa);
    const info = file.indexOf('Info', start);
    expect(info).toBe(start + 36);
    const frames = file.readUInt32BE(info + 8);
    expect(file.readUInt32BE(info + 12)).toBe(file.length - start);
    const delays = file.readUIntBE(info + 120 + 21, 3);
    expect(frames * 1152 - (delays >> 12) - (delays & 0xfff)).toBe(SAMPLES);
    expect(file.readUInt16BE(info + 120 + 34)).toBe(crc16(file.subarray(start, info + 120 + 34), 0));
    const heard = await listen(file);
    expect(heard.left.length).toBeGreaterThanOrEqual(SAMPLES);
    expect(heard.left.length).toBeLessThanOrEqual((frames + 1) * 1152);
    const power = heard.left.reduce((sum, value) => sum + value * value, 0) / SAMPLES;
    expect(Math.sqrt(power)).toBeCloseTo(0.5 / Math.SQRT2, 1);
  });

  test('writes a tag that other readers understand', async () => {
    const file = await encode('mp3');
    const frames = new Map<string, string>();
    const end = 10 + syncSafe(file, 6);
    for (let at = 10; at < end; ) {
      const size = syncSafe(file, at + 4);
      frames.set(file.toString('latin1', at, at + 4), file.toString('utf8', at + 11, at + 10 + size));
      at += 10 + size;
    }
    expect(Object.fromEntries(frames)).toMatchObject({
      TIT2: 'Träume 🌙',
      TCON: 'Jazz',
      TBPM: '96',
      TKEY: 'Ebm',
      USLT: 'und\0la la',
    });
  });

  test('writes a WAV file of exactly the samples it was given', async () => {
    const file = await encode('wav');
    expect(file.toString('latin1', 0, 4) + file.toString('latin1', 8, 16)).toBe('RIFFWAVEfmt ');
    expect(file.readUInt32LE(40)).toBe(SAMPLES * 4);
    expect(file.length).toBe(44 + SAMPLES * 4);
    expect(file.readInt16LE(44 + 25 * 4)).toBeCloseTo(32_767 * 0.5, -2);
  });

  test('writes an Ogg file with one stream that begins and ends', async () => {
    const file = await encode('ogg');
    expect(file.toString('latin1', 0, 4)).toBe('OggS');
    expect((file[5] ?? 0) & 2).toBe(2);
    const last = file.lastIndexOf('OggS');
    expect((file[last + 5] ?? 0) & 4).toBe(4);
    // The position of the last page is the length in samples.
    expect(Number(file.readBigInt64LE(last + 6))).toBe(SAMPLES);
  });
});
