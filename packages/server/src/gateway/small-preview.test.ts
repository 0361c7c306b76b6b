import { randomBytes } from 'node:crypto';
import sharp from 'sharp';
import { expect, it } from 'vitest';
import { shrinkPicture, smallFrame } from './small-preview.js';

const picture = (width: number, height: number, raw: Buffer) =>
  sharp(raw, { raw: { width, height, channels: 3 } })
    .jpeg({ quality: 95 })
    .toBuffer();

it('a picture of noise, which no encoder makes small, is made small all the same', async () => {
  const noise = await picture(512, 384, randomBytes(512 * 384 * 3));
  expect(noise.length).toBeGreaterThan(100_000);
  const { bytes, width, height, mediaType } = await shrinkPicture(noise);
  expect(bytes.length).toBeLessThan(4_000);
  expect(Math.abs(width / height - 512 / 384)).toBeLessThan(0.04);
  expect(mediaType).toBe('image/webp');
});

it('a plain picture keeps what it can, and a small one its size', async () => {
  expect(await shrinkPicture(await picture(512, 256, Buffer.alloc(512 * 256 * 3, 90)))).toMatchObject({
    width: 192,
    height: 96,
  });
  expect(await shrinkPicture(await picture(64, 64, Buffer.alloc(64 * 64 * 3, 90)))).toMatchObject({
    width: 64,
    height: 64,
  });
  await expect(shrinkPicture(Buffer.from('no picture'))).rejects.toThrow();
});

it('a frame is made smaller once, however many slow lines it is for', async () => {
  const frame = Uint8Array.of(1, 2, 3);
  let count = 0;
  const make = async () => {
    count += 1;
    return Uint8Array.of(count);
  };
  expect(await Promise.all([smallFrame(frame, make), smallFrame(frame, make)])).toEqual([
    Uint8Array.of(1),
    Uint8Array.of(1),
  ]);
  expect(count).toBe(1);
});
