import { randomUUID } from 'node:crypto';
import type { PutOptions, PutResult } from '../blobs.js';
import { createScales, type Scales } from '../scales.js';
import { untilAborted } from '../until-aborted.js';
import { beginMultipart, MAX_PARTS, type Multipart } from './s3-multipart.js';
import { MARK_HEADER } from './s3-objects.js';
import { inParts, type Part } from './s3-parts.js';
import type { Publishing } from './s3-publishing.js';
import type { Requests } from './s3-requests.js';

/** Beyond this a part is too much to hold; files of 640 GB fit. */
const MAX_PART_BYTES = 64 * 1024 * 1024;

export interface UploadParts {
  requests: Requests;
  publishing: Publishing;
  partBytes: number;
}

/**
 * Stores a stream under a key: one request if it fits into one part, else an upload of many parts. Both become visible
 * by one request at the end, whole or not at all. Holds about four parts of memory, however long the stream is.
 */
export async function upload(
  parts: UploadParts,
  key: string,
  body: AsyncIterable<Uint8Array>,
  options: PutOptions,
  signal: AbortSignal,
): Promise<PutResult> {
  await parts.publishing.refuseTaken(key, signal);
  const object = { key, mark: randomUUID() };
  const scales = createScales(options);
  const stop = new AbortController();
  const source = untilAborted(body, AbortSignal.any([signal, stop.signal]));
  let many: Multipart | null = null;
  try {
    for await (const part of inParts(weighed(source, scales), partBytesFor(parts.partBytes, options.maxBytes))) {
      if (part.last && many === null) return await putWhole(parts, object, part, scales.result(), signal);
      many ??= await beginMultipart(parts, object, stop, signal);
      await many.send(part);
    }
    await many?.sent();
    const result = scales.result();
    await many?.finish(result.sizeBytes);
    return result;
  } catch (thrown) {
    await many?.drop();
    throw thrown;
  }
}

async function putWhole(
  { requests, publishing }: UploadParts,
  object: { key: string; mark: string },
  part: Part,
  result: PutResult,
  signal: AbortSignal,
): Promise<PutResult> {
  const { key, mark } = object;
  await publishing.publish({ ...object, sizeBytes: result.sizeBytes }, signal, (conditions) =>
    requests.ask({
      ...{ method: 'PUT', key, body: part.bytes, bodyDigest: part.digest, signal },
      headers: { ...conditions, [MARK_HEADER]: mark },
    }),
  );
  return result;
}

/** All parts but the last are of one size, which must be known before the first is sent. */
function partBytesFor(partBytes: number, maxBytes: number): number {
  return Math.min(Math.max(partBytes, Math.ceil(maxBytes / MAX_PARTS)), Math.max(partBytes, MAX_PART_BYTES));
}

async function* weighed(body: AsyncIterable<Uint8Array>, scales: Scales): AsyncGenerator<Uint8Array> {
  for await (const piece of body) {
    scales.add(piece);
    yield piece;
  }
}
