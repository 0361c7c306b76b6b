import type { Job, LoggedFact } from '@rendercast/protocol';
import { checkHistory, describeViolations, type HistoryLog, type Violation } from '@rendercast/protocol/history';
import { createRegistry } from '../../../packages/server/src/engines/registry.js';
import { createLog } from '../../../packages/server/src/events/log.js';
import { createSubscriptions } from '../../../packages/server/src/events/subscriptions.js';
import { createSilentLogger } from '../../../packages/server/src/logger.js';
import { createPlaces } from '../../../packages/server/src/queue/place.js';
import { createQueue } from '../../../packages/server/src/queue/queue.js';
import { ALICE, BOB, LIMITS } from '../../../packages/server/src/queue/rig.contract.js';
import type { RunParts } from '../../../packages/server/src/queue/run-parts.js';
import { createRunner } from '../../../packages/server/src/queue/runner.js';
import type { SteppedClock } from '../../../packages/server/src/queue/stepped-clock.contract.js';
import type { Store } from '../../../packages/server/src/stores/store.js';
import { type Chance, createChance } from '../../stories/chance.js';
import { brokenPromises, command, type Promises } from './clients.js';
import { inDrawnOrder, isAway } from './direct-store.js';
import { createDrawnBus, createDrawnFlusher } from './drawn-bus.js';
import { createReader, positionAt, type Reader } from './reader.js';
import { createTurns, type Turns } from './turns.js';
import { createDrawnEngine, createMemoryBlobs, workAfar } from './workers.js';

/** What came of one history. */
export interface Verdict {
  violations: readonly Violation[];
  /** Acknowledgements that were broken, and what should not have been thrown. */
  broken: readonly string[];
  facts: number;
  /** In words; empty: all is well. */
  report: string;
  /** What was stored, and what each reader saw: to find out why. */
  trace: () => string;
}

const LEASE_MS = 3_000;

/** Plays one history from its seed: clients, workers, readers and time in a drawn order, on faulty lines; then judges it. */
export async function playHistory(seed: number, store: Store, clock: SteppedClock): Promise<Verdict> {
  const chance = createChance(seed);
  const turns = createTurns(chance);
  const told = new Map<string, LoggedFact>();
  const parts = openHouse(seed, { chance, turns, clock, real: store, told });
  const start = (await store.heads([])).feed;
  const promises: Promises = { made: new Set(), canceled: new Set(), wrong: [] };
  const readers = openReaders(seed, parts, { chance, turns, from: positionAt(store.epoch, start) });
  const runner = createRunner({ ...parts, name: 'runner' });
  await parts.registry.add(createDrawnEngine(chance, turns), { auto: ['image'], repeatable: true });
  runner.start();

  const actors: Promise<unknown>[] = [
    command(parts.queue, ALICE, { chance, turns, promises, clientIds: [`own-${seed}`, `second-${seed}`] }),
    command(parts.queue, BOB, { chance, turns, promises, clientIds: [`own-${seed}`] }),
    workAfar(parts, chance, turns, 4),
    passTime(parts, clock, chance, turns),
    ...readers.map((reader) => reader.follow(chance.between(0, 12))),
  ];
  const acted = Promise.allSettled(actors);
  await turns.run();
  const thrown = (await settled(acted, turns)).flatMap((one) =>
    one.status === 'rejected' ? [String(one.reason)] : [],
  );

  parts.bus.mend();
  await comeToRest(parts, clock, turns, promises);
  const drained = runner.drain(0);
  for (let step = 0; step < 4; step += 1) await after(parts, clock, turns, 2_000);
  await drained;

  const page = await store.feed({ owner: null, filter: {}, after: start, limit: 100_000 });
  const entries = page.facts.map((entry) => withOwnId(entry, told.get(factKey(entry))));
  const log: HistoryLog = { epoch: store.epoch, entries, settled: true };
  const jobs = new Map<string, Job>(entries.map(({ job }) => [job.id, job]));
  for (const reader of readers) {
    if (!('job' in reader.history.target) || holds(jobs, reader)) reader.finish();
    reader.leave();
  }
  parts.close();
  await turns.run();
  const violations = checkHistory({ log, readers: readers.map(({ history }) => history) });
  if (page.facts.length !== told.size) thrown.push(`${told.size} facts were stored, ${page.facts.length} are there`);
  const broken = [...thrown, ...brokenPromises(promises, jobs, entries)];
  const report = [describeViolations(violations), ...broken].filter((line) => line !== '').join('\n');
  return { violations, broken, facts: page.facts.length, report, trace: () => traceOf(log, readers) };
}

/** The real parts, joined as the server joins them, with everything injected that time, lines and disks decide. */
function openHouse(
  seed: number,
  given: { chance: Chance; turns: Turns; clock: SteppedClock; real: Store; told: Map<string, LoggedFact> },
) {
  const { chance, turns, clock, real, told } = given;
  const bus = createDrawnBus(chance, turns);
  const store = inDrawnOrder(real, turns, () => !bus.mended && chance.happens(0.01));
  const log = createLog(store, bus, (logged) => {
    for (const entry of logged) told.set(factKey(entry), entry);
  });
  const logger = createSilentLogger();
  const registry = createRegistry({ clock, logger });
  const blobs = createMemoryBlobs();
  const ids = countedIds(seed);
  const queue = createQueue({
    store,
    log,
    blobs,
    clock,
    ids,
    logger,
    limits: LIMITS,
    backoff: { firstMs: 100, maxMs: 500 },
    random: () => chance.next(),
  });
  const flusher = createDrawnFlusher(turns);
  const fileUrl = {
    artifact: (id: string) => `/v1/artifacts/${id}`,
    preview: (id: string) => `/v1/jobs/${id}/preview`,
    own: (path: string) => path,
  };
  const subscriptions = createSubscriptions({ store, bus, flusher, clock, fileUrl, logger });
  const limits = { leaseMs: LEASE_MS, runTimeoutMs: 0, silentTimeoutMs: 0 };
  const run: RunParts = { queue, registry, store, bus, blobs, clock, ids, logger, limits };
  const close = (): void => {
    subscriptions.close();
    flusher.close();
  };
  return { ...run, bus, subscriptions, places: createPlaces({ store, bus, registry, clock, logger }), close };
}

