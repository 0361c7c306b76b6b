import { randomInt } from 'node:crypto';
import {
  type CompositionPlan,
  currentLevels,
  type EngineInfo,
  formatPosition,
  type Intake,
  isEnded,
  isTerminal,
  type Job,
  type Levels,
  LIMITS,
  type ListQuery,
  type Page,
  type PlanWish,
  type Principal,
  RendercastError,
  type Snapshot,
  type Stats,
  type Verbs,
} from '@rendercast/protocol';
import type { Registry } from '../engines/registry.js';
import type { Bus } from '../events/bus/bus.js';
import type { Encoding } from '../events/chunk.js';
import type { Deliveries } from '../events/counters.js';
import type { Subscription } from '../events/subscription.js';
import type { Subscriptions } from '../events/subscriptions.js';
import type { Store, Stored } from '../stores/store.js';
import { VERSION } from '../version.js';
import { createFileVerbs } from './file-verbs.js';
import { openOutput } from './open-output.js';
import type { VerbParts } from './verb-parts.js';

/** Everything a caller can ask of the house, bound to who asks. */
export function createVerbs(parts: VerbParts): (principal: Principal) => Verbs {
  const { bus, directory, queue, registry, store, subscriptions } = parts;
  return (principal) => {
    const all = principal.roles.includes('operator');
    const reach = { owner: principal.owner, all };

    async function find(id: string): Promise<Stored> {
      const stored = (await store.find(id, principal.owner)) ?? (all ? await store.find(id, null) : null);
      if (stored === null) throw new RendercastError('not_found', `there is no job "${id}"`);
      return stored;
    }

    const files = createFileVerbs(parts, principal);
    return {
      principal,
      submit: (command, options) => queue.submit(principal, command, options),
      submitBatch: (batch, options) => queue.submitBatch(principal, batch, options),
      cancel: (id, reason) => queue.cancel(principal, id, reason),
      retry: (id, options) => queue.retry(principal, id, options),
      edit: (id, edit) => queue.edit(principal, id, edit),
      note: (id, data) => queue.note(principal, id, data),
      remove: (id) => queue.remove(principal, id),
      removeArtifact: (id) => queue.removeArtifact(principal, id),
      get: async (id) => snapshotOf(await find(id), bus, store.epoch),
      list: (query) => list(store, all ? null : principal.owner, query),
      ended: (id, signal) => ended(subscriptions, reach, find, id, signal),
      async preview(id) {
        const { job } = await find(id);
        return isEnded(job) ? null : ((await bus.newest([job.id])).get(job.id)?.preview ?? null);
      },
      engines: async () => directory.list(),
      setIntake: (backend, intake) => setIntake(parts, principal, backend, intake),
      plan: (wish) => plan(registry, wish),
      stats: () => stats(parts),
      ...files,
      openOutput: (jobId, slot) => openOutput(parts, { find, ...files }, jobId, slot),
      // Only for those who ask: every request of anybody makes these verbs.
      get worker() {
        return parts.remoteWork.verbsFor(principal);
      },
    };
  };
}

async function snapshotOf({ job, progress }: Stored, bus: Bus, epoch: string): Promise<Snapshot> {
  const newest = isEnded(job) ? undefined : (await bus.newest([job.id])).get(job.id);
  const levels: Levels = currentLevels(newest?.levels ?? {}, job);
  // After a restart nothing has been reported yet: the progress kept beside the row is better than none.
  if (levels.progress === undefined && progress !== null && job.state === 'running')
    levels.progress = { kind: 'progress', attempt: job.attempt, after: job.seq, tick: 0, ...progress };
  return { job, levels, position: formatPosition({ epoch, n: job.seq }) };
}

async function list(store: Store, owner: string | null, query: ListQuery): Promise<Page> {
  const { search, limit, cursor, ...filter } = query;
  const page = await store.list({ owner, filter, search: search ?? null, limit, before: cursor ?? null });
  return {
    jobs: page.jobs,
    next: page.more ? (page.jobs.at(-1)?.id ?? null) : null,
    feedCursor: formatPosition({ epoch: store.epoch, n: page.head }),
  };
}

