import { createHash } from 'node:crypto';
import { RendercastError } from '@rendercast/protocol';
import type { PutOptions, PutResult } from './blobs.js';

/** Counts and digests a stream on its way into a blob. */
export interface Scales {
  /** Takes a piece. @throws RendercastError `too_large` past `maxBytes`. */
  add(piece: Uint8Array): void;
  /** What the stream was, once it has ended. @throws RendercastError `invalid_field` for another digest than expected. */
  result(): PutResult;
}

/** Weighs one stream against what its writer said of it. */
export function createScales({ maxBytes, expectDigest }: PutOptions): Scales {
  const hash = createHash('sha256');
  let sizeBytes = 0;
  return {
    add(piece) {
      sizeBytes += piece.length;
      if (sizeBytes > maxBytes)
        throw new RendercastError('too_large', `The file is over the limit of ${maxBytes} bytes.`);
      hash.update(piece);
    },
    result() {
      const digest = hash.digest('hex');
      if (expectDigest !== undefined && expectDigest.toLowerCase() !== digest) {
        throw new RendercastError('invalid_field', 'The bytes do not have the digest that was announced.', {
          field: 'digest',
        });
      }
      return { sizeBytes, digest };
    },
  };
}
