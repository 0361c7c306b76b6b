import { type Dialect, RendercastError } from '@rendercast/protocol';
import { nativeDialect } from '@rendercast/protocol/dialects/native/index';
import { openApiDocument } from '@rendercast/protocol/open-api';
import { openDiskBlobs } from './blobs/disk.js';
import { sweepOrphans } from './blobs/orphans.js';
import { systemClock } from './clock.js';
import { type Config, envName } from './config.js';
import { openDataDir } from './data-dir.js';
import { registerEngines } from './engines/configured.js';
import { createRegistry } from './engines/registry.js';
import { createMemoryBus } from './events/bus/memory.js';
import { createFlusher } from './events/flusher.js';
import { createLog } from './events/log.js';
import { createSubscriptions } from './events/subscriptions.js';
import { createAccess, isLoopbackAddress } from './gateway/access.js';
import { createConnections } from './gateway/connections.js';
import { createGateway } from './gateway/gateway.js';
import { createSignedUrls } from './gateway/signed-urls.js';
import { createVerbs } from './gateway/verbs.js';
import type { Logger } from './logger.js';
import { watchLoopDelay } from './metrics.js';
import { createIds } from './queue/ids.js';
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
}

export interface StartOptions {
  config: Config;
  logger: Logger;
  /** Folder of the built studio; null: none is served. */
  studioDir: string | null;
}

/** Every language this server speaks. The first is the house's own: it answers for what belongs to nobody. */
const DIALECTS: readonly [Dialect, ...Dialect[]] = [nativeDialect];

/** Orphaned files are looked for this often: they are rare, and looking reads the whole folder. */
const ORPHAN_SWEEP_MS = 6 * 3_600_000;

/**
 * Wires the parts and opens the door.
 *
 * @throws RendercastError or StoreOpenError with words for the person who starts it: no keys for an open address, a
 * data directory that cannot be used or is in use, a port that is taken.
 */
export async function startServer({ config, logger, studioDir }: StartOptions): Promise<RunningServer> {
  refuseOpenDoor(config);
  const clock = systemClock;
  const opened: (() => Promise<void> | void)[] = [];
  const closeAll = async (): Promise<void> => {
    // In the reverse order of opening; one that fails does not keep the others open.
    for (const close of opened.reverse().splice(0)) {
      try {
        await close();
      } catch (error) {
        logger.error({ error }, 'a part could not be closed');
      }
    }
  };
  const open = <T>(part: T, close: (part: T) => Promise<void> | void): T => {
    opened.push(() => close(part));
    return part;
  };

  try {
    const dataDir = await openDataDir(config.dataDir);
    const store = open(await openSqliteStore({ dir: dataDir.databaseDir, logger, clock }), (part) => part.close());
    const blobs = open(await openDiskBlobs({ dir: dataDir.blobsDir }), (part) => part.close());
    const bus = open(createMemoryBus(), (part) => part.close());
    const log = createLog(store, bus);
    const ids = createIds(clock);
    const registry = open(createRegistry({ clock, logger }), (part) => part.close());
    await registerEngines(registry, config);

    const queue = open(
      createQueue({
        store,
        log,
        blobs,
        clock,
        ids,
        limits: config,
        logger,
        lossRule: (engine) => registry.traits(engine) ?? { repeatable: true },
      }),
      (part) => part.close(),
    );
    const runner = createRunner({ queue, registry, store, bus, blobs, clock, ids, limits: config, logger });
    const places = open(createPlaces({ store, bus, registry, clock, logger }), (part) => part.close());

    const flusher = open(createFlusher(), (part) => part.close());
    const signedUrls = createSignedUrls(config.apiKeys.length > 0 ? dataDir.secret : null, config.fileUrlTtlMs, clock);
    const subscriptions = open(
      createSubscriptions({ store, bus, flusher, clock, fileUrl: signedUrls.fileUrl, logger }),
      (part) => part.close(),
    );
    const connections = createConnections({ clock, ...config });
    const loopDelay = open(watchLoopDelay(), (part) => part.close());
    const verbsFor = createVerbs({
      blobs,
      bus,
      clock,
      config,
      connections,
      ids,
      loopDelay,
      queue,
      registry,
      startedAtMs: clock.monotonic(),
      store,
      subscriptions,
    });
    const gateway = open(
      await createGateway(
        {
          access: createAccess(config),
          clock,
          config,
          connections,
          epoch: store.epoch,
          flusher,
          logger,
          openApi: openApiDocument(DIALECTS, { title: 'Rendercast', version: VERSION }),
          readiness: () => log.health(),
          signedUrls,
          studioDir,
          subscriptions,
          verbsFor,
        },
        DIALECTS,
      ),
      (part) => part.close(),
    );

    queue.start();
    runner.start();
    places.start();
    const urls = await listen(gateway, config);
    const stopSweeping = sweepOrphansNowAndThen(() => sweepOrphans({ blobs, store }));

    let stopping: Promise<void> | null = null;
    return {
      urls,
      dataDir: dataDir.path,
      stop() {
        stopping ??= (async () => {
          stopSweeping();
          gateway.drain();
          await runner.drain(config.drainMs);
          await closeAll();
        })();
        return stopping;
      },
    };
  } catch (error) {
    await closeAll();
    throw error;
  }

  function sweepOrphansNowAndThen(sweep: () => Promise<number>): () => void {
    let stop: () => void;
    const later = (): void => {
      stop = clock.after(ORPHAN_SWEEP_MS, () => {
        sweep()
          .then((removed) => removed > 0 && logger.info({ removed }, 'removed files that no job knows of'))
          .catch((error: unknown) => logger.warn({ error }, 'orphaned files could not be swept'))
          .finally(later);
      });
    };
    later();
    return () => stop();
  }
}

/** An address that others can reach needs keys. */
function refuseOpenDoor(config: Config): void {
  if (config.apiKeys.length > 0 || isLoopbackAddress(config.host)) return;
  throw new RendercastError(
    'forbidden',
    `listening on ${config.host} without keys would let anybody in; set ${envName('apiKeys')}=you:<a long random key>, or listen on localhost`,
  );
}

async function listen(
  gateway: { listen(host: string, port: number): Promise<string[]> },
  config: Config,
): Promise<string[]> {
  try {
    return await gateway.listen(config.host, config.port);
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : null;
    if (code === 'EADDRINUSE')
      throw new RendercastError(
        'conflict',
        `port ${config.port} is in use by another program; stop it or choose another with ${envName('port')} or --port`,
        { cause: error },
      );
    if (code === 'EACCES')
      throw new RendercastError(
        'forbidden',
        `port ${config.port} may not be used by this user; choose one above 1023`,
        { cause: error },
      );
    throw error;
  }
}
