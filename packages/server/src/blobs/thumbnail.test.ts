import { randomBytes } from 'node:crypto';
import sharp from 'sharp';
import { expect, test } from 'vitest';
import { makeThumbnail } from './thumbnail.js';

const picture = (width: number, height: number, format: 'png' | 'jpeg') =>
  sharp({ create: { width, height, channels: 3, background: { r: 200, g: 30, b: 90 } } })
    .toFormat(format)
    .toBuffer();

test('a large picture becomes a small WebP of the same shape, and its own size is told', async () => {
  const thumbnail = await makeThumbnail(await picture(1_024, 512, 'png'));
  expect(thumbnail).toMatchObject({ mediaType: 'image/webp', width: 1_024, height: 512 });
  const { format, width, height } = await sharp(thumbnail?.bytes).metadata();
  expect([format, width, height]).toEqual(['webp', 256, 128]);
});

test('a small picture is not blown up', async () => {
  const thumbnail = await makeThumbnail(await picture(40, 30, 'jpeg'));
  expect((await sharp(thumbnail?.bytes).metadata()).width).toBe(40);
});

test('a picture that lies on its side is turned upright, and so is its size', async () => {
  const lying = await sharp(await picture(400, 200, 'jpeg'))
    .withMetadata({ orientation: 6 })
    .toBuffer();
  const thumbnail = await makeThumbnail(lying);
  expect(thumbnail).toMatchObject({ width: 200, height: 400 });
  expect((await sharp(thumbnail?.bytes).metadata()).height).toBe(256);
});

test('bytes that are no picture, or half of one, give none', async () => {
  expect(await makeThumbnail(randomBytes(2_000))).toBeNull();
  expect(await makeThumbnail((await picture(512, 512, 'jpeg')).subarray(0, 300))).toBeNull();
});
