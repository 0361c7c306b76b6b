import type { Clock } from '../../clock.js';
import type { PresignOptions } from '../blobs.js';
import type { AddressOf } from './s3-address.js';
import type { Signing } from './s3-signing.js';

/** What S3 takes at most: a week. */
const MAX_TTL_MS = 7 * 24 * 3_600_000;

/**
 * Makes an address at which anybody can GET an object for a while. The time it is signed at is rounded down, so that an
 * object keeps one address, and its place in caches, for half of that while.
 */
export function presigned(
  { addressOf, signing, clock }: { addressOf: AddressOf; signing: Signing; clock: Clock },
  key: string,
  { ttlMs, mediaType, disposition, cacheControl }: PresignOptions,
): Promise<string> {
  const halfMs = Math.ceil(Math.min(ttlMs, MAX_TTL_MS / 2) / 1000) * 1000;
  const fromMs = Math.floor(clock.now() / halfMs) * halfMs;
  const query = {
    'response-content-type': mediaType,
    'response-content-disposition': disposition,
    'response-cache-control': cacheControl,
  };
  return signing.presign(addressOf(key), query, fromMs, 2 * halfMs);
}
