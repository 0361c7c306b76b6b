import { type Filter, type Job, type LoggedFact, matchesFilter } from '@rendercast/protocol';
import type { Store } from '../stores/store.js';
import type { Bus } from './bus/bus.js';
import type { FeedListener, FeedTail } from './feed-tail.js';
import { levelsOf } from './newest-levels.js';
import type { JobLevel, Source, SourceListener } from './source.js';

const PAGE_FACTS = 256;

/** Whose jobs, and which of them. `owner: null` reaches all (operators). */
export interface FeedScope {
  owner: string | null;
  filter: Filter;
}

/** Whether a job lies within a scope. Facts are judged by the job as it is after them. */
function inScope(job: Job, scope: FeedScope): boolean {
  return (scope.owner === null || job.owner === scope.owner) && matchesFilter(job, scope.filter);
}

/** A canonical name of a scope: equal scopes share frames. */
export function scopeKey(scope: FeedScope): string {
  const filter = Object.entries(scope.filter)
    .filter(([, value]) => value !== undefined)
    .sort(([left], [right]) => (left < right ? -1 : 1));
  return JSON.stringify([scope.owner, filter]);
}

/** A feed within a scope, read from the node's one tail. */
export function openFeedSource(
  deps: { store: Store; bus: Bus; tail: FeedTail },
  scope: FeedScope,
  onClosed: () => void,
): Source {
  const { store, bus, tail } = deps;
  const listeners = new Set<SourceListener>();
  /** As the newest page told it: retention may have raised it since the tail last looked. */
  let horizon = 0;
  const fits = ({ job }: LoggedFact): boolean => inScope(job, scope);

  const listener: FeedListener = {
    facts(logged) {
      const news = logged.filter(fits);
      // Told even when empty: the position moves on past what the filter skipped.
      for (const each of listeners) each.facts(news);
    },
    level(level) {
      if (!inScope(level.job, scope)) return;
      for (const each of listeners) each.level(level);
    },
    lost() {
      for (const each of [...listeners]) each.lost();
    },
  };
  tail.add(listener);

  return {
    key: `feed:${scopeKey(scope)}`,
    get head() {
      return tail.head;
    },
    get tailFrom() {
      return tail.tailFrom;
    },
    get horizon() {
      return Math.max(horizon, tail.horizon);
    },
    gone: false,
    job: null,
    numberOf: ({ cursor }) => cursor,
    inMemory: (after) => tail.inMemory(after).filter(fits),
    async read(after) {
      const page = await store.feed({ owner: scope.owner, filter: scope.filter, after, limit: PAGE_FACTS });
      horizon = page.horizon;
      return { facts: page.facts, upTo: page.upTo, horizon };
    },
    newestLevels() {
      const levels: JobLevel[] = [];
      for (const job of tail.active()) if (inScope(job, scope)) levels.push(...levelsOf(bus, job));
      return levels;
    },
    refresh: () => tail.refresh(),
    wantPreviews: (wanted) => tail.wantPreviews(wanted),
    add: (each) => void listeners.add(each),
    remove(each) {
      listeners.delete(each);
      if (listeners.size > 0) return;
      tail.remove(listener);
      onClosed();
    },
  };
}
