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
import type { RemoteWork } from '../queue/remote/remote-work.js';
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
  intakes: Pick<Intakes, 'set'>;
  jobMetrics: Pick<JobMetrics, 'figures'>;
  loopDelay: LoopDelay;
  queue: Queue;
  registry: Registry;
  remoteWork: Pick<RemoteWork, 'verbsFor'>;
  startedAtMs: number;
  store: Store;
  subscriptions: Subscriptions;
}
