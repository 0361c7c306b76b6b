import { RendercastError } from '@rendercast/protocol';
import { type Clock, sleep } from '../clock.js';
import type { Logger } from '../logger.js';

const FIRST_MS = 200;
const LONGEST_MS = 5_000;

/**
 * Writes, and while the storage is away holds what is to be written and tries again, until `stop` aborts. Only
 * `storage_unavailable` is waited out: it promises that nothing was left behind.
 */
export async function hold<T>(
  { clock, logger }: { clock: Clock; logger: Logger },
  stop: AbortSignal,
  write: () => Promise<T>,
): Promise<T> {
  for (let waitMs = FIRST_MS; ; waitMs = Math.min(LONGEST_MS, waitMs * 2)) {
    try {
      return await write();
    } catch (thrown) {
      if (!(thrown instanceof RendercastError) || thrown.code !== 'storage_unavailable' || stop.aborted) throw thrown;
      logger.warn({ err: thrown, waitMs }, 'the storage is away; finished work is held and tried again');
      await sleep(clock, waitMs, stop);
    }
  }
}
