import { expect, test } from 'vitest';
import { encodeFrame } from '../../frame.js';
import { decodePreview } from './decode.js';
import { lighterPreview } from './lighter-preview.js';

const small = { bytes: Uint8Array.of(9, 9), mediaType: 'image/webp', width: 8, height: 6 };
const level = {
  kind: 'preview',
  attempt: 1,
  after: 3,
  tick: 5,
  mediaType: 'image/png',
  width: 80,
  height: 60,
  sizeBytes: 3,
};
const header = { type: 'preview', topic: 'job:j1', jobId: 'j1', level };

test('a lighter frame has the small picture, its measures and the same stamp', async () => {
  const seen: Uint8Array[] = [];
  const lighter = await lighterPreview(encodeFrame(header, Uint8Array.of(1, 2, 3)), async (picture) => {
    seen.push(picture);
    return small;
  });
  expect(seen.map((bytes) => [...bytes])).toEqual([[1, 2, 3]]);
  const read = decodePreview(lighter ?? new Uint8Array());
  expect(read?.header).toEqual({
    ...header,
    level: { ...level, mediaType: 'image/webp', width: 8, height: 6, sizeBytes: 2 },
  });
  expect([...(read?.picture ?? [])]).toEqual([9, 9]);
});

test('what is no preview is left alone', async () => {
  const never = async () => {
    throw new Error('nothing is shrunk');
  };
  expect(await lighterPreview(Uint8Array.of(1, 2, 3), never)).toBeNull();
  expect(await lighterPreview(encodeFrame({ ...header, type: 'other' }, Uint8Array.of(1)), never)).toBeNull();
});
