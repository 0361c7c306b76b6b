import { createHash } from 'node:crypto';
import { crc32 } from 'node:zlib';
import sharp from 'sharp';

/** Real small pictures and sounds, drawn from words: the same words give the same bytes. */
async function draw(words: string, width: number, height: number, done: number): Promise<Buffer> {
  const digest = createHash('sha256').update(words).digest();
  const side = 24;
  const pixels = Buffer.alloc(side * side * 3);
  for (let at = 0; at < pixels.length; at++) {
    const row = Math.floor(at / 3 / side);
    const color = digest[(Math.floor(row / 4) * 3 + (at % 3)) % digest.length] ?? 0;
    const noise = digest[(at * 7 + row) % digest.length] ?? 0;
    pixels[at] = Math.round(color * done + noise * (1 - done));
  }
  const small = sharp(pixels, { raw: { width: side, height: side, channels: 3 } });
  return await small.resize(width, height, { kernel: 'nearest', fit: 'fill' }).removeAlpha().raw().toBuffer();
}

/** A PNG with the whole graph written into it, as the server does. */
export async function drawPng(words: string, width: number, height: number, graph: unknown): Promise<Buffer> {
  const raw = await draw(words, width, height, 1);
  const png = await sharp(raw, { raw: { width, height, channels: 3 } })
    .png({ compressionLevel: 1 })
    .toBuffer();
  const text = Buffer.from(`prompt\0${JSON.stringify(graph)}`, 'latin1');
  const afterHead = 8 + 12 + png.readUInt32BE(8);
  return Buffer.concat([png.subarray(0, afterHead), chunk('tEXt', text), png.subarray(afterHead)]);
}

function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const whole = Buffer.alloc(body.length + 8);
  whole.writeUInt32BE(data.length, 0);
  body.copy(whole, 4);
  whole.writeUInt32BE(crc32(body), body.length + 4);
  return whole;
}

const PREVIEW_PX = 64;

export async function drawPreview(words: string, done: number): Promise<Buffer> {
  const raw = await draw(words, PREVIEW_PX, PREVIEW_PX, done);
  return await sharp(raw, { raw: { width: PREVIEW_PX, height: PREVIEW_PX, channels: 3 } })
    .jpeg({ quality: 60 })
    .toBuffer();
}

const RATE = 8_000;

/** A tone of so many seconds, 16 bits, one channel. */
export function playWave(seed: number, seconds: number): Buffer {
  const samples = Math.round(seconds * RATE);
  const wave = Buffer.alloc(44 + samples * 2);
  wave.write('RIFF', 0, 'latin1');
  wave.writeUInt32LE(wave.length - 8, 4);
  wave.write('WAVEfmt ', 8, 'latin1');
  wave.writeUInt32LE(16, 16);
  wave.writeUInt16LE(1, 20);
  wave.writeUInt16LE(1, 22);
  wave.writeUInt32LE(RATE, 24);
  wave.writeUInt32LE(RATE * 2, 28);
  wave.writeUInt16LE(2, 32);
  wave.writeUInt16LE(16, 34);
  wave.write('data', 36, 'latin1');
  wave.writeUInt32LE(samples * 2, 40);
  const pitch = 220 + (seed % 440);
  for (let at = 0; at < samples; at++) {
    wave.writeInt16LE(Math.round(8_000 * Math.sin((at / RATE) * pitch * 2 * Math.PI)), 44 + at * 2);
  }
  return wave;
}
