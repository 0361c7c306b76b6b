import { type Artifact, type LoggedFact, RendercastError } from '@rendercast/protocol';
import { fileKey, keysOfArtifact, thumbnailKey } from '../blobs/keys.js';
import { makeThumbnail, type Thumbnail } from '../blobs/thumbnail.js';
import { isoTime } from '../clock.js';
import type { OutputReport } from '../engines/engine.js';
import type { LeaseRef } from '../stores/store.js';
import { hold } from './hold.js';
import { MAX_OUTPUT_BYTES, type RunParts } from './run-parts.js';

/** What storing an output takes. */
type OutputParts = Pick<RunParts, 'blobs' | 'clock' | 'ids' | 'logger' | 'queue'>;

/** An output, and where it comes from afar the digest that its bytes must have (SHA-256, hexadecimal). */
type IncomingOutput = OutputReport & { expectDigest?: string };

/** Pictures beyond this get no thumbnail: they would have to be held in memory for it. */
const MAX_THUMBNAIL_SOURCE_BYTES = 64 * 1024 * 1024;

/**
 * Stores one output: bytes first, under a name that no other attempt can write, then the fact. If the fact is refused
 * (the attempt was superseded) the bytes are deleted again. `stop` ends it at any point before the fact is in.
 */
export async function storeOutput(
  parts: OutputParts,
  lease: LeaseRef,
  output: IncomingOutput,
  stop: AbortSignal,
): Promise<LoggedFact[]> {
  const id = parts.ids.artifact();
  let reporting = false;
  try {
    const artifact = await storeBytes(parts, lease.jobId, id, output, stop);
    stop.throwIfAborted();
    reporting = true;
    const fact = { type: 'output', slot: output.slot, artifact } as const;
    return await hold(parts, stop, () => parts.queue.report(lease, fact));
  } catch (thrown) {
    if (!reporting || isRefusal(thrown)) await dropBytes(parts, id);
    throw thrown;
  }
}

/** Whether it is certain that the fact is not in the log; else the sweep of orphans finds out. */
function isRefusal(thrown: unknown): boolean {
  return thrown instanceof RendercastError && (thrown.code === 'superseded' || thrown.code === 'storage_unavailable');
}

async function storeBytes(
  parts: OutputParts,
  jobId: string,
  id: string,
  output: IncomingOutput,
  stop: AbortSignal,
): Promise<Artifact> {
  const { body, expectDigest } = output;
  const options = {
    maxBytes: MAX_OUTPUT_BYTES,
    signal: stop,
    ...(expectDigest === undefined ? {} : { expectDigest }),
  };
  const put =
    body instanceof Uint8Array
      ? await hold(parts, stop, () => parts.blobs.put(fileKey(id), once(body), options))
      : await parts.blobs.put(fileKey(id), body, options); // a stream cannot be read again: no second try
  const thumbnail = output.mediaType.startsWith('image/') ? await thumbnailOf(parts, id, put.sizeBytes, body) : null;
  const hasThumbnail = thumbnail !== null && (await storeThumbnail(parts, id, thumbnail));
  return {
    id,
    jobId,
    mediaType: output.mediaType,
    sizeBytes: put.sizeBytes,
    digest: put.digest,
    name: output.name,
    width: output.width ?? thumbnail?.width ?? null,
    height: output.height ?? thumbnail?.height ?? null,
    durationMs: output.durationMs ?? null,
    hasThumbnail,
    parameters: output.parameters,
    createdAt: isoTime(parts.clock.now()),
  };
}

async function thumbnailOf(
  { blobs }: OutputParts,
  id: string,
  sizeBytes: number,
  body: OutputReport['body'],
): Promise<Thumbnail | null> {
  if (sizeBytes > MAX_THUMBNAIL_SOURCE_BYTES) return null;
  return await makeThumbnail(body instanceof Uint8Array ? body : await readWhole(blobs.read(fileKey(id), null)));
}

/** A picture without a thumbnail is still a picture: a failure here costs only the small one. */
async function storeThumbnail({ blobs, logger }: OutputParts, id: string, thumbnail: Thumbnail): Promise<boolean> {
  try {
    await blobs.put(thumbnailKey(id), once(thumbnail.bytes), { maxBytes: MAX_OUTPUT_BYTES });
    return true;
  } catch (thrown) {
    logger.warn({ err: thrown, artifactId: id }, 'a thumbnail could not be stored');
    return false;
  }
}

async function dropBytes({ blobs, logger }: OutputParts, id: string): Promise<void> {
  for (const key of keysOfArtifact(id)) {
    await blobs.remove(key).catch((thrown: unknown) => {
      logger.warn({ err: thrown, artifactId: id }, 'bytes without a fact are left for the sweep of orphans');
    });
  }
}

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}

/** Reads a stream into memory. */
export async function readWhole(body: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of body) chunks.push(chunk);
  return Buffer.concat(chunks);
}
