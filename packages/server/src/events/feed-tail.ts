import { isCurrent, isEnded, type Job, type LoggedFact } from '@rendercast/protocol';
import type { Store } from '../stores/store.js';
import type { Bus, CarriedLevel, Listening } from './bus/bus.js';
import { levelsOf } from './newest-levels.js';
import type { JobLevel } from './source.js';

/** Facts of all jobs kept in memory for feeds that reconnect. */
const TAIL_FACTS = 4096;
const PAGE_FACTS = 512;
/** Unended jobs looked up when the tail opens, so that their levels can be shown to newcomers. */
const ACTIVE_PAGE = 200;
const ACTIVE_PAGES = 10;

/** What a feed is told. */
export interface FeedListener {
  facts(logged: readonly LoggedFact[]): void;
  level(level: JobLevel): void;
  /** Facts were pruned before this node had read them. */
  lost(): void;
}

/** The newest facts of all jobs of this node in commit order: what every feed reads from. */
export interface FeedTail {
  readonly head: number;
  readonly tailFrom: number;
  readonly horizon: number;
  inMemory(after: number): LoggedFact[];
  /** Unended jobs that were heard of. */
  active(): Iterable<Job>;
  refresh(): Promise<void>;
  /** Learns how far the log was pruned, and keeps nothing of that in memory. */
  pruned(upTo: number): void;
  wantPreviews(wanted: boolean): void;
  add(listener: FeedListener): void;
  remove(listener: FeedListener): void;
  close(): void;
}

/** Opens the tail: listens first, then reads the feed's head. */
export async function openFeedTail(deps: {
  store: Store;
  bus: Bus;
  /** Hints may be lost: whoever compares heads with the log does it now. */
  missed: () => void;
}): Promise<FeedTail> {
  const { store, bus, missed } = deps;
  const listeners = new Set<FeedListener>();
  const active = new Map<string, Job>();
  /** Jobs that are looked up; what is found counts only for the newest question. */
  const looking = new Map<string, object>();
  /** Jobs that ended while the tail opens: a list read before that still shows them waiting or running. */
  const endedMeanwhile = new Set<string>();
  /** Jobs of which a level came before the fact that it follows. */
  const levelsAhead = new Set<string>();
  let tail: LoggedFact[] = [];
  let head = -1;
  let opening = true;
  let tailFrom = 0;
  let horizon = 0;
  let refreshing: Promise<void> | null = null;

  const listening: Listening = await bus.listen({ all: true }, { facts: hinted, level: levelHinted, missed });
  try {
    const { feed } = await store.heads([]);
    head = feed;
    tailFrom = feed;
    horizon = (await store.feed({ owner: null, filter: {}, after: feed, limit: 1 })).horizon;
    await findActive();
    await bus.newest([...active.keys()]); // `latest` knows them from now on
    // Those may be ahead of what was read so far, also by a refresh that a hint began before: until their facts are
    // here, levels that follow them would be told too early.
    const reached = (await store.heads([])).feed;
    do await refresh();
    while (head < reached);
    opening = false;
    endedMeanwhile.clear();
  } catch (error) {
    listening.stop();
    throw error;
  }

  async function findActive(): Promise<void> {
    let before: string | null = null;
    for (let page = 0; page < ACTIVE_PAGES; page += 1) {
      const { jobs, more } = await store.list({
        owner: null,
        filter: { state: ['queued', 'running'] },
        search: null,
        limit: ACTIVE_PAGE,
        before,
      });
      for (const job of jobs) if (!active.has(job.id) && !endedMeanwhile.has(job.id)) active.set(job.id, job);
      before = jobs.at(-1)?.id ?? null;
      if (!more || before === null) return;
    }
  }

  /** Hints are taken as they come where they join on; anything else is read from the log. */
  function hinted(logged: readonly LoggedFact[]): void {
    if (head < 0) return; // the first refresh reads them
    const news: LoggedFact[] = [];
    let next = head + 1;
    for (const entry of logged) {
      if (entry.cursor < next) continue;
      if (entry.cursor > next) {
        void refresh().catch(() => undefined); // the sweep of heads tries again
        break;
      }
      news.push(entry);
      next += 1;
    }
    take(news, next - 1);
  }

  function take(news: readonly LoggedFact[], upTo: number): void {
    head = Math.max(head, upTo);
    if (news.length === 0) return;
    for (const { job } of news) {
      looking.delete(job.id); // whatever is found is older
      if (!isEnded(job)) active.set(job.id, job);
      else {
        active.delete(job.id);
        if (opening) endedMeanwhile.add(job.id);
      }
    }
    tail.push(...news);
    if (news.some(({ fact }) => fact.type === 'removed')) forget(head);
    else if (tail.length > TAIL_FACTS) forget(tail[tail.length - TAIL_FACTS / 2]?.cursor ?? head);
    for (const listener of listeners) listener.facts(news);
    for (const { job } of news) {
      if (!levelsAhead.delete(job.id)) continue;
      // As it stands after all of them: a later one may have overtaken the level.
      const newest = active.get(job.id);
      if (newest === undefined) continue;
      for (const level of levelsOf(bus, newest)) for (const listener of listeners) listener.level(level);
    }
  }

  function forget(upTo: number): void {
    tail = tail.filter(({ cursor }) => cursor > upTo);
    tailFrom = upTo;
  }

  function levelHinted(carried: CarriedLevel): void {
    const job = active.get(carried.jobId);
    if (job === undefined) lookUp(carried.jobId);
    else if (carried.level.after > job.seq) {
      levelsAhead.add(carried.jobId);
      void refresh().catch(() => undefined); // the log has the fact
    } else if (isCurrent(carried.level, job)) for (const listener of listeners) listener.level({ ...carried, job });
  }

  /** A job that started before this tail and was not among the pages: looked up once. */
  function lookUp(jobId: string): void {
    if (looking.has(jobId)) return;
    const asked = {};
    looking.set(jobId, asked);
    const isOpen = (): boolean => looking.get(jobId) === asked;
    store
      .find(jobId, null)
      .then((stored) => {
        if (isOpen() && stored !== null && stored.cursor <= head && !isEnded(stored.job)) active.set(jobId, stored.job);
      })
      .catch(() => undefined)
      .finally(() => void (isOpen() && looking.delete(jobId)));
  }

  function refresh(): Promise<void> {
    refreshing ??= readOn().finally(() => {
      refreshing = null;
    });
    return refreshing;
  }

  function pruned(upTo: number): void {
    horizon = Math.max(horizon, upTo);
    if (horizon > tailFrom) forget(Math.min(horizon, head));
  }

  async function readOn(): Promise<void> {
    for (;;) {
      const page = await store.feed({ owner: null, filter: {}, after: head, limit: PAGE_FACTS });
      pruned(page.horizon);
      if (page.horizon > head) for (const listener of [...listeners]) listener.lost();
      take(
        page.facts.filter(({ cursor }) => cursor > head),
        page.upTo,
      );
      if (head >= page.head) return;
    }
  }

  return {
    get head() {
      return head;
    },
    get tailFrom() {
      return tailFrom;
    },
    get horizon() {
      return horizon;
    },
    inMemory: (after) => tail.filter(({ cursor }) => cursor > after),
    active: () => active.values(),
    refresh,
    pruned,
    wantPreviews: (wanted) => listening.wantPreviews(wanted),
    add: (listener) => void listeners.add(listener),
    remove: (listener) => void listeners.delete(listener),
    close: () => listening.stop(),
  };
}
