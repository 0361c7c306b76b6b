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
        return source;
      })
      .finally(() => opening.delete(jobId));
    opening.set(jobId, promise);
    sweepLater();
    return promise;
  }

  async function acquireTail(): Promise<FeedTail> {
    tailUsers += 1;
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

  /** One question for all that is watched: who is further than we know? */
  async function sweep(): Promise<void> {
    if (jobs.size === 0 && tail === null) return;
    const asked = new Set(jobs.values());
    const heads = await store.heads([...jobs.keys()]);
    const late: Promise<void>[] = [];
    for (const [jobId, source] of jobs) {
      const head = heads.jobs.get(jobId);
      if (head === undefined) {
        if (asked.has(source)) forget(source);
      } else if (head > source.head) late.push(source.refresh());
    }
    const feed = await tail;
    feed?.pruned(heads.horizon);
    if (feed !== null && heads.feed > feed.head) late.push(feed.refresh());
    await Promise.all(late);
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
    look: () => void sweep().catch(sweepFailed),
    open: () => ({ sources: jobs.size + feeds.size + (tail === null ? 0 : 1), ids: births.waiting }),
    close() {
      closed = true;
      stopSweep?.();
    },
  };
}
