import { createOrphanSweep } from './blobs/orphan-sweep.js';
import { systemClock } from './clock.js';
import type { Config } from './config.js';
import { type Drivers, openDrivers } from './drivers.js';
import { registerEngines } from './engines/configured.js';
import type { Engine } from './engines/engine.js';
import { createRegistry, type EngineTraits, type Registry } from './engines/registry.js';
import { createFlusher } from './events/flusher.js';
import { createLog } from './events/log.js';
import { createSubscriptions } from './events/subscriptions.js';
import { createSignedUrls } from './gateway/signed-urls.js';
import type { Logger } from './logger.js';
import { countBlobs } from './metrics/counted-blobs.js';
import { countBus } from './metrics/counted-bus.js';
import { createMetrics } from './metrics/metrics.js';
import type { Opened } from './opened.js';
import { createFellows, type Directory } from './queue/fellows.js';
import { createIds } from './queue/ids.js';
import { createIntakes, withIntakes } from './queue/intakes.js';
import type { LossRule } from './queue/parts.js';
import { createPlaces } from './queue/place.js';
import { createQueue } from './queue/queue.js';
import { createLeaseSeal } from './queue/remote/lease-seal.js';
import { createPresence, joinDirectories } from './queue/remote/presence.js';
import { createRemoteWork } from './queue/remote/remote-work.js';
import { createRunner } from './queue/runner.js';
import { createRetention } from './retention.js';
import { createSharedTracing } from './tracing/shared-tracing.js';
import { createTracing } from './tracing/tracing.js';

/** An engine of the caller's own, and what the house must know of it. */
export interface OwnEngine {
  engine: Engine;
  traits: EngineTraits;
}

export interface RoomOptions {
  config: Config;
  logger: Logger;
  /** Engines beside those of the configuration. */
  engines?: readonly OwnEngine[];
  /** Told, in words, when this process cannot go on and must be started anew. Default: nobody; the log says so. */
  onFatal?: (why: string) => void;
}

/** Everything behind the door, in the order of the flow. */
export async function openRooms({ config, logger, engines = [], onFatal }: RoomOptions, opened: Opened) {
  const clock = systemClock;
  const metrics = createMetrics();
  const onSetBack = (): void => onFatal?.('the database was set back to an earlier state');
  const drivers = await openDrivers({ config, clock, logger, onCommit: metrics.committed, onSetBack }, opened);
  const { dataDir, store, node } = drivers;
  const { blobs, counts: blobCounts } = countBlobs(drivers.blobs);
  const { bus, counts: busCounts } = countBus(drivers.bus);
  const traced = drivers.roster === null ? createTracing : createSharedTracing;
  const tracing = config.tracing ? opened.add(traced({ logger })) : null;
  const log = createLog(store, bus, (logged) => {
    metrics.jobs.stored(logged);
    tracing?.stored(logged);
  });
  const ids = createIds(clock);

  const registry = opened.add(createRegistry({ clock, logger }));
  for (const { engine, traits } of engines) await registry.add(engine, traits);
  // Who brings an engine for a kind wants it: the built-in ones then run what names them.
  await registerEngines(registry, { config, clock, logger }, new Set(engines.flatMap(({ traits }) => traits.auto)));

  const intakes = opened.add(createIntakes({ store, clock, logger }));
  await intakes.start();
  const presence = createPresence({ registry, clock, stayMs: config.leaseMs });
  const runnable = await openDirectory({ config, logger }, drivers, { registry, presence }, opened);
  const directory = withIntakes(runnable, intakes);
  // Of an engine that nobody knows nobody can say that running a job twice does no harm.
  const lossRule = (engine: string): LossRule => directory.traits(engine) ?? { repeatable: drivers.roster === null };
  const { onRing } = drivers;
  const queue = opened.add(createQueue({ store, log, blobs, clock, ids, limits: config, logger, lossRule, onRing }));
  const claimant = drivers.roster === null ? {} : { name: node, inProcess: false };
  const working = { queue, registry, store, bus, blobs, clock, ids, limits: config, logger };
  const runner = createRunner({ ...working, directory, intakes, ...claimant });
  const places = opened.add(createPlaces({ store, bus, registry: directory, clock, logger }));
  intakes.onChange(() => {
    queue.ring();
    void places.pass().catch((thrown: unknown) => logger.warn({ err: thrown }, 'places in the line are not known now'));
  });
  const orphans = opened.add(createOrphanSweep({ blobs, store, clock, logger }));

  const flusher = opened.add(createFlusher());
  const secret = config.apiKeys.length > 0 ? (config.urlSecret ?? dataDir.secret) : null;
  const signedUrls = createSignedUrls(secret, config.fileUrlTtlMs, clock);
  const { fileUrl } = signedUrls;
  const seal = createLeaseSeal(secret);
  const remote = { queue, store, bus, blobs, clock, ids, limits: config, logger, presence, directory, seal };
  const remoteWork = opened.add(createRemoteWork(remote));
  const endTold = tracing === null ? {} : { endTold: tracing.endTold };
  const subscriptions = opened.add(createSubscriptions({ store, bus, flusher, clock, fileUrl, logger, ...endTold }));
  const pruned = (): void => subscriptions.look();
  const retention = opened.add(createRetention({ store, blobs, clock, logger, rules: config, pruned }));
  return {
    ...{ blobs, bus, clock, dataDir, directory, flusher, ids, log },
    ...{ intakes, node, orphans, places, queue, registry, remoteWork, retention, runner },
    ...{ signedUrls, store, subscriptions, metrics, tracing, blobCounts, busCounts },
  };
}

export type Rooms = Awaited<ReturnType<typeof openRooms>>;

/** What can be run in this house: here, and where there are other processes, there, too. */
async function openDirectory(
  { config, logger }: Pick<RoomOptions, 'config' | 'logger'>,
  { node, roster }: Drivers,
  { registry, presence }: { registry: Registry; presence: Directory },
  opened: Opened,
): Promise<Directory> {
  const all = joinDirectories(registry, presence);
  if (roster === null) return all;
  // What a gateway has of engines it does not run; workers may call it all the same.
  const own = config.role === 'gateway' ? { ...presence, traits: all.traits } : all;
  const fellows = opened.add(createFellows({ roster, own, node, clock: systemClock, logger }));
  await fellows.start();
  return fellows;
}
