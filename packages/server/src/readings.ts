import { statfs } from 'node:fs/promises';
import type { Config } from './config.js';
import type { Registry } from './engines/registry.js';
import type { Subscriptions } from './events/subscriptions.js';
import type { Connections } from './gateway/connections.js';
import type { Traffic } from './gateway/traffic.js';
import type { Readings } from './metrics/house-metrics.js';
import type { LoopDelay } from './metrics/loop-delay.js';
import type { Directory } from './queue/fellows.js';
import type { Store } from './stores/store.js';
import { VERSION } from './version.js';

/** The parts whose figures are shown. */
export interface Measured extends Pick<Readings, 'bus' | 'blobs' | 'ready'> {
  config: Pick<Config, 'maxWaiting'>;
  connections: Connections;
  dataDir: { path: string };
  loopDelay: LoopDelay;
  /** The backends that are shown. */
  own: Pick<Directory, 'list'>;
  registry: Pick<Registry, 'contacts'>;
  store: Store;
  subscriptions: Subscriptions;
  traffic: Traffic;
}

/** How the metrics read the parts. Nothing of it runs before somebody asks. */
export function readingsOf(parts: Measured): Readings {
  const { config, connections, dataDir, loopDelay, own, registry, store, subscriptions, traffic } = parts;
  return {
    version: VERSION,
    maxWaiting: config.maxWaiting,
    ready: parts.ready,
    jobs: () => store.counts(),
    backends: () => own.list(),
    contacts: () => registry.contacts(),
    connections: () => connections.counts(),
    traffic: () => traffic.totals(),
    events: () => subscriptions.counters(),
    bus: parts.bus,
    blobs: parts.blobs,
    async freeBytes() {
      const { bavail, bsize } = await statfs(dataDir.path);
      return bavail * bsize;
    },
    loopDelay: () => loopDelay.figures(),
  };
}
