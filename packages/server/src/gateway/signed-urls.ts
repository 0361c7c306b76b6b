import { createHmac, timingSafeEqual } from 'node:crypto';
import type { FileUrl } from '@rendercast/protocol';
import type { Clock } from '../clock.js';

/** Expiry times are rounded up to this, so that a file keeps one URL, and its place in caches, for an hour. */
const ROUND_MS = 3_600_000;

/** Paths of files, signed so that `<img>` and `<audio>`, which send no key, can fetch them. */
export interface SignedUrls {
  fileUrl: FileUrl;
  /** Whether a path and query carry a good signature that has not expired. */
  isSigned(path: string, query: Record<string, string | undefined>): boolean;
}

/** @param secret null: nothing is signed (no keys are configured). */
export function createSignedUrls(secret: string | null, ttlMs: number, clock: Clock): SignedUrls {
  const signatureOf = (key: string, path: string, expires: number): string =>
    createHmac('sha256', key).update(`${path}\n${expires}`).digest('base64url');

  function sign(path: string): string {
    if (secret === null) return path;
    const expires = Math.ceil((clock.now() + ttlMs) / ROUND_MS) * ROUND_MS;
    return `${path}?expires=${expires}&signature=${signatureOf(secret, path, expires)}`;
  }

  return {
    fileUrl: {
      artifact: (id, variant) =>
        sign(`/v1/artifacts/${encodeURIComponent(id)}${variant === 'thumbnail' ? '/thumbnail' : ''}`),
      preview(jobId, tick) {
        const url = sign(`/v1/jobs/${encodeURIComponent(jobId)}/preview`);
        return `${url}${url.includes('?') ? '&' : '?'}tick=${tick}`;
      },
      own: sign,
    },
    isSigned(path, query) {
      const { expires, signature } = query;
      if (secret === null || expires === undefined || signature === undefined) return false;
      if (!/^\d{1,15}$/.test(expires) || Number(expires) < clock.now()) return false;
      const good = Buffer.from(signatureOf(secret, path, Number(expires)));
      const given = Buffer.from(signature);
      return good.length === given.length && timingSafeEqual(good, given);
    },
  };
}
