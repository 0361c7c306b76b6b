import { compareStamps, type LevelOf, type Stamp } from '@rendercast/protocol';
import type { Clock } from '../clock.js';
import type { Registry } from '../engines/registry.js';
import type { Bus } from '../events/bus/bus.js';
import type { Logger } from '../logger.js';
import type { Store, WaitingJob } from '../stores/store.js';
import { every } from './every.js';
import { type LineState, lineUp } from './line.js';

/** Tells waiting jobs that somebody watches where they stand in the line, or why nothing runs them. */
export interface Places {
  start(): void;
  /** One pass over the line; `start` does this once a second. */
  pass(): Promise<void>;
  close(): Promise<void>;
}

export interface PlacesOptions {
  store: Pick<Store, 'waiting' | 'find'>;
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

/** Works places out in one pass over the line, only while a waiting job is watched, and publishes what has changed. */
export function createPlaces({ store, bus, registry, clock, logger, everyMs = 1_000 }: PlacesOptions): Places {
  let told = new Map<string, Told>();
  let stop = async (): Promise<void> => undefined;

  async function pass(): Promise<void> {
    const { jobs, all } = bus.watched();
    if (jobs.size === 0 && !all) {
      told = new Map();
      return;
    }
    const waiting = await store.waiting(LINE_LENGTH);
    const states = lineUp(waiting, registry.candidates(), clock.now());
    const now = new Map<string, Told>();
    let lookups = LOOKUPS_PER_PASS;
    for (const [index, job] of waiting.entries()) {
      const state = states[index];
      if (state === undefined || (!all && !jobs.has(job.id))) continue;
      const before = told.get(job.id);
      const owner = before?.owner ?? (lookups-- > 0 ? await ownerOf(job.id) : null);
      if (owner !== null) now.set(job.id, tell(job, owner, state, before));
    }
    told = now;
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
