import { compareStamps, type LevelOf, type Stamp } from '@rendercast/protocol';
import type { Clock } from '../clock.js';
import type { Registry } from '../engines/registry.js';
import type { Bus } from '../events/bus/bus.js';
import type { Logger } from '../logger.js';
import type { Store, WaitingJob } from '../stores/store.js';
import { every } from './every.js';
import { type LineState, lineUp, type Placed } from './line.js';

/** Tells waiting jobs that somebody watches where they stand in the line, or why nothing runs them. */
export interface Places {
  start(): void;
  /** One look at the line, which is gone through if anything may have moved it; `start` does this once a second. */
  pass(): Promise<void>;
  close(): Promise<void>;
}

export interface PlacesOptions {
  store: Pick<Store, 'heads' | 'waiting' | 'find'>;
  bus: Pick<Bus, 'watched' | 'publishLevel'>;
  registry: Pick<Registry, 'candidates'>;
  clock: Clock;
  logger: Logger;
  /** Time between passes, in milliseconds. Default: 1,000, as often as a place is worth sending. */
  everyMs?: number;
}

/** Jobs further back than this are not told their place until they have come nearer. */
const LINE_LENGTH = 10_000;
/** Newly watched jobs whose owner is looked up in one pass; the rest waits for the next. */
const LOOKUPS_PER_PASS = 500;

interface Told {
  owner: string;
  seq: number;
  state: LineState;
  stamp: Stamp;
}

/** What the line was worked out from. While all of it stands, so does every place. */
interface Basis {
  /** The newest fact of all: no job came, went or changed since. */
  head: number;
  /** What the backends could do, and how they were. */
  candidates: string;
  /** The first of the jobs in backoff comes back into the line; milliseconds, infinite when there is none. */
  returnMs: number;
}

/** Works places out in one pass over the line, only while a waiting job is watched, and publishes what has changed. */
export function createPlaces({ store, bus, registry, clock, logger, everyMs = 1_000 }: PlacesOptions): Places {
  let told = new Map<string, Told>();
  /** Null: somebody who waits has not been told yet. */
  let basis: Basis | null = null;
  /** Watched jobs at the last pass, less those that nobody has watched since. */
  let seen = new Set<string>();
  let seenAll = false;
  let stop = async (): Promise<void> => undefined;
  let passing = Promise.resolve();

  /** One after the other: somebody may ask for a look while one is under way. */
  function pass(): Promise<void> {
    passing = passing.then(look, look);
    return passing;
  }

  async function look(): Promise<void> {
    const { jobs, all } = bus.watched();
    forgetUnwatched(jobs, all);
    if (jobs.size === 0 && !all) return;
    // The head first: what is stored while the line is read is seen the next time.
    const { feed: head } = await store.heads([]);
    const candidates = registry.candidates();
    const offered = JSON.stringify(candidates);
    const nowMs = clock.now();
    const stands = basis?.head === head && basis.candidates === offered && nowMs < basis.returnMs;
    if (stands && !isNew(jobs, all)) return;
    basis = null;
    seen = new Set(jobs);
    seenAll = all;
    const waiting = await store.waiting(LINE_LENGTH);
    const placed = lineUp(waiting, candidates, nowMs, (jobId) => all || jobs.has(jobId));
    if (await tellAll(placed)) basis = { head, candidates: offered, returnMs: firstReturn(waiting, nowMs) };
  }

  function forgetUnwatched(jobs: ReadonlySet<string>, all: boolean): void {
    for (const jobId of seen) if (!jobs.has(jobId)) seen.delete(jobId);
    if (all) return;
    for (const jobId of told.keys()) if (!jobs.has(jobId)) told.delete(jobId);
  }

  function isNew(jobs: ReadonlySet<string>, all: boolean): boolean {
    if (all && !seenAll) return true;
    for (const jobId of jobs) if (!seen.has(jobId)) return true;
    return false;
  }

  /** Tells what is new. False: there are more whose owner must be looked up than one pass does. */
  async function tellAll(placed: readonly Placed[]): Promise<boolean> {
    const unknown = placed.filter(({ job }) => !told.has(job.id));
    const looked = unknown.slice(0, LOOKUPS_PER_PASS);
    const owners = new Map<string, string | null>();
    await Promise.all(looked.map(async ({ job }) => owners.set(job.id, await ownerOf(job.id))));
    const now = new Map<string, Told>();
    for (const { job, state } of placed) {
      const before = told.get(job.id);
      const owner = before?.owner ?? owners.get(job.id) ?? null;
      if (owner !== null) now.set(job.id, tell(job, owner, state, before));
    }
    told = now;
    return looked.length === unknown.length;
  }

  function tell(job: WaitingJob, owner: string, state: LineState, before: Told | undefined): Told {
    if (before?.seq === job.seq && isSame(before.state, state)) return before;
    const stamp = nextStamp(job, clock.now(), before?.stamp);
    const level: LevelOf<'place'> = { kind: 'place', ...stamp, ...state };
    bus.publishLevel({ jobId: job.id, owner, level, preview: null });
    return { owner, seq: job.seq, state, stamp };
  }

  /** The line does not say whose a job is; asked once per watched job. */
  async function ownerOf(jobId: string): Promise<string | null> {
    return (await store.find(jobId, null))?.job.owner ?? null;
  }

  return {
    start() {
      stop = every(clock, everyMs, pass, (thrown) =>
        logger.warn({ err: thrown }, 'places in the line are not known now'),
      );
    },
    pass,
    close: () => stop(),
  };
}

/** When the first of the jobs in backoff comes back into the line. */
function firstReturn(waiting: readonly WaitingJob[], nowMs: number): number {
  let first = Number.POSITIVE_INFINITY;
  for (const { notBefore } of waiting) {
    if (notBefore === null) continue;
    const returnMs = Date.parse(notBefore);
    if (returnMs > nowMs) first = Math.min(first, returnMs);
  }
  return first;
}

function isSame(left: LineState, right: LineState): boolean {
  return (
    left.position === right.position &&
    left.waiting === right.waiting &&
    left.reason === right.reason &&
    left.message === right.message
  );
}

function nextStamp(job: WaitingJob, nowMs: number, before: Stamp | undefined): Stamp {
  const stamp = { attempt: job.attempt, after: job.seq, tick: nowMs };
  if (before === undefined || compareStamps(stamp, before) > 0) return stamp;
  return { ...stamp, tick: before.tick + 1 };
}
