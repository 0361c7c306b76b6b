import { type Dialect, RendercastError } from '@rendercast/protocol';
import { nativeDialect } from '@rendercast/protocol/dialects/native/index';
import { openApiDocument } from '@rendercast/protocol/open-api';
import { openDiskBlobs } from './blobs/disk.js';
import { createOrphanSweep } from './blobs/orphan-sweep.js';
import { systemClock } from './clock.js';
import { type Config, envName } from './config.js';
import { openDataDir } from './data-dir.js';
import { registerEngines } from './engines/configured.js';
import type { Engine } from './engines/engine.js';
import { createRegistry, type EngineTraits } from './engines/registry.js';
import { createMemoryBus } from './events/bus/memory.js';
import { createFlusher } from './events/flusher.js';
import { createLog } from './events/log.js';
import { createSubscriptions, type Open } from './events/subscriptions.js';
import { createAccess, isLoopbackAddress } from './gateway/access.js';
import { createConnections } from './gateway/connections.js';
import { createGateway, type Gateway } from './gateway/gateway.js';
import { createSignedUrls } from './gateway/signed-urls.js';
import { createVerbs } from './gateway/verbs.js';
import type { Logger } from './logger.js';
import { watchLoopDelay } from './metrics.js';
import { createOpened, type Opened } from './opened.js';
import { createIds } from './queue/ids.js';
import type { LossRule } from './queue/parts.js';
import { createPlaces } from './queue/place.js';
import { createQueue } from './queue/queue.js';
import { createRunner } from './queue/runner.js';
import { StoreOpenError } from './stores/sqlite/open-error.js';
import { openSqliteStore } from './stores/sqlite/open-sqlite-store.js';
import { VERSION } from './version.js';

export { StoreOpenError };

/** A server that runs. */
export interface RunningServer {
  /** Where it listens. */
  urls: string[];
  dataDir: string;
  /**
   * Stops in order: new work is refused, readers are told when to come back, running jobs get `drainMs` to end and
   * are handed back after it, then everything closes. A second call waits for the first.
   */
  stop(): Promise<void>;
  /** What readers follow right now, for diagnosis. */
  followed(): Open;
}

/** An engine of the caller's own, and what the house must know of it. */
export interface OwnEngine {
  engine: Engine;
  traits: EngineTraits;
}

export interface StartOptions {
  config: Config;
  logger: Logger;
  /** Folder of the built studio; null: none is served. */
  studioDir: string | null;
  /** Engines beside those of the configuration. */
  engines?: readonly OwnEngine[];
}

/** Every language this server speaks. The first is the house's own: it answers for what belongs to nobody. */
const DIALECTS: readonly [Dialect, ...Dialect[]] = [nativeDialect];

/**
 * Wires the parts and opens the door.
 *
 * @throws RendercastError or StoreOpenError with words for the person who starts it: no keys for an open address, a
 * data directory that cannot be used or is in use, a port that is taken.
 */
export async function startServer(options: StartOptions): Promise<RunningServer> {
  const { config, logger } = options;
  refuseOpenDoor(config);
  const opened = createOpened(logger);
  try {
    const rooms = await openRooms(options, opened);
    const gateway = await openGateway(options, rooms, opened);
    rooms.queue.start();
    rooms.runner.start();
    rooms.places.start();
    rooms.orphans.start();
    const urls = await gateway.listen(config.host, config.port);

    let stopping: Promise<void> | null = null;
    const stop = async (): Promise<void> => {
      rooms.queue.stopTaking();
      gateway.drain();
      await rooms.runner.drain(config.drainMs);
      await opened.closeAll();
    };
    return {
      urls,
      dataDir: rooms.dataDir.path,
      followed: () => rooms.subscriptions.open(),
      stop() {
        stopping ??= stop();
        return stopping;
      },
    };
  } catch (error) {
    await opened.closeAll();
    throw error;
  }
}

/** Everything behind the door, in the order of the flow. */
async function openRooms({ config, logger, engines = [] }: StartOptions, opened: Opened) {
  const clock = systemClock;
  const dataDir = await openDataDir(config.dataDir);
  const store = opened.add(await openSqliteStore({ dir: dataDir.databaseDir, logger, clock }));
  const blobs = opened.add(await openDiskBlobs({ dir: dataDir.blobsDir }));
  const bus = opened.add(createMemoryBus());
  const log = createLog(store, bus);
  const ids = createIds(clock);

  const registry = opened.add(createRegistry({ clock, logger }));
  await registerEngines(registry, config);
  for (const { engine, traits } of engines) await registry.add(engine, traits);

  const lossRule = (engine: string): LossRule => registry.traits(engine) ?? { repeatable: true };
  const queue = opened.add(createQueue({ store, log, blobs, clock, ids, limits: config, logger, lossRule }));
  const runner = createRunner({ queue, registry, store, bus, blobs, clock, ids, limits: config, logger });
  const places = opened.add(createPlaces({ store, bus, registry, clock, logger }));
  const orphans = opened.add(createOrphanSweep({ blobs, store, clock, logger }));

  const flusher = opened.add(createFlusher());
  const signedUrls = createSignedUrls(config.apiKeys.length > 0 ? dataDir.secret : null, config.fileUrlTtlMs, clock);
  const { fileUrl } = signedUrls;
  const subscriptions = opened.add(createSubscriptions({ store, bus, flusher, clock, fileUrl, logger }));
  return {
    ...{ blobs, bus, clock, dataDir, flusher, ids, log, orphans, places, queue, registry, runner },
    ...{ signedUrls, store, subscriptions },
  };
}

type Rooms = Awaited<ReturnType<typeof openRooms>>;

async function openGateway(
  { config, logger, studioDir }: StartOptions,
  rooms: Rooms,
  opened: Opened,
): Promise<Gateway> {
  const { clock, log, queue, store } = rooms;
  const connections = createConnections({ clock, ...config });
  const loopDelay = opened.add(watchLoopDelay());
  const startedAtMs = clock.monotonic();
  const gateway = await createGateway(
    {
      ...rooms,
      access: createAccess(config),
      config,
      connections,
      epoch: store.epoch,
      logger,
      openApi: openApiDocument(DIALECTS, { title: 'Rendercast', version: VERSION }),
      readiness: () => (queue.taking ? log.health() : { ready: false, message: 'the server is going down' }),
      studioDir,
      verbsFor: createVerbs({ ...rooms, config, connections, loopDelay, startedAtMs }),
    },
    DIALECTS,
  );
  return opened.add(gateway);
}

/** An address that others can reach needs keys. */
function refuseOpenDoor(config: Config): void {
  if (config.apiKeys.length > 0 || isLoopbackAddress(config.host)) return;
  throw new RendercastError(
    'forbidden',
    `listening on ${config.host} without keys would let anybody in; set ${envName('apiKeys')}=you:<a long random key>, or listen on localhost`,
  );
}
