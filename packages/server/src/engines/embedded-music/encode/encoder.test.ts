import { inspectFile } from '@rendercast/protocol/recipe/inspect';
import { packRecipe } from '@rendercast/protocol/recipe/recipe';
import { describe, expect, test } from 'vitest';
import { decodeWithFfmpeg, describeWithFfmpeg, FFMPEG, NO_FFMPEG } from '../ffmpeg.contract.js';
import { indexedPng } from '../indexed-png.js';
import { listen } from '../listening.contract.js';
import { createEncoder, FORMATS, type Format } from './encoder.js';
import { crc16, shapeOfMp3 } from './mp3-info-frame.js';
import type { SongTags } from './song-tags.js';

const FORMAT_NAMES = Object.keys(FORMATS) as Format[];
const REQUEST = { prompt: 'Träume 🌙, "so" <weit> & mehr', lengthMs: 5000, seed: 9, format: 'mp3' as const };
const TAGS: SongTags = {
  title: 'Träume 🌙',
  genre: 'Jazz',
  styles: 'jazz, smoky',
  tempoBpm: 96.4,
  key: 'Ebm',
  lyrics: [
    { text: 'la la', startMs: 250 },
    { text: 'für dich', startMs: 61_530 },
  ],
  recipe: packRecipe({ kind: 'music', request: REQUEST, parameters: { engine: 'embedded-music', seed: 9 } }),
  cover: {
    bytes: indexedPng({ width: 1, height: 1, palette: [[16, 18, 27]], pixels: Uint8Array.of(0) }),
    width: 1,
    height: 1,
  },
};
const SAMPLES = 50_001;
const NOTHING = new Float32Array(0);

/** Two tones with noise, handed over in uneven pieces. */
function music(samples: number): { left: Float32Array; right: Float32Array } {
  let state = 1;
  const noise = () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) | 0;
    return state / 2_147_483_648;
  };
  const tone = (hz: number) =>
    Float32Array.from({ length: samples }, (_, i) => 0.5 * Math.sin((2 * Math.PI * hz * i) / 44_100) + 0.01 * noise());
  return { left: tone(441), right: tone(600) };
}

async function encode(format: Format, { left, right } = music(SAMPLES)): Promise<Buffer> {
  const encoder = await createEncoder(format, left.length, TAGS);
  const pieces: Uint8Array[] = [encoder.head];
  for (let at = 0, size = 1; at < left.length; at += size, size = Math.min(left.length - at, 2048, size * 3)) {
    const count = Math.min(size, left.length - at);
    pieces.push(encoder.add(left.subarray(at, at + count), right.subarray(at, at + count), count));
  }
  pieces.push(encoder.finish());
  return Buffer.concat(pieces);
}

/** Sizes in tags have seven bits per byte. */
const syncSafe = (bytes: Buffer, at: number) => [0, 1, 2, 3].reduce((sum, i) => (sum << 7) | (bytes[at + i] ?? 0), 0);

