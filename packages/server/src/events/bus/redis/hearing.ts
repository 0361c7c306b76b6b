import { withLevel } from '@rendercast/protocol';
import type { Clock } from '../../../clock.js';
import type { Bus, BusListener, CarriedLevel, Interest, Listening, NewestLevels } from '../bus.js';
import type { KeptLevels } from '../kept-levels.js';
import type { Listeners, Registration } from '../listeners.js';
import type { Channels } from './channels.js';
import { type Carried, type Names, SHARDS } from './names.js';
import { readKept } from './read-kept.js';
import type { Session } from './session.js';
import type { Wishes } from './wishes.js';

/** Longest wait for Redis before a reader goes on without it, in milliseconds. */
const CONFIRM_MS = 1_000;
const ASK_MS = 500;

/** How this process hears others: its listeners, the channels they need, and the levels that were there before them. */
export interface Hearing extends Pick<Bus, 'listen' | 'newest'> {
  /** All channels are heard on a new session: levels that came meanwhile are fetched. */
  attach(session: Session): void;
  detach(): void;
  garbage(): number;
}

interface HearingOptions {
  clock: Clock;
  names: Names;
  listeners: Listeners;
  kept: KeptLevels;
  channels: Channels;
  wishes: Wishes;
  own: ReadonlySet<string>;
}

export function createHearing(options: HearingOptions): Hearing {
  const { clock, names, listeners, kept, channels, wishes, own } = options;
  let session: Session | null = null;
  let garbage = 0;

  function channelsOf(interest: Interest, of: Carried): string[] {
    if ('job' in interest) return [names.jobChannel(of, interest.job)];
    return Array.from({ length: SHARDS }, (_, shard) => names.feedChannel(of, shard));
  }

  /** Reads what Redis keeps of jobs; listeners are told what is news. */
  async function fetch(jobIds: readonly string[], found: (carried: CarriedLevel) => void): Promise<void> {
    if (session === null || jobIds.length === 0) return;
    const take = (carried: CarriedLevel): void => {
      found(carried);
      if (listeners.hears(carried.jobId) && kept.keep(carried)) listeners.level(carried, 'both');
    };
    // What cannot be asked now comes with the next level.
    await readKept(session, names, jobIds, take, () => void (garbage += 1)).catch(() => undefined);
  }

  const ignore = (): void => undefined;

  async function listen(interest: Interest, listener: BusListener): Promise<Listening> {
    const registration = listeners.add(interest, listener);
    const withLevels = !('levels' in interest);
    const wanted = [...channelsOf(interest, 'facts'), ...(withLevels ? channelsOf(interest, 'levels') : [])];
    let stopped = false;
    const ready = (async () => {
      await Promise.all(wanted.map((channel) => channels.want(channel)));
      if ('job' in interest && withLevels && !stopped) await fetch([interest.job], ignore);
    })();
    const inTime = await within(clock, CONFIRM_MS, ready);
    if (!inTime) void ready.then(() => stopped || listener.missed?.());
    return {
      wantPreviews(isWanted) {
        if (!stopped && withLevels) wantPreviews(registration, isWanted);
      },
      stop() {
        if (stopped) return;
        wantPreviews(registration, false);
        stopped = true;
        for (const channel of wanted) channels.drop(channel);
        listeners.remove(registration);
        forgetUnheard(interest);
      },
    };
  }

  function wantPreviews(registration: Registration, isWanted: boolean): void {
    if (registration.wantsPreviews === isWanted) return;
    registration.wantsPreviews = isWanted;
    const { interest } = registration;
    const of = channelsOf(interest, 'previews');
    if (!isWanted) {
      wishes.remove(interest);
      for (const channel of of) channels.drop(channel);
      return;
    }
    wishes.add(interest);
    const heard = Promise.all(of.map((channel) => channels.want(channel)));
    if ('job' in interest) void heard.then(() => fetch([interest.job], ignore));
  }

  function forgetUnheard(interest: Interest): void {
    for (const jobId of 'job' in interest ? [interest.job] : [...kept.jobs()])
      if (!own.has(jobId) && !listeners.hears(jobId)) kept.forget(jobId);
  }

  async function newest(jobIds: readonly string[]): Promise<ReadonlyMap<string, NewestLevels>> {
    const found = new Map<string, NewestLevels>();
    const add = ({ jobId, level, preview }: CarriedLevel): void => {
      const before = found.get(jobId) ?? { levels: {}, preview: null };
      const levels = withLevel(before.levels, level);
      if (levels !== before.levels)
        found.set(jobId, { levels, preview: level.kind === 'preview' ? preview : before.preview });
    };
    await within(clock, ASK_MS, fetch(jobIds, add));
    for (const jobId of jobIds) for (const carried of kept.carried(jobId)) add(carried);
    return found;
  }

  return {
    listen,
    newest,
    garbage: () => garbage,
    attach(opened) {
      session = opened;
      void fetch([...listeners.watched().jobs], ignore);
    },
    detach() {
      session = null;
    },
  };
}

/** Waits for something that never rejects, but not longer than this; says whether it came in time. */
async function within(clock: Clock, limitMs: number, awaited: Promise<unknown>): Promise<boolean> {
  let takeBack = (): void => undefined;
  const late = new Promise<boolean>((resolve) => {
    takeBack = clock.after(limitMs, () => resolve(false));
  });
  try {
    return await Promise.race([awaited.then(() => true), late]);
  } finally {
    takeBack();
  }
}