/** A view of one moment only: the end. */
const endings = {
  name: 'endings',
  createView: () => ({
    fact: ({ fact }: { fact: { jobId: string; type: string } }) =>
      isTerminal(fact as Parameters<typeof isTerminal>[0])
        ? [{ frame: '', jobId: fact.jobId, position: null, of: 'fact' as const }]
        : [],
    level: () => [],
  }),
};
const noEncoding: Encoding = { name: 'none', encode: () => Buffer.alloc(0) };

async function ended(
  subscriptions: Subscriptions,
  reach: { owner: string; all: boolean },
  find: (id: string) => Promise<Stored>,
  id: string,
  signal: AbortSignal,
): Promise<Job> {
  const { job } = await find(id);
  if (isEnded(job)) return job;
  const prepared = await subscriptions.prepare({
    target: { job: job.id },
    reach,
    position: null,
    dialect: endings,
    variant: '',
    levels: [],
    encoding: noEncoding,
  });
  if (prepared.followed.snapshot !== null && isEnded(prepared.followed.snapshot.job)) {
    prepared.giveUp();
    return prepared.followed.snapshot.job;
  }
  let subscription: Subscription | null = null;
  try {
    await new Promise<void>((resolve, reject) => {
      signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true });
      if (signal.aborted) reject(signal.reason as Error);
      subscription = prepared.start({
        blocked: () => false,
        whenReady: (callback) => callback(),
        write: () => resolve(),
        failed: reject,
      });
    });
  } finally {
    (subscription as Subscription | null)?.close();
  }
  return (await find(job.id)).job;
}

async function plan(registry: Registry, { prompt, lengthMs, engine }: PlanWish): Promise<CompositionPlan> {
  const planner = registry.planner(engine)?.plan;
  if (planner === undefined) throw new RendercastError('unsupported_request', 'no engine here makes plans from words');
  return await planner({ prompt, lengthMs, seed: randomInt(0, LIMITS.maxSeed + 1) });
}

/** It takes jobs away from everybody, so it is for those who look after everybody's. */
async function setIntake(
  { directory, intakes }: VerbParts,
  { roles }: Principal,
  backend: string | null,
  intake: Intake,
): Promise<EngineInfo[]> {
  if (!roles.includes('operator')) throw new RendercastError('forbidden');
  const concerned = (): EngineInfo[] => directory.list().filter((each) => backend === null || each.backend === backend);
  if (backend !== null && concerned().length === 0)
    throw new RendercastError('not_found', `there is no backend "${backend}"`);
  await intakes.set(backend, intake);
  return concerned();
}

async function stats(parts: VerbParts): Promise<Stats> {
  const jobs = await parts.store.counts();
  const { submitted, retries, ...told } = parts.jobMetrics.figures();
  const { dialects, resets, behind } = parts.subscriptions.counters();
  const loop = parts.loopDelay.figures();
  return {
    version: VERSION,
    uptimeMs: Math.round(parts.clock.monotonic() - parts.startedAtMs),
    jobs,
    queue: { waiting: jobs.queued, limit: parts.config.maxWaiting, submitted, retries },
    ...told,
    connections: parts.connections.counts(),
    deliveries: { ...sumOf(dialects.values()), resets: Object.values(resets).reduce((sum, count) => sum + count, 0) },
    dialects: Object.fromEntries([...dialects].map(([dialect, deliveries]) => [dialect, { ...deliveries }])),
    resets: { ...resets },
    readersBehind: behind,
    loopDelayP50Ms: loop.p50Ms,
    loopDelayP99Ms: loop.p99Ms,
    loopDelayMaxMs: loop.maxMs,
  };
}

function sumOf(all: Iterable<Deliveries>): Deliveries {
  const sum = { facts: 0, levels: 0, merged: 0 };
  for (const { facts, levels, merged } of all) {
    sum.facts += facts;
    sum.levels += levels;
    sum.merged += merged;
  }
  return sum;
}