/** Strongest difference of two channels, the second of which may come late. */
function difference(heard: Float32Array, made: Float32Array, late = 0): number {
  let most = 0;
  for (let i = 2000; i < made.length - 2000; i++)
    most = Math.max(most, Math.abs((heard[i + late] ?? 9) - (made[i] as number)));
  return most;
}

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
    expect(file.readUInt16BE(info + 120 + 34)).toBe(crc16(file.subarray(start, info + 120 + 34)));
    const heard = await listen(file);
    expect(heard.left.length).toBeGreaterThanOrEqual(SAMPLES);
    expect(heard.left.length).toBeLessThanOrEqual((frames + 1) * 1152);
    const power = heard.left.reduce((sum, value) => sum + value * value, 0) / SAMPLES;
    expect(Math.sqrt(power)).toBeCloseTo(0.5 / Math.SQRT2, 1);
  });

  test('knows the shape of an MP3 of any length before it is made', async () => {
    for (const samples of [0, 1, 575, 576, 577, 1151, 1152, 1153, 2304, 5000, 11_520, 44_100, 101_337]) {
      const encoder = await createEncoder('mp3', samples, TAGS);
      const silence = new Float32Array(samples);
      const bytes = samples === 0 ? NOTHING : encoder.add(silence, silence, samples);
      expect(bytes.length + encoder.finish().length, String(samples)).toBe(shapeOfMp3(samples).bytes);
    }
  });

  test('writes a tag that other readers understand', async () => {
    const file = await encode('mp3');
    const frames = new Map<string, Buffer>();
    const end = 10 + syncSafe(file, 6);
    for (let at = 10; at < end; ) {
      const size = syncSafe(file, at + 4);
      frames.set(file.toString('latin1', at, at + 4), file.subarray(at + 10, at + 10 + size));
      at += 10 + size;
    }
    const text = (id: string) => frames.get(id)?.toString('utf8', 1);
    expect([text('TIT2'), text('TCON'), text('TBPM'), text('TKEY')]).toEqual(['Träume 🌙', 'Jazz', '96', 'Ebm']);
    expect(text('USLT')).toBe('und\0la la\nfür dich');
    const timed = frames.get('SYLT');
    expect(timed?.indexOf(Buffer.from('für dich\0'))).toBeGreaterThan(0);
    expect(timed?.readUInt32BE(timed.length - 4)).toBe(61_530);
    expect(frames.get('APIC')?.includes(Buffer.from(TAGS.cover.bytes))).toBe(true);
  });

  test('writes a WAV file of exactly the samples it was given', async () => {
    const made = music(SAMPLES);
    const file = await encode('wav', made);
    expect(file.toString('latin1', 0, 4) + file.toString('latin1', 8, 16)).toBe('RIFFWAVEfmt ');
    expect(file.readUInt32LE(4)).toBe(file.length - 8);
    const data = file.indexOf('data');
    expect(file.readUInt32LE(data + 4)).toBe(SAMPLES * 4);
    expect(file.length).toBe(data + 8 + SAMPLES * 4);
    for (const at of [0, 25, 40_000])
      expect(file.readInt16LE(data + 8 + at * 4)).toBe(Math.round((made.left[at] as number) * 32_767));
  });

  test.each(FORMAT_NAMES)('writes %s from which the request is read again', async (format) => {
    const { recipe, format: found } = await inspectFile(await encode(format));
    expect(found).toBe(format);
    expect(recipe).toEqual({
      kind: 'music',
      request: REQUEST,
      parameters: { engine: 'embedded-music', seed: 9 },
      source: 'rendercast',
    });
  });

  test.each(FORMAT_NAMES)('writes the same %s for the same samples, however they are handed over', async (format) => {
    const { left, right } = music(9000);
    const encoder = await createEncoder(format, 9000, TAGS);
    const pieces: Uint8Array[] = [encoder.head];
    for (let at = 0; at < 9000; at += 1000)
      pieces.push(encoder.add(left.subarray(at, at + 1000), right.subarray(at, at + 1000), 1000));
    pieces.push(encoder.finish());
    expect(Buffer.concat(pieces).equals(await encode(format, { left, right }))).toBe(true);
  });
});

describe.skipIf(FFMPEG === null)(`files as ffmpeg reads them${FFMPEG === null ? ` (${NO_FFMPEG})` : ''}`, () => {
  test('FLAC and WAV hold the very samples', async () => {
    const made = music(SAMPLES);
    for (const format of ['flac', 'wav'] as const) {
      const heard = await decodeWithFfmpeg(await encode(format, made));
      expect(heard.left.length, format).toBe(SAMPLES);
      const off = (a: Float32Array, b: Float32Array) =>
        a.reduce(
          (most, value, i) =>
            Math.max(most, Math.abs(Math.round(value * 32_768) - Math.round((b[i] as number) * 32_767))),
          0,
        );
      expect(off(heard.left, made.left), format).toBe(0);
      expect(off(heard.right, made.right), format).toBe(0);
    }
  });

  test('FLAC is whole for silence, full scale, noise and very short songs', async () => {
    const sides: Float32Array[] = [
      new Float32Array(10_000),
      Float32Array.from({ length: 10_000 }, (_, i) => (i % 2 === 0 ? 1 : -1)),
      Float32Array.from({ length: 4097 }, (_, i) => Math.sin(i * i)),
      Float32Array.of(0.5, -0.25, 0.125),
    ];
    for (const side of sides) {
      const { left } = await decodeWithFfmpeg(await encode('flac', { left: side, right: side.map((value) => -value) }));
      expect(left.length).toBe(side.length);
      expect(left.every((value, i) => Math.round(value * 32_768) === Math.round((side[i] as number) * 32_767))).toBe(
        true,
      );
    }
  });

  test('MP3 holds the same music, as long as it was', async () => {
    const made = music(SAMPLES);
    const heard = await decodeWithFfmpeg(await encode('mp3', made));
    expect(heard.left.length).toBe(SAMPLES);
    expect(difference(heard.left, made.left)).toBeLessThan(0.06);
  });

  test('Ogg holds the same music at 48 kHz, as long as it was', async () => {
    const made = music(SAMPLES);
    const heard = await decodeWithFfmpeg(await encode('ogg', made));
    expect(heard.left.length).toBe(Math.ceil((SAMPLES * 160) / 147));
    const at48 = Float32Array.from(
      { length: heard.left.length },
      (_, i) => 0.5 * Math.sin((2 * Math.PI * 441 * i) / 48_000),
    );
    expect(difference(heard.left, at48)).toBeLessThan(0.06);
  });

  test.each(FORMAT_NAMES)('%s tells its title and genre', async (format) => {
    const said = await describeWithFfmpeg(await encode(format));
    expect(said).toMatch(/title\s*: Träume 🌙/i);
    expect(said).toMatch(/genre\s*: Jazz/i);
    if (format !== 'wav') expect(said).toMatch(/Video: png/);
  });
});
