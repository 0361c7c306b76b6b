import { createHash } from 'node:crypto';
import type { Blobs } from '../blobs/blobs.js';
import { type Growth, growthChunkKey, growthHeadKey, writtenHead } from '../blobs/growth.js';
import type { Clock } from '../clock.js';
import { EngineError, type OutputReport } from '../engines/engine.js';
import type { Logger } from '../logger.js';

/** What is handed in is kept within this time at the latest, in milliseconds: so far behind is whoever listens. */
const KEEP_WITHIN_MS = 400;
/** Chunks are so large at least, unless the time is up, and so large at most. */
const MIN_CHUNK_BYTES = 64 * 1024;
const MAX_CHUNK_BYTES = 1024 * 1024;
/** In between they are this part of what is there: few of them for a long song, and no long wait for a short one. */
const CHUNK_PART = 1 / 8;

/** One output on its way: its bytes are kept as numbered chunks, which any process can read. */
export interface GrowingOutput {
  /** Takes more bytes; resolves once there is room for more. Never rejects. */
  add(bytes: Uint8Array): Promise<void>;
  /** The finished file's body; refuses one that does not begin with what has grown. */
  checked(body: OutputReport['body']): OutputReport['body'];
  /** Nothing more is kept from now on. */
  stop(): void;
  /** Deletes the chunks. Never rejects: what is left is swept. */
  clear(): Promise<void>;
}

export interface GrowingParts {
  blobs: Blobs;
  clock: Clock;
  logger: Logger;
  /** Told how many bytes can be read by now. */
  kept(sizeBytes: number): void;
}

/**
 * Begins one growing output. It holds no more in memory than two chunks, if whoever adds waits; where chunks cannot be
 * stored it gives up growing, and the output is heard when it is whole.
 */
export function growOutput({ blobs, clock, logger, kept }: GrowingParts, growth: Growth): GrowingOutput {
  const prefix = createHash('sha256');
  const over = new AbortController();
  let addedBytes = 0;
  let keptBytes = 0;
  let chunks = 0;
  let waiting: Uint8Array[] = [];
  let waitingBytes = 0;
  let takeBack: (() => void) | null = null;
  let isLate = false;
  let keeping: Promise<void> | null = keep(begin);

  const chunkBytes = (): number => Math.min(MAX_CHUNK_BYTES, Math.max(MIN_CHUNK_BYTES, keptBytes * CHUNK_PART));

  async function begin(): Promise<void> {
    const head = writtenHead(growth);
    await blobs.put(growthHeadKey(growth), once(head), { maxBytes: head.length, signal: over.signal });
    isLate = true; // what has come meanwhile is heard at once
  }

  async function keepChunk(): Promise<void> {
    const chunk = Buffer.concat(waiting);
    waiting = [];
    waitingBytes = 0;
    isLate = false;
    await blobs.put(growthChunkKey(growth, chunks), once(chunk), { maxBytes: chunk.length, signal: over.signal });
    chunks += 1;
    keptBytes += chunk.length;
    kept(keptBytes);
  }

  /** One write at a time; after it the next, where enough has come for one. */
  async function keep(write: () => Promise<void>): Promise<void> {
    try {
      await write();
    } catch (thrown) {
      if (!over.signal.aborted) logger.warn({ err: thrown, jobId: growth.jobId }, 'an output grows unheard');
      stop();
    }
    keeping = null;
    look();
  }

  function look(): void {
    if (over.signal.aborted || keeping !== null || waitingBytes === 0) return;
    if (isLate || waitingBytes >= chunkBytes()) {
      takeBack?.();
      takeBack = null;
      keeping = keep(keepChunk);
    } else
      takeBack ??= clock.after(KEEP_WITHIN_MS, () => {
        takeBack = null;
        isLate = true;
        look();
      });
  }

  function stop(): void {
    over.abort();
    takeBack?.();
    waiting = [];
    waitingBytes = 0;
  }

  const isPrefix = (digest: Buffer): boolean => prefix.copy().digest().equals(digest);

  async function* checkedStream(body: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
    const begins = createHash('sha256');
    let left = addedBytes;
    for await (const bytes of body) {
      if (left > 0) {
        begins.update(bytes.subarray(0, left));
        left -= Math.min(left, bytes.length);
        if (left === 0 && !isPrefix(begins.digest())) throw otherFile();
      }
      yield bytes;
    }
    if (left > 0) throw otherFile();
  }

  return {
    async add(bytes) {
      prefix.update(bytes);
      addedBytes += bytes.length;
      if (over.signal.aborted) return;
      waiting.push(Uint8Array.from(bytes)); // a copy: an encoder uses its buffer again
      waitingBytes += bytes.length;
      look();
      while (keeping !== null && waitingBytes >= chunkBytes()) await keeping;
    },
    checked(body) {
      if (!(body instanceof Uint8Array)) return checkedStream(body);
      const begins = createHash('sha256').update(body.subarray(0, addedBytes)).digest();
      if (body.length < addedBytes || !isPrefix(begins)) throw otherFile();
      return body;
    },
    stop,
    async clear() {
      stop();
      await keeping;
      // The head last: while it is there, the chunks are known to be somebody's.
      const keys = [...Array.from({ length: chunks + 1 }, (_, n) => growthChunkKey(growth, n)), growthHeadKey(growth)];
      for (const key of keys) {
        await blobs.remove(key).catch((thrown: unknown) => {
          logger.warn({ err: thrown, jobId: growth.jobId }, 'a part of a grown output is left for the sweep');
        });
      }
    },
  };
}

/** Those who listened would hear a file that never was. */
function otherFile(): EngineError {
  return new EngineError('engine_failed', 'The finished file does not begin with what was heard while it was made.', {
    retryable: false,
  });
}

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}
