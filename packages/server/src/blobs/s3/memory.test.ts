import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { openS3Blobs } from './open-s3-blobs.js';
import { S3_DEFAULTS } from './s3-options.js';
import { startStub } from './stub-process.contract.js';

const MIB = 1024 * 1024;
const SIZE_BYTES = 300 * MIB;

/** Most memory outside of the heap that a piece of work held at once, over what was held before, in bytes. */
async function peakOf(work: (sample: () => void) => Promise<void>): Promise<number> {
  const held = () => process.memoryUsage().arrayBuffers;
  const before = held();
  let peak = 0;
  await work(() => {
    peak = Math.max(peak, held() - before);
  });
  return peak;
}

test('300 MB go up and come down in the memory of a few parts', async () => {
  const stub = await startStub();
  const { partBytes } = S3_DEFAULTS;
  const blobs = await openS3Blobs({ ...stub.options, partBytes });
  const piece = Buffer.alloc(256 * 1024, 'a picture of the sea ');
  const hash = createHash('sha256');
  const up = await peakOf(async (sample) => {
    const source = (async function* () {
      for (let given = 0; given < SIZE_BYTES; given += piece.length) {
        hash.update(piece);
        sample();
        yield piece;
      }
    })();
    const put = await blobs.put('a_song', source, { maxBytes: SIZE_BYTES });
    expect(put).toEqual({ sizeBytes: SIZE_BYTES, digest: hash.digest('hex') });
  });
  let readBytes = 0;
  const down = await peakOf(async (sample) => {
    for await (const part of blobs.read('a_song', null)) {
      readBytes += part.length;
      sample();
    }
  });
  expect(readBytes).toBe(SIZE_BYTES);
  // Two parts on their way and one that is gathered: 24 MiB here, and the pieces of the first while it grows.
  expect(up).toBeLessThan(5 * partBytes);
  // 12 to 40 MiB here: pieces of 64 KiB that were read and not yet collected.
  expect(down).toBeLessThan(100 * MIB);
  await blobs.close();
  await stub.close();
});
