import type { Clock } from '../../clock.js';
import type { Logger } from '../../logger.js';
import { S3Fault } from './s3-fault.js';
import { listUploads } from './s3-listing.js';
import { dropUpload } from './s3-publishing.js';
import type { Requests } from './s3-requests.js';

/** Parts of a dead upload cost money and are seen in no list of objects; a few hours of them cost little. */
const SWEEP_EVERY_MS = 6 * 3_600_000;
/** The start has other things to do first. */
const FIRST_SWEEP_MS = 60_000;

export interface StaleUploads {
  requests: Requests;
  prefix: string;
  /** Younger ones may still be at work, on this node or another. */
  staleMs: number;
  clock: Clock;
  logger: Logger;
}

/** Drops uploads that nobody will finish any more: their process died between two parts. Answers how many. */
export async function dropStaleUploads(parts: StaleUploads, signal: AbortSignal): Promise<number> {
  const { requests, prefix, staleMs, clock } = parts;
  let dropped = 0;
  for await (const { key, uploadId, ageMs } of listUploads(requests, prefix, clock.now, signal)) {
    // Some list what only resembles the prefix.
    if (ageMs < staleMs || !key.startsWith(prefix)) continue;
    await dropUpload(requests, key, uploadId);
    dropped += 1;
  }
  return dropped;
}

/** Drops stale uploads now and then until the signal aborts. Every node does; twice does no harm. */
export function sweepStaleUploads(parts: StaleUploads, signal: AbortSignal): void {
  const { clock, logger } = parts;

  async function sweep(): Promise<void> {
    try {
      const dropped = await dropStaleUploads(parts, signal);
      if (dropped > 0) logger.info({ dropped }, 'dropped uploads that were never finished');
    } catch (error) {
      if (signal.aborted) return;
      const unknown = error instanceof S3Fault && error.details.status === 501;
      if (unknown) return logger.info('the storage lists no unfinished uploads; a rule of the bucket must drop them');
      logger.warn({ error }, 'unfinished uploads could not be swept');
    }
    later(SWEEP_EVERY_MS);
  }

  function later(delayMs: number): void {
    if (signal.aborted) return;
    const takeBack = clock.after(delayMs, () => {
      signal.removeEventListener('abort', takeBack);
      void sweep();
    });
    signal.addEventListener('abort', takeBack, { once: true });
  }
  later(FIRST_SWEEP_MS);
}
