import type { Job } from '@rendercast/protocol';
import type { Blobs } from '../../blobs/blobs.js';
import type { Clock } from '../../clock.js';
import type { Bus } from '../../events/bus/bus.js';
import type { Logger } from '../../logger.js';
import type { Store } from '../../stores/store.js';
import type { Directory } from '../fellows.js';
import type { Ids } from '../ids.js';
import type { LossRule } from '../parts.js';
import type { Queue } from '../queue.js';
import type { RunLimits } from '../run-parts.js';
import type { LeaseSeal } from './lease-seal.js';
import type { Presence } from './presence.js';

/** What the house has for workers of somebody else's making. */
export interface RemoteOptions {
  queue: Queue;
  store: Store;
  bus: Bus;
  blobs: Blobs;
  clock: Clock;
  ids: Ids;
  limits: RunLimits;
  logger: Logger;
  presence: Presence;
  /** Engines wherever they are, for what must not be repeated. */
  directory: Pick<Directory, 'traits'>;
  seal: LeaseSeal;
}

export interface RemoteParts extends RemoteOptions {
  /** What becomes of an attempt of this job that is given up. */
  traitsOf(job: Job): LossRule;
}
