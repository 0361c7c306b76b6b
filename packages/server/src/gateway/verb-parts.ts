import type { Blobs } from '../blobs/blobs.js';
import type { Clock } from '../clock.js';
import type { Config } from '../config.js';
import type { Registry } from '../engines/registry.js';
import type { Bus } from '../events/bus/bus.js';
import type { Subscriptions } from '../events/subscriptions.js';
import type { JobMetrics } from '../metrics/job-metrics.js';
import type { LoopDelay } from '../metrics/loop-delay.js';
import type { Directory } from '../queue/fellows.js';
import type { Ids } from '../queue/ids.js';
import type { Intakes } from '../queue/intakes.js';
import type { Queue } from '../queue/queue.js';
import type { Store } from '../stores/store.js';
import type { Connections } from './connections.js';

/** What the verbs work with. */
export interface VerbParts {
  blobs: Blobs;
  bus: Bus;
  clock: Clock;
  config: Pick<Config, 'maxFileBytes' | 'maxWaiting'>;
  connections: Connections;
  directory: Pick<Directory, 'list'>;
  ids: Ids;
  jobMetrics: Pick<JobMetrics, 'figures'>;
  intakes: Pick<Intakes, 'set'>;
  loopDelay: LoopDelay;
  queue: Queue;
  registry: Registry;
  startedAtMs: number;
  store: Store;
  subscriptions: Subscriptions;
}
