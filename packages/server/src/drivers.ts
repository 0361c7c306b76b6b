import { randomBytes } from 'node:crypto';
import { hostname } from 'node:os';
import type { Blobs } from './blobs/blobs.js';
import { openDiskBlobs } from './blobs/disk.js';
import type { Clock } from './clock.js';
import type { Config } from './config.js';
import { type DataDir, openDataDir } from './data-dir.js';
import type { Bus } from './events/bus/bus.js';
import { createMemoryBus } from './events/bus/memory.js';
import type { Logger } from './logger.js';
import type { Metrics } from './metrics/metrics.js';
import type { Opened } from './opened.js';
import type { Roster } from './stores/roster.js';
import { openSqliteStore } from './stores/sqlite/open-sqlite-store.js';
import type { Store } from './stores/store.js';

/** What stands behind the ports: in this process and on this disk, or on servers that many processes share. */
export interface Drivers {
  /** Name of this process among its fellows. */
  node: string;
  dataDir: DataDir;
  store: Store;
  /** Null: this process is the whole house. */
  roster: Roster | null;
  bus: Bus;
  blobs: Blobs;
}

interface DriverOptions {
  config: Config;
  clock: Clock;
  logger: Logger;
  /** Told of every commit of this process. */
  onCommit: Metrics['committed'];
}

/** Opens what the configuration names. Throws what a person who starts the server can act on. */
export async function openDrivers(
  { config, clock, logger, onCommit }: DriverOptions,
  opened: Opened,
): Promise<Drivers> {
  const node = config.nodeName ?? `${hostname().slice(0, 50)}-${randomBytes(4).toString('hex')}`;
  const dataDir = await openDataDir(config.dataDir);
  const store = opened.add(await openSqliteStore({ dir: dataDir.databaseDir, logger, clock, onCommit }));
  const blobs = opened.add(await openDiskBlobs({ dir: dataDir.blobsDir }));
  const bus = opened.add(createMemoryBus());
  return { node, dataDir, store, roster: null, bus, blobs };
}
