import type { Blobs } from '../blobs/blobs.js';
import { type Growth, growthChunkKey, growthHeadKey, writtenHead } from '../blobs/growth.js';
import type { Clock } from '../clock.js';
import type { OutputReport } from '../engines/engine.js';
import type { Logger } from '../logger.js';
import { createPrefixCheck } from './prefix-check.js';

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
export function growOutput(parts: GrowingParts, growth: Growth): GrowingOutput {
  const prefix = createPrefixCheck();
  const over = new AbortController();
  const chunks = createChunks(parts, growth, over.signal);
  let waiting: Uint8Array[] = [];
  let waitingBytes = 0;
  let takeBack: (() => void) | null = null;
  // What comes while the head is written is heard at once.
  let isLate = true;
  let keeping: Promise<void> | null = keep(chunks.begin);

  /** One write at a time; after it the next, where enough has come for one. */
  async function keep(write: () => Promise<void>): Promise<void> {
    try {
      await write();
    } catch (thrown) {
      if (!over.signal.aborted) parts.logger.warn({ err: thrown, jobId: growth.jobId }, 'an output grows unheard');
      stop();
    }
    keeping = null;
    look();
  }

  function look(): void {
    if (over.signal.aborted || keeping !== null || waitingBytes === 0) return;
    if (isLate || waitingBytes >= chunks.nextBytes()) {
      takeBack?.();
      takeBack = null;
      const chunk = Buffer.concat(waiting);
      drop();
      keeping = keep(() => chunks.add(chunk));
    } else
      takeBack ??= parts.clock.after(KEEP_WITHIN_MS, () => {
        takeBack = null;
        isLate = true;
        look();
      });
  }

  function drop(): void {
    waiting = [];
    waitingBytes = 0;
    isLate = false;
  }

  function stop(): void {
    over.abort();
    takeBack?.();
    drop();
  }

  return {
    async add(bytes) {
      prefix.heard(bytes);
      if (over.signal.aborted) return;
      waiting.push(Uint8Array.from(bytes)); // a copy: an encoder uses its buffer again
      waitingBytes += bytes.length;
      look();
      while (keeping !== null && waitingBytes >= chunks.nextBytes()) await keeping;
    },
    checked: prefix.checked,
    stop,
    async clear() {
      stop();
      await keeping;
      await chunks.clear();
    },
  };
}

/** The stored part of a growing output. */
interface Chunks {
  /** Says what it is, before the first chunk. */
  begin(): Promise<void>;
  add(chunk: Uint8Array): Promise<void>;
  /** How large the next chunk should be at least, unless it is late. */
  nextBytes(): number;
  clear(): Promise<void>;
}

function createChunks({ blobs, logger, kept }: GrowingParts, growth: Growth, signal: AbortSignal): Chunks {
  let count = 0;
  let keptBytes = 0;
  const put = async (key: string, bytes: Uint8Array): Promise<void> => {
    await blobs.put(key, once(bytes), { maxBytes: bytes.length, signal });
  };
  return {
    begin: () => put(growthHeadKey(growth), writtenHead(growth)),
    async add(chunk) {
      await put(growthChunkKey(growth, count), chunk);
      count += 1;
      keptBytes += chunk.length;
      kept(keptBytes);
    },
    nextBytes: () => Math.min(MAX_CHUNK_BYTES, Math.max(MIN_CHUNK_BYTES, keptBytes * CHUNK_PART)),
    async clear() {
      // One more than are known: the last may have been stored though it was given up. The head last: while it is there,
      // the chunks are known to be somebody's.
      const keys = [...Array.from({ length: count + 1 }, (_, n) => growthChunkKey(growth, n)), growthHeadKey(growth)];
      for (const key of keys) {
        await blobs.remove(key).catch((thrown: unknown) => {
          logger.warn({ err: thrown, jobId: growth.jobId }, 'a part of a grown output is left for the sweep');
        });
      }
    },
  };
}

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}