type HouseParts = ReturnType<typeof openHouse>;

/** Ids that come from the seed and rise from one to the next. */
function countedIds(seed: number) {
  let made = 0;
  const next = (): string => `${String(seed).padStart(12, '0')}${String((made += 1)).padStart(6, '0')}`;
  return { job: () => `j_${next()}`, artifact: () => `a_${next()}`, batch: () => `b_${next()}` };
}

function openReaders(
  seed: number,
  { subscriptions }: HouseParts,
  given: { chance: Chance; turns: Turns; from: string },
): Reader[] {
  const { chance, turns, from } = given;
  const alice = { owner: ALICE.owner, all: false };
  const bob = { owner: BOB.owner, all: false };
  const firstJob = `j_${String(seed).padStart(12, '0')}000001`;
  const watch = (name: string, reach: typeof alice, target: Reader['history']['target'], at: string | null = null) =>
    createReader({ name, reach, target, from: at, subscriptions, chance, turns });
  return [
    watch('alice: own id', alice, { job: `own-${seed}` }),
    watch('alice: first job', alice, { job: firstJob }),
    watch('bob: first job', bob, { job: firstJob }),
    watch('alice: feed', alice, { feed: {} }, from),
    watch('bob: feed', bob, { feed: {} }, from),
    watch('olga: feed', { owner: 'olga', all: true }, { feed: {} }, from),
    watch('alice: tagged', alice, { feed: { tag: 'fox' } }, from),
  ];
}

/** Time goes on in leaps, some longer than a lease; the house sweeps and looks at the line. */
async function passTime({ queue, places }: HouseParts, clock: SteppedClock, chance: Chance, turns: Turns) {
  for (let leap = chance.between(3, 10); leap > 0; leap -= 1) {
    await turns.pause();
    clock.step(chance.pick([1, 50, 300, 1_000, LEASE_MS + 1_000]));
    if (chance.happens(0.2)) clock.jump(chance.between(-5_000, 5_000));
    if (chance.happens(0.6)) await queue.sweep().catch(unlessAway);
    if (chance.happens(0.4)) await places.pass().catch(unlessAway);
  }
}

function traceOf({ entries }: HistoryLog, readers: readonly Reader[]): string {
  const short = (value: unknown): string => JSON.stringify(value)?.slice(0, 260) ?? '';
  const stored = entries.map(({ cursor, fact }) => `${cursor} ${fact.jobId} ${fact.seq} ${short(fact)}`);
  const seen = readers.map(({ history }) => [history.name, ...history.observations.map(short)].join('\n  '));
  return [...stored, ...seen].join('\n');
}

/** A removal blanks the client's own id too; by it the judge finds the job that somebody watched. */
function withOwnId(entry: LoggedFact, stored: LoggedFact | undefined): LoggedFact {
  if (entry.fact.type !== 'queued' || stored?.fact.type !== 'queued') return entry;
  return { ...entry, fact: { ...entry.fact, clientId: stored.fact.clientId } };
}

const factKey = ({ fact }: LoggedFact): string => `${fact.jobId}:${fact.seq}`;

function unlessAway(thrown: unknown): void {
  if (!isAway(thrown)) throw thrown;
}

async function settled<T>(work: Promise<T>, turns: Turns): Promise<T> {
  let done = false;
  const mark = (): void => {
    done = true;
  };
  work.then(mark, mark);
  await turns.run();
  if (!done) throw new Error('somebody waits for what does not come');
  return await work;
}

/** So much time passes, and whatever it leads to happens. */
async function after({ queue }: HouseParts, clock: SteppedClock, turns: Turns, ms: number): Promise<void> {
  clock.step(ms);
  await turns.run();
  await settled(queue.sweep(), turns);
}

/** All jobs come to an end: what has none is cancelled, and leases run out. */
async function comeToRest(parts: HouseParts, clock: SteppedClock, turns: Turns, { made }: Promises): Promise<void> {
  await after(parts, clock, turns, LEASE_MS);
  const olga = { owner: 'olga', roles: ['user', 'operator'] } as const;
  const cancels = [...made].map((id) => parts.queue.cancel({ ...olga, roles: [...olga.roles] }, id, null));
  await settled(Promise.allSettled(cancels), turns);
  for (let step = 0; step < 3; step += 1) await after(parts, clock, turns, LEASE_MS + 1);
}

/** Whether the job that a reader watches is there and its owner's. */
function holds(jobs: ReadonlyMap<string, Job>, { history: { target, owner } }: Reader): boolean {
  if (!('job' in target)) return false;
  return [...jobs.values()].some(
    (job) => job.owner === owner && (job.id === target.job || job.clientId === target.job),
  );
}
