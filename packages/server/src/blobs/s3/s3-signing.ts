import { AwsV4Signer } from 'aws4fetch';
import type { Clock } from '../../clock.js';
import type { S3Settings } from './s3-options.js';

/** A request as it goes onto the line. */
export interface SignedRequest {
  url: URL;
  headers: Record<string, string>;
}

/** Signs with Signature Version 4. */
export interface Signing {
  /** @param bodyDigest SHA-256 of the body, hexadecimal: the storage refuses bytes that were damaged on their way. */
  sign(method: string, url: URL, headers: Record<string, string>, bodyDigest: string): Promise<SignedRequest>;
  /** An address that anybody can GET from `fromMs` (wall time) on for `ttlMs`. */
  presign(url: URL, query: Record<string, string>, fromMs: number, ttlMs: number): Promise<string>;
}

export function createSigning(
  settings: Pick<S3Settings, 'accessKeyId' | 'secretAccessKey' | 'sessionToken' | 'region'>,
  clock: Clock,
): Signing {
  const { accessKeyId, secretAccessKey, sessionToken, region } = settings;
  const cache = new Map<string, ArrayBuffer>(); // the key of a day and region costs four hashes
  const own = {
    ...{ accessKeyId, secretAccessKey, region, cache, service: 's3' },
    ...(sessionToken === undefined ? {} : { sessionToken }),
  };
  /** The query as it was signed: other ways to write it (`+` for a space) are not read alike everywhere. */
  const exactly = (signer: AwsV4Signer): URL => {
    const url = new URL(signer.url);
    url.search = signer.encodedSearch;
    return url;
  };

  return {
    async sign(method, url, headers, bodyDigest) {
      forgetOldDays(cache);
      const signer = new AwsV4Signer({
        ...own,
        method,
        url: url.href,
        headers: { ...headers, 'x-amz-content-sha256': bodyDigest },
        datetime: stampOf(clock.now()),
      });
      const signed = await signer.sign();
      return { url: exactly(signer), headers: Object.fromEntries(signed.headers) };
    },
    async presign(url, query, fromMs, ttlMs) {
      const asked = new URL(url);
      for (const [name, value] of Object.entries(query)) asked.searchParams.set(name, value);
      asked.searchParams.set('X-Amz-Expires', String(Math.ceil(ttlMs / 1000)));
      const signer = new AwsV4Signer({
        ...{ ...own, method: 'GET', url: asked.href, datetime: stampOf(fromMs), signQuery: true },
      });
      return `${exactly(signer).href}&X-Amz-Signature=${await signer.signature()}`;
    },
  };
}

/** Basic ISO 8601, as the signature wants it. */
function stampOf(nowMs: number): string {
  return new Date(nowMs).toISOString().replace(/[:-]|\.\d{3}/g, '');
}

function forgetOldDays(cache: Map<string, ArrayBuffer>): void {
  if (cache.size > 8) cache.clear();
}
