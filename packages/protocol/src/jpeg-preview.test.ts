import { expect, it } from 'vitest';
import { base64, jpegPreview } from './jpeg-preview.js';

it('writes bytes of any length as base64', () => {
  for (const length of [0, 1, 2, 3, 8_189, 8_190, 8_191, 20_000]) {
    const bytes = Uint8Array.from({ length }, (_, index) => (index * 7) % 256);
    expect(base64(bytes)).toBe(Buffer.from(bytes).toString('base64'));
  }
});

it('lets JPEG through, and nothing that clients of old cannot show or hang up at', () => {
  const bytes = Uint8Array.of(0xff, 0xd8, 0xff);
  expect(jpegPreview({ mediaType: 'image/jpeg', bytes })).toBe('/9j/');
  expect(jpegPreview({ mediaType: 'image/webp', bytes })).toBeNull();
  expect(jpegPreview({ mediaType: 'image/jpeg', bytes: new Uint8Array(75_000) })).toBeNull();
  expect(jpegPreview(null)).toBeNull();
});
