import sharp from 'sharp';
import { expect, test } from 'vitest';
import { createWaveformPicture, PICTURE } from './waveform-picture.js';

test('shows the samples so far as a small PNG, each section in its own colour', async () => {
  const picture = createWaveformPicture(64_000, [0, 16_000]);
  const loud = Float32Array.from({ length: 32_000 }, (_, i) => Math.sin(i / 9) * (i < 16_000 ? 0.2 : 0.8));
  picture.add(loud, loud, loud.length);
  const png = picture.draw();
  expect(png.length).toBeLessThan(20_000);
  const { data, info } = await sharp(png).removeAlpha().raw().toBuffer({ resolveWithObject: true });
  expect([info.width, info.height]).toEqual([PICTURE.width, PICTURE.height]);
  const pixel = (x: number, y: number) =>
    [...data.subarray((y * info.width + x) * 3, (y * info.width + x) * 3 + 3)].join();
  const column = (x: number) =>
    Array.from({ length: info.height }, (_, y) => pixel(x, y)).filter((colour) => colour !== pixel(x, 0));
  // The second section is louder than the first; what is still to come is a line.
  expect(column(240).length).toBeGreaterThan(column(80).length * 2);
  expect(column(480).length).toBeLessThan(4);
  const middle = info.height / 2;
  expect(new Set([pixel(80, middle), pixel(240, middle), pixel(480, middle)]).size).toBe(3);
});
