import type { Blobs } from '../blobs/blobs.js';
import type { Clock } from '../clock.js';
import type { Log } from '../events/log.js';
import type { Logger } from '../logger.js';
import type { Store } from '../stores/store.js';
import type { Backoff } from './backoff.js';
import type { Backoffs } from './backoffs.js';
import type { Ids } from './ids.js';

/** Bounds of the queue. Their defaults and reasons stand in the configuration. */
export interface QueueLimits {
  /** Most waiting jobs of one owner, and in all; a submission beyond is refused with `queue_full`. */
  maxWaitingPerOwner: number;
  maxWaiting: number;
  /** Longest wait of a job that names none, in milliseconds; 0: for ever. */
  queueTimeoutMs: number;
  /** Tries of a job; failures and lost leases count, hand-backs do not. */
  maxAttempts: number;
}

/** What becomes of an attempt that was lost on this engine. */
export interface LossRule {
  repeatable: boolean;
  adopts?: boolean;
}

/** What the verbs of the queue work with. */
export interface QueueParts {
  store: Store;
  log: Log;
  blobs: Blobs;
  clock: Clock;
  ids: Ids;
  limits: QueueLimits;
  backoff: Backoff;
  backoffs: Backoffs;
  logger: Logger;
  /** In [0, 1), for jitter. */
  random: () => number;
  lossRule: (engine: string) => LossRule;
  /** Tells the runners that there may be work. */
  ring: () => void;
}
