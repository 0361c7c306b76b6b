import { type Dialect, type Principal, RendercastError, type Verbs } from '@rendercast/protocol';
import { artistSessionDialect } from '@rendercast/protocol/dialects/artist-session/index';
import { imageTaskDialect } from '@rendercast/protocol/dialects/image-task/index';
import { musicRenderDialect } from '@rendercast/protocol/dialects/music-render/index';
import { nativeDialect } from '@rendercast/protocol/dialects/native/index';
import { progressFeedDialect } from '@rendercast/protocol/dialects/progress-feed/index';
import { openApiDocument } from '@rendercast/protocol/open-api';
import { type Config, envName } from './config.js';
import { type LogHealth } from './events/log.js';
import { type Open, type Subscriptions } from './events/subscriptions.js';
import { createAccess, isLoopbackAddress } from './gateway/access.js';
import { createConnections } from './gateway/connections.js';
import { createGateway, type Gateway } from './gateway/gateway.js';
import { createProxies } from './gateway/proxies.js';
import { createTraffic } from './gateway/traffic.js';
import { createVerbs } from './gateway/verbs.js';
import { watchLoopDelay } from './metrics/loop-delay.js';
import { createOpened, type Opened } from './opened.js';
import { withIntakes } from './queue/intakes.js';
import { type Measured, readingsOf } from './readings.js';
import { openRooms, type RoomOptions, type Rooms } from './rooms.js';
import { StoreOpenError } from './stores/sqlite/open-error.js';
import { VERSION } from './version.js';

export type { OwnEngine } from './rooms.js';
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

export interface StartOptions extends RoomOptions {
  /** Folder of the built studio; null: none is served. */
  studioDir: string | null;
  /** Whether the languages of other front ends are spoken beside the house's own. Default: true. */
  foreignDialects?: boolean;
}

/** Every language this server speaks. The first is the house's own: it answers for what belongs to nobody. */
const DIALECTS: readonly [Dialect, ...Dialect[]] = [
  nativeDialect,
  artistSessionDialect,
  progressFeedDialect,
  musicRenderDialect,
  imageTaskDialect,
];

/** A worker's door is for those who look after it: health and figures, no jobs. */
function dialectsFor(role: Config['role'], foreignDialects: boolean): typeof DIALECTS {
  const [house, ...foreign] = DIALECTS;
  if (role === 'worker') return [{ ...house, routes: [], sockets: [] }];
  return [house, ...(foreignDialects ? foreign : [])];
}

/** A server that works and that nobody can reach yet: for programs that have a door of their own. */
export interface OpenServer extends Omit<RunningServer, 'urls'> {
  gateway: Gateway;
  /** The store's epoch, part of every position. */
  epoch: string;
  subscriptions: Subscriptions;
  verbsFor(principal: Principal): Verbs;
  /** Opens a door of its own where the configuration says; answers the addresses. */
  listen(): Promise<string[]>;
  /** As a running server's, with another time for running jobs, in milliseconds. Default: the configuration's. */
  stop(drainMs?: number): Promise<void>;
}

/**
 * Wires the parts and opens the door.
 *
 * @throws RendercastError or StoreOpenError with words for the person who starts it: no keys for an open address, a
 * data directory that cannot be used or is in use, a port that is taken.
 */
export async function startServer(options: StartOptions): Promise<RunningServer> {
  refuseOpenDoor(options.config);
  const server = await openServer(options);
  try {
    return { ...server, urls: await server.listen() };
  } catch (error) {
    await server.stop(0);
    throw error;
  }
}

/** Wires the parts and sets them to work, behind a door that stays shut until `listen`. Throws as `startServer` does. */
export async function openServer(options: StartOptions): Promise<OpenServer> {
  const { config, logger } = options;
  const opened = createOpened(logger);
  try {
    const rooms = await openRooms(options, opened);
    const { gateway, verbsFor } = await openGateway(options, rooms, opened);
    start(config.role, rooms);

    let stopping: Promise<void> | null = null;
    const stop = async (drainMs: number): Promise<void> => {
      rooms.queue.stopTaking();
      gateway.drain();
      await rooms.runner.drain(drainMs);
      await opened.closeAll();
    };
    return {
      gateway,
      verbsFor,
      epoch: rooms.store.epoch,
      subscriptions: rooms.subscriptions,
      dataDir: rooms.dataDir.path,
      followed: () => rooms.subscriptions.open(),
      async listen() {
        refuseOpenDoor(config);
        return gateway.listen(config.host, config.port);
      },
      stop(drainMs = config.drainMs) {
        stopping ??= stop(drainMs);
        return stopping;
      },
    };
  } catch (error) {
    await opened.closeAll();
    throw error;
  }
}

/** Sets to work what this process is for. */
function start(role: Config['role'], { queue, runner, places, orphans, retention }: Rooms): void {
  queue.start();
  if (role !== 'gateway') {
    runner.start();
    orphans.start();
    retention.start();
  }
  if (role !== 'worker') places.start();
}

async function openGateway(
  { config, logger, studioDir, foreignDialects = true }: StartOptions,
  rooms: Rooms,
  opened: Opened,
): Promise<{ gateway: Gateway; verbsFor: OpenServer['verbsFor'] }> {
  const { clock, log, metrics, queue, store, tracing } = rooms;
  const dialects = dialectsFor(config.role, foreignDialects);
  const connections = createConnections({ clock, ...config });
  const loopDelay = opened.add(watchLoopDelay());
  const startedAtMs = clock.monotonic();
  const traffic = createTraffic();
  const proxies = createProxies(config);
  const readiness = (): LogHealth =>
    queue.taking ? log.health() : { ready: false, message: 'the server is going down' };
  const shown = { ...rooms, blobs: rooms.blobCounts, bus: rooms.busCounts, config, connections, loopDelay, traffic };
  metrics.watch(readingsOf({ ...shown, ...backendsOf(config.role, rooms), ready: () => readiness().ready }));
  const verbsFor = createVerbs({
    ...rooms,
    ...{ config, connections, loopDelay, startedAtMs },
    queue: tracing?.queue(queue) ?? queue,
    jobMetrics: metrics.jobs,
  });
  const gateway = await createGateway(
    {
      ...rooms,
      access: createAccess(config, proxies),
      config,
      connections,
      epoch: store.epoch,
      logger,
      proxies,
      openApi: openApiDocument(dialects, { title: 'Rendercast', version: VERSION }),
      readiness,
      studioDir: config.role === 'worker' ? null : studioDir,
      traffic,
      verbsFor,
    },
    dialects,
  );
  return { gateway: opened.add(gateway), verbsFor };
}

/** Backends whose figures a process shows: its own; a gateway, which runs none, those of the whole house. */
function backendsOf(role: Config['role'], { directory, intakes, registry }: Rooms): Pick<Measured, 'own' | 'registry'> {
  if (role === 'gateway') return { own: directory, registry: { contacts: () => [] } };
  return { own: withIntakes(registry, intakes), registry };
}

/** An address that others can reach needs keys. */
function refuseOpenDoor(config: Config): void {
  if (config.apiKeys.length > 0 || isLoopbackAddress(config.host)) return;
  throw new RendercastError(
    'forbidden',
    `listening on ${config.host} without keys would let anybody in; set ${envName('apiKeys')}=you:<a long random key>, or listen on localhost`,
  );
}
