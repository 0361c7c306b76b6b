import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  type Artifact,
  isEnded,
  type Job,
  type Principal,
  type Submit,
  type SubmitInput,
  submitSchema,
} from '@rendercast/protocol';
import { vi } from 'vitest';
import type { Blobs } from '../blobs/blobs.js';
import { openDiskBlobs } from '../blobs/disk.js';
import { type Clock, systemClock } from '../clock.js';
import { createRegistry, type Registry } from '../engines/registry.js';
import { createRehearsal, REHEARSAL } from '../engines/rehearsal/rehearsal.js';
import type { Bus } from '../events/bus/bus.js';
import { createMemoryBus } from '../events/bus/memory.js';
import { createLog, type Log } from '../events/log.js';
import { createSilentLogger, type Logger } from '../logger.js';
import { openSqliteStore } from '../stores/sqlite/open-sqlite-store.js';
import type { Store } from '../stores/store.js';
import { createIds, type Ids } from './ids.js';
import { createIntakes, type Intakes, withIntakes } from './intakes.js';
import type { QueueLimits } from './parts.js';
import { createQueue, type Queue, type QueueOptions } from './queue.js';
import type { RunLimits } from './run-parts.js';
import { createRunner, type Runner, type RunnerOptions } from './runner.js';

/** The real parts of a house, joined as the server joins them, on a data directory of their own. */
export interface Rig {
  dir: string;
  store: Store;
  bus: Bus;
  log: Log;
  blobs: Blobs;
  registry: Registry;
  /** What operators order of its backends. */
  intakes: Intakes;
  queue: Queue;
  clock: Clock;
  ids: Ids;
  logger: Logger;
  /** A runner over the registry, not started. Drained by `close`. */
  runner(options?: Partial<RunnerOptions>): Runner;
  close(): Promise<void>;
}

export interface RigOptions {
  dir?: string;
  clock?: Clock;
  limits?: Partial<QueueLimits>;
  queue?: Partial<QueueOptions>;
  /** Slots of the rehearsal engine; 0: it is left out. Default: 4. */
  slots?: number;
  /** Stands between the queue and the real store, to make it fail. */
  wrapStore?: (store: Store) => Store;
}

export const LIMITS: QueueLimits = { maxWaitingPerOwner: 1_000, maxWaiting: 10_000, queueTimeoutMs: 0, maxAttempts: 3 };
export const RUN_LIMITS: RunLimits = { leaseMs: 15_000, runTimeoutMs: 1_800_000, silentTimeoutMs: 300_000 };
export const ALICE: Principal = { owner: 'alice', roles: ['user'] };
export const BOB: Principal = { owner: 'bob', roles: ['user'] };
export const OPERATOR: Principal = { owner: 'olga', roles: ['user', 'operator'] };
export const VIA = { via: 'native' };

export async function openRig(options: RigOptions = {}): Promise<Rig> {
  const clock = options.clock ?? systemClock;
  const dir = options.dir ?? (await mkdtemp(join(tmpdir(), 'rendercast-queue-')));
  const logger = createSilentLogger();
  const real = await openSqliteStore({ dir, clock });
  const store = options.wrapStore?.(real) ?? real;
  const bus = createMemoryBus();
  const log = createLog(store, bus);
  const blobs = await openDiskBlobs({ dir: join(dir, 'blobs') });
  const registry = createRegistry({ clock, logger });
  const { slots = 4 } = options;
  if (slots > 0) await registry.add(createRehearsal({ slots, clock }), REHEARSAL);
  const ids = createIds(clock);
  const intakes = createIntakes({ store, clock, logger });
  await intakes.refresh();
  const queue = createQueue({
    store,
    log,
    blobs,
    clock,
    ids,
    logger,
    limits: { ...LIMITS, ...options.limits },
    backoff: { firstMs: 20, maxMs: 100 },
    lossRule: (engine) => registry.traits(engine) ?? { repeatable: true },
    sweepMs: 50,
    ...options.queue,
  });
  const runners: Runner[] = [];
  return {
    dir,
    store,
    bus,
    log,
    blobs,
    registry,
    intakes,
    queue,
    clock,
    ids,
    logger,
    runner(own = {}) {
      const runner = createRunner({
        queue,
        registry,
        store,
        bus,
        blobs,
        clock,
        ids,
        logger,
        directory: withIntakes(registry, intakes),
        intakes,
        limits: RUN_LIMITS,
        pace: { pollMs: 20, checkMs: 10, cancelMs: 100 },
        ...own,
      });
      runners.push(runner);
      return runner;
    },
    async close() {
      await Promise.all(runners.map((runner) => runner.drain(0)));
      await intakes.close();
      await queue.close();
      await registry.close();
      await bus.close();
      await real.close();
      await blobs.close();
      if (options.dir === undefined) await rm(dir, { recursive: true, force: true });
    },
  };
}

/** A small picture that plays a script. */
export function picture(
  rehearsal: Record<string, unknown> = {},
  fields: Omit<SubmitInput, 'kind' | 'request'> & { request?: object } = {},
): Submit {
  const { request, ...rest } = fields;
  return submitSchema.parse({
    kind: 'image',
    engine: 'rehearsal',
    request: {
      prompt: 'a fox',
      width: 64,
      height: 64,
      steps: 4,
      extra: { rehearsal: { stepMs: 1, ...rehearsal } },
      ...request,
    },
    ...rest,
  });
}

/** The job once a condition holds. */
export async function jobWhen(rig: Rig, id: string, holds: (job: Job) => boolean): Promise<Job> {
  return await vi.waitFor(
    async () => {
      const stored = await rig.store.find(id, null);
      if (stored === null || !holds(stored.job)) throw new Error(`the job stands at ${JSON.stringify(stored?.job)}`);
      return stored.job;
    },
    { timeout: 10_000, interval: 5 },
  );
}

export const ended = (rig: Rig, id: string) => jobWhen(rig, id, isEnded);

/** All facts of a job. */
export async function factsOf(rig: Rig, id: string) {
  return (await rig.store.facts(id, 0, 1_000)).map(({ fact }) => fact);
}

export async function typesOf(rig: Rig, id: string): Promise<string[]> {
  return (await factsOf(rig, id)).map(({ type }) => type);
}

/** An artifact whose bytes lie in the blobs, as an upload or a claimant would leave it. */
export async function artifactOf(rig: Rig, jobId: string | null): Promise<Artifact> {
  const id = rig.ids.artifact();
  const body = (async function* () {
    yield Buffer.from('bytes');
  })();
  const { digest, sizeBytes } = await rig.blobs.put(id, body, { maxBytes: 100 });
  return {
    id,
    jobId,
    mediaType: 'image/png',
    sizeBytes,
    digest,
    name: 'one.png',
    width: 1,
    height: 1,
    durationMs: null,
    hasThumbnail: false,
    parameters: null,
    createdAt: '2026-01-01T00:00:00.000Z',
  };
}
