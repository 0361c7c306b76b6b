import type { Clock } from '../clock.js';
import type { Logger } from '../logger.js';
import type { Store } from '../stores/store.js';
import { createBirths } from './births.js';
import type { Bus } from './bus/bus.js';
import { type FeedScope, openFeedSource, scopeKey } from './feed-source.js';
import { type FeedTail, openFeedTail } from './feed-tail.js';
import type { Reach } from './follow.js';
import { type JobSource, openJobSource } from './job-source.js';
import type { Source, SourceListener } from './source.js';

/** How often the heads of all that is watched are compared with the log: a lost hint costs at most this. */
const SWEEP_MS = 2_000;
/**
 * While the feed stands where it stood, no job can be further: then only this is asked, so that watching what waits costs
 * nothing. All is compared at least this often, for a job that another node pruned and whose facts lay below the horizon.
 */
const COMPARED_FOR_MS = 30_000;

/** A source that stays open until it is released or something else follows it. */
export interface Held {
  source: Source;
  release(): void;
}

/** The sources of this node, each opened once however many follow it. */
export interface Sources {
  /** The source of a job, by either id, within an owner's reach; null when there is none. */
  job(id: string, reach: Reach): Promise<Held | null>;
  feed(scope: FeedScope): Promise<Held>;
  /** Calls back whenever a job of this id comes into being, and at first if it is there. Returns how to stop. */
  born(id: string, reach: Reach, callback: (held: Held) => void, failed: (error: unknown) => void): () => void;
  /** Compares everything followed with the log now, as is done regularly. */
  look(): void;
  open(): { sources: number; ids: number };
  close(): void;
}

const HOLD: SourceListener = { facts: () => undefined, level: () => undefined, lost: () => undefined };

