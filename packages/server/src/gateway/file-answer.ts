import type { ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { type ByteRange, type OpenArtifact, RendercastError } from '@rendercast/protocol';

/** What a caller says about the file it may have already. */
export interface FileConditions {
  range: string | undefined;
  ifNoneMatch: string | undefined;
  ifRange: string | undefined;
}

/** Uploads come from strangers: a file is shown, never run. */
export const SHOWN_NEVER_RUN = {
  'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'; sandbox",
  'x-content-type-options': 'nosniff',
} as const;

export interface FileOptions {
  disposition: 'inline' | 'attachment';
  headOnly: boolean;
  headers: Record<string, string>;
  /** Another file may stand at this address later: caches ask whether it is this one still. Default: false. */
  replaceable?: boolean;
}

/**
 * Sends a file, whole or in part, as RFC 9110 says, or to where it is. Files never change, so their digest is their ETag;
 * the storage has an ETag of its own and judges ranges by it.
 */
export async function sendFile(
  response: ServerResponse,
  file: OpenArtifact,
  options: FileOptions,
  conditions: FileConditions,
): Promise<void> {
  const etag = `"${file.artifact.digest}${file.mediaType === file.artifact.mediaType ? '' : '-thumbnail'}"`;
  const headers = {
    ...options.headers,
    etag,
    'accept-ranges': 'bytes',
    'cache-control': options.replaceable === true ? 'private, no-cache' : 'private, max-age=31536000, immutable',
    'content-disposition': dispositionOf(options.disposition, file.artifact.name),
    'content-type': file.mediaType,
    ...SHOWN_NEVER_RUN,
  };
  if (matches(conditions.ifNoneMatch, etag)) {
    response.writeHead(304, headers).end();
    return;
  }
  // Only for GET: an address that is signed for one method is refused for another.
  if (file.elsewhere !== undefined && !options.headOnly) {
    const wish = { disposition: headers['content-disposition'], cacheControl: headers['cache-control'] };
    const { url, ttlMs } = await file.elsewhere(wish);
    const keptSeconds = Math.floor(ttlMs / 2000); // what is left of the address still is enough for the bytes
    const cacheControl = options.replaceable === true ? 'no-store' : `private, max-age=${keptSeconds}`;
    response
      .writeHead(302, { ...options.headers, location: url, 'cache-control': cacheControl, 'content-length': 0 })
      .end();
    return;
  }
  const fresh = conditions.ifRange === undefined || conditions.ifRange === etag;
  const range = fresh ? parseRange(conditions.range, file.sizeBytes) : null;
  const lengthBytes = range === null ? file.sizeBytes : range.end - range.start + 1;
  response.writeHead(range === null ? 200 : 206, {
    ...headers,
    'content-length': lengthBytes,
    ...(range === null ? {} : { 'content-range': `bytes ${range.start}-${range.end}/${file.sizeBytes}` }),
  });
  if (options.headOnly) {
    response.end();
    return;
  }
  await pipeline(Readable.from(file.body(range), { objectMode: false }), response);
}

function matches(header: string | undefined, etag: string): boolean {
  return (
    header !== undefined &&
    (header.trim() === '*' || header.split(',').some((tag) => tag.trim().replace(/^W\//, '') === etag))
  );
}

/**
 * Reads a Range header; null: send everything (no range, several ranges, or another unit).
 *
 * @throws RendercastError `range_not_satisfiable`
 */
export function parseRange(header: string | undefined, sizeBytes: number): ByteRange | null {
  const match = /^bytes=(\d{0,15})-(\d{0,15})$/.exec(header?.trim() ?? '');
  if (match === null) return null;
  const [, first = '', last = ''] = match;
  if (first === '' && last === '') return null;
  const start = first === '' ? Math.max(0, sizeBytes - Number(last)) : Number(first);
  const end = first === '' || last === '' ? sizeBytes - 1 : Math.min(Number(last), sizeBytes - 1);
  if (start >= sizeBytes || start > end)
    throw new RendercastError('range_not_satisfiable', `the file has ${sizeBytes} bytes`);
  return { start, end };
}

/** A file name that old and new clients read alike (RFC 6266). */
export function dispositionOf(kind: 'inline' | 'attachment', name: string): string {
  const ascii = name.replace(/[^\x20-\x7e]|["\\%]/g, '_');
  const encoded = encodeURIComponent(name.replace(/\p{Surrogate}/gu, '_')).replace(
    /['()*]/g,
    (c) => `%${c.charCodeAt(0).toString(16)}`,
  );
  return `${kind}; filename="${ascii}"; filename*=UTF-8''${encoded}`;
}
