import { randomBytes } from 'node:crypto';
import { hostname } from 'node:os';
import { join } from 'node:path';
import type { Blobs } from './blobs/blobs.js';
import { openDiskBlobs } from './blobs/disk.js';
import { openS3Blobs } from './blobs/s3/open-s3-blobs.js';
import type { Clock } from './clock.js';
import type { Config } from './config.js';
import { type DataDir, openDataDir } from './data-dir.js';
import type { Bus } from './events/bus/bus.js';
import { createMemoryBus } from './events/bus/memory.js';
import { openRedisBus } from './events/bus/redis/open-redis-bus.js';
import type { Logger } from './logger.js';
import type { Metrics } from './metrics/metrics.js';
import type { Opened } from './opened.js';
import { openPostgresStore } from './stores/postgres/open-postgres-store.js';
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
  /** Calls back when another process may have brought work; the returned function ends that. */
  onRing: (listener: () => void) => () => void;
  bus: Bus;
  blobs: Blobs;
}

interface DriverOptions {
  config: Config;
  clock: Clock;
  logger: Logger;
  /** Told of every commit of this process. */
  onCommit: Metrics['committed'];
  /** Told when the store turns out to have gone back in time: this process must be started anew. */
  onSetBack: () => void;
}

/** Opens what the configuration names. Throws what a person who starts the server can act on. */
export async function openDrivers(options: DriverOptions, opened: Opened): Promise<Drivers> {
  const node = options.config.nodeName ?? `${hostname().slice(0, 50)}-${randomBytes(4).toString('hex')}`;
  const dataDir = await openDataDir(options.config.dataDir);
  const parts = { ...options, dataDir, node };
  const { house, ...kept } = await openStore(parts, opened);
  const blobs = opened.add(await openBlobs(parts));
  const bus = opened.add(await openBus(parts, house));
  return { node, dataDir, ...kept, bus, blobs };
}

type Parts = DriverOptions & Pick<Drivers, 'node' | 'dataDir'>;

async function openStore(
  { config, clock, logger, dataDir, onCommit, onSetBack }: Parts,
  opened: Opened,
): Promise<Pick<Drivers, 'store' | 'roster' | 'onRing'> & { house: string | null }> {
  const { databaseUrl: url, databaseSchema: schema, clusterName: cluster } = config;
  if (url === undefined) {
    const store = opened.add(await openSqliteStore({ dir: dataDir.databaseDir, logger, clock, onCommit }));
    return { store, roster: null, onRing: () => () => undefined, house: null };
  }
  const markFile = join(dataDir.path, 'log-mark');
  const database = { url, schema, cluster, markFile };
  const store = opened.add(await openPostgresStore({ ...database, logger, clock, onCommit, onSetBack }));
  return { store, roster: store.roster, onRing: store.onRing, house: store.house };
}

async function openBus({ config, clock, logger, node }: Parts, house: string | null): Promise<Bus> {
  const { redisUrl: urls, clusterName: prefix } = config;
  if (urls === undefined) return createMemoryBus();
  return openRedisBus({ urls, prefix, ...(house === null ? {} : { house }), clock, logger, name: node });
}

async function openBlobs({ config, clock, logger, dataDir }: Parts): Promise<Blobs> {
  const { s3Endpoint: endpoint, s3Bucket: bucket, s3Region: region, s3Prefix: prefix, clusterName: house } = config;
  if (endpoint === undefined) {
    if (config.role !== 'all')
      logger.warn(`files lie in ${dataDir.blobsDir}: that folder must be one and the same on all machines`);
    return openDiskBlobs({ dir: dataDir.blobsDir, shared: config.redisUrl !== undefined });
  }
  const { s3AccessKeyId: accessKeyId, s3SecretAccessKey: secretAccessKey } = config;
  const manner = { pathStyle: config.s3PathStyle, presign: config.s3Presign };
  const place = { endpoint, bucket, region, prefix, house };
  return openS3Blobs({ ...place, accessKeyId, secretAccessKey, ...manner, clock, logger });
}
