import type { ByteRange } from '@rendercast/protocol';
import type { Blobs } from '../blobs/blobs.js';

/** What went in and out of the blobs since the start, as it stands. */
export interface BlobCounts {
  readonly stored: number;
  readonly storedBytes: number;
  readonly readBytes: number;
}

/** The same blobs, counting what passes. Works with any driver. */
export function countBlobs(blobs: Blobs): { blobs: Blobs; counts: BlobCounts } {
  const counts = { stored: 0, storedBytes: 0, readBytes: 0 };
  async function* read(key: string, range: ByteRange | null): AsyncGenerator<Uint8Array> {
    for await (const part of blobs.read(key, range)) {
      counts.readBytes += part.length;
      yield part;
    }
  }
  return {
    counts,
    blobs: {
      ...blobs,
      read,
      async put(key, body, options) {
        const result = await blobs.put(key, body, options);
        counts.stored += 1;
        counts.storedBytes += result.sizeBytes;
        return result;
      },
    },
  };
}