export function createSources(deps: {
  store: Store;
  bus: Bus;
  clock: Clock;
  logger: Logger;
  sweepMs?: number;
}): Sources {
  const { store, clock, logger, sweepMs = SWEEP_MS } = deps;
  const jobs = new Map<string, JobSource>();
  const opening = new Map<string, Promise<JobSource | null>>();
  const feeds = new Map<string, Source>();
  let tail: Promise<FeedTail> | null = null;
  let tailUsers = 0;
  let closed = false;
  let stopSweep: (() => void) | null = null;
  /** The log as it was when all that is watched was last compared with it; null: something has not been. */
  let compared: { feed: number; horizon: number; atMs: number } | null = null;
  /** Counts what was opened: it may have been read before the log stood where it was compared. */
  let opened = 0;
  /** A comparison of heads that runs now, and whether another was asked for meanwhile. */
  let looking = false;
  let lookAgain = false;
  const births = createBirths({ acquire: acquireTail, release: releaseTail });

  function hold(source: Source): Held {
    const holding: SourceListener = { ...HOLD };
    source.add(holding);
    let released = false;
    return {
      source,
      release() {
        if (released) return;
        released = true;
        source.remove(holding);
      },
    };
  }

  async function jobSource(jobId: string): Promise<JobSource | null> {
    const open = jobs.get(jobId);
    if (open !== undefined) return open;
    const underWay = opening.get(jobId);
    if (underWay !== undefined) return underWay;
    const promise = openJobSource({ ...deps, missed: lookSoon }, jobId, () => jobs.delete(jobId))
      .then((source) => {
        if (source !== null) jobs.set(jobId, source);
        haveOpened();
        return source;
      })
      .finally(() => opening.delete(jobId));
    opening.set(jobId, promise);
    sweepLater();
    return promise;
  }

  function haveOpened(): void {
    opened += 1;
    compared = null;
  }

  async function acquireTail(): Promise<FeedTail> {
    tailUsers += 1;
    if (tail === null) haveOpened();
    tail ??= openFeedTail({ ...deps, missed: lookSoon });
    sweepLater();
    try {
      return await tail;
    } catch (error) {
      tail = null;
      tailUsers -= 1;
      throw error;
    }
  }

  function releaseTail(): void {
    tailUsers -= 1;
    if (tailUsers > 0) return;
    const closing = tail;
    tail = null;
    closing?.then((open) => open.close()).catch(() => undefined);
  }

  /** Looks whether anything watched is further than we know. */
  async function sweep(): Promise<void> {
    if (jobs.size === 0 && tail === null) return;
    if (!(await isCompared())) await compare();
  }

  /** Whether all that is watched has been compared with the log as it is now. */
  async function isCompared(): Promise<boolean> {
    if (compared === null || clock.monotonic() - compared.atMs > COMPARED_FOR_MS) return false;
    const { feed, horizon } = await store.heads([]);
    return compared?.feed === feed && compared.horizon === horizon;
  }

  /** One question for all that is watched: who is further than we know? */
  async function compare(): Promise<void> {
    compared = null;
    const openedBefore = opened;
    const atMs = clock.monotonic();
    const asked = [...jobs.values()];
    const heads = await store.heads(asked.map(({ jobId }) => jobId));
    for (const source of asked) if (!heads.jobs.has(source.jobId) && jobs.get(source.jobId) === source) forget(source);
    const feed = await tail;
    feed?.pruned(heads.horizon);
    const late = (): { refresh(): Promise<void> }[] => [
      ...[...jobs.values()].filter(({ jobId, head }) => head < (heads.jobs.get(jobId) ?? 0)),
      ...(feed !== null && feed.head < heads.feed ? [feed] : []),
    ];
    await Promise.all(late().map((source) => source.refresh()));
    // What was opened meanwhile was not asked about; a refresh that was under way already may have read too early.
    if (opened === openedBefore && late().length === 0) compared = { feed: heads.feed, horizon: heads.horizon, atMs };
  }

  function sweepFailed(error: unknown): void {
    if (!closed) logger.warn({ error }, 'could not compare heads with the log; trying again');
  }

  /** All who missed something at once are served by one comparison, and one more for those who say so while it runs. */
  function lookSoon(): void {
    if (looking) lookAgain = true;
    if (looking || closed) return;
    looking = true;
    sweep()
      .catch(sweepFailed)
      .finally(() => {
        looking = false;
        if (!lookAgain) return;
        lookAgain = false;
        lookSoon();
      });
  }

  /** A job that was pruned: who asks for it from now on finds none. */
  function forget(source: JobSource): void {
    jobs.delete(source.jobId);
    source.prune();
  }

  function sweepLater(): void {
    if (stopSweep !== null || closed) return;
    stopSweep = clock.after(sweepMs, () => {
      stopSweep = null;
      sweep()
        .catch(sweepFailed)
        .finally(() => {
          // One that is being opened is not among them yet.
          if (jobs.size > 0 || opening.size > 0 || tail !== null) sweepLater();
        });
    });
  }

  async function job(id: string, reach: Reach): Promise<Held | null> {
    const known = jobs.get(id);
    if (known !== undefined && (reach.all || known.job.owner === reach.owner)) return hold(known);
    const stored = (await store.find(id, reach.owner)) ?? (reach.all ? await store.find(id, null) : null);
    if (stored === null) return null;
    const source = await jobSource(stored.job.id);
    // It may have closed between opening and now: then it is opened again.
    if (source === null) return null;
    if (jobs.get(source.jobId) !== source) return job(id, reach);
    return hold(source);
  }

  return {
    job,
    async feed(scope) {
      const key = scopeKey(scope);
      const open = feeds.get(key);
      if (open !== undefined) return hold(open);
      const feedTail = await acquireTail();
      const meanwhile = feeds.get(key);
      if (meanwhile !== undefined) {
        releaseTail();
        return hold(meanwhile);
      }
      const source = openFeedSource({ ...deps, tail: feedTail }, scope, () => {
        feeds.delete(key);
        releaseTail();
      });
      feeds.set(key, source);
      return hold(source);
    },
    born(id, reach, callback, failed) {
      let stopped = false;
      const stop = births.wait(id, reach, () => void look(), failed);
      async function look(): Promise<void> {
        try {
          const held = await job(id, reach);
          if (stopped) held?.release();
          else if (held !== null) callback(held);
        } catch (error) {
          failed(error);
        }
      }
      return () => {
        stopped = true;
        stop();
      };
    },
    look: () => void compare().catch(sweepFailed),
    open: () => ({ sources: jobs.size + feeds.size + (tail === null ? 0 : 1), ids: births.waiting }),
    close() {
      closed = true;
      stopSweep?.();
    },
  };
}
