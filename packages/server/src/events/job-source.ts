import { isCurrent, type Job, type LoggedFact } from '@rendercast/protocol';
import type { Store } from '../stores/store.js';
import type { Bus, CarriedLevel, Listening } from './bus/bus.js';
import { levelsOf } from './newest-levels.js';
import type { Source, SourceListener } from './source.js';

/** Facts of one job kept in memory: more than an ordinary job ever has. */
const TAIL_FACTS = 256;
/** Facts read from the log at a time. */
const PAGE_FACTS = 256;

/** A job's source, and what its owner of many needs beside it. */
export interface JobSource extends Source {
  readonly job: Job;
  readonly jobId: string;
  /** The job was pruned: all who follow it are told. */
  prune(): void;
}

/**
 * Opens the source of one job: listens first (confirmed), then reads where the job stands, so that nothing
 * falls between the two. Null when there is no such job. `missed` is told when hints may be lost: whoever compares
 * heads with the log does it then.
 */
export async function openJobSource(
  deps: { store: Store; bus: Bus; missed: () => void },
  jobId: string,
  onClosed: () => void,
): Promise<JobSource | null> {
  const { store, bus, missed: lost } = deps;
  const listeners = new Set<SourceListener>();
  /** Hints that arrived before the first read was done. */
  let early: LoggedFact[] | null = [];
  let tail: LoggedFact[] = [];
  let tailFrom = 0;
  let horizon = 0;
  let job: Job;
  let refreshing: Promise<void> | null = null;
  /** A level came before the fact that it follows: it is told once that fact is there. */
  let levelsAhead = false;
  let gone = false;

  const listening: Listening = await bus.listen({ job: jobId }, { facts: hinted, level: levelHinted, missed: lost });
  const stored = await store.find(jobId, null).catch((error: unknown) => {
    listening.stop();
    throw error;
  });
  if (stored === null) {
    listening.stop();
    return null;
  }
  job = stored.job;
  tailFrom = job.seq;
  const missed = early;
  early = null;
  hinted(missed);

  function hinted(logged: readonly LoggedFact[]): void {
    if (early !== null) {
      early.push(...logged);
      return;
    }
    const news: LoggedFact[] = [];
    let next = job.seq + 1;
    for (const entry of logged) {
      if (entry.fact.seq < next) continue;
      if (entry.fact.seq > next) {
        void refresh().catch(() => undefined); // the next sweep of heads tries again
        break;
      }
      news.push(entry);
      next += 1;
    }
    take(news);
  }

  function take(news: readonly LoggedFact[]): void {
    const last = news.at(-1);
    if (last === undefined) return;
    job = last.job;
    tail.push(...news);
    if (news.some(({ fact }) => fact.type === 'removed'))
      forget(job.seq); // what was blanked is read blanked
    else if (tail.length > TAIL_FACTS) forget(job.seq - TAIL_FACTS / 2);
    for (const listener of listeners) listener.facts(news);
    if (!levelsAhead) return;
    levelsAhead = false;
    for (const carried of levelsOf(bus, job)) tellLevel(carried);
  }

  function forget(upTo: number): void {
    tail = tail.filter(({ fact }) => fact.seq > upTo);
    tailFrom = upTo;
  }

  function levelHinted(carried: CarriedLevel): void {
    if (early !== null) return; // `newestLevels` has it
    if (carried.level.after > job.seq) {
      levelsAhead = true;
      void refresh().catch(() => undefined); // the log has the fact
      return;
    }
    tellLevel(carried);
  }

  function tellLevel(carried: CarriedLevel): void {
    if (!isCurrent(carried.level, job)) return;
    for (const listener of listeners) listener.level({ ...carried, job });
  }

  function refresh(): Promise<void> {
    refreshing ??= readOn().finally(() => {
      refreshing = null;
    });
    return refreshing;
  }

  async function readOn(): Promise<void> {
    for (;;) {
      const page = await store.facts(jobId, job.seq, PAGE_FACTS);
      // Hints may have come in while we read.
      take(page.filter(({ fact }) => fact.seq > job.seq));
      if (page.length < PAGE_FACTS) return;
    }
  }

  return {
    key: `job:${jobId}`,
    jobId,
    get head() {
      return job.seq;
    },
    get tailFrom() {
      return tailFrom;
    },
    get horizon() {
      return horizon;
    },
    get job() {
      return job;
    },
    get gone() {
      return gone;
    },
    prune() {
      gone = true;
      for (const listener of [...listeners]) listener.lost();
    },
    numberOf: ({ fact }) => fact.seq,
    inMemory: (after) => tail.filter(({ fact }) => fact.seq > after),
    async read(after) {
      const facts = await store.facts(jobId, after, PAGE_FACTS);
      // Numbers have no gaps: where the next one is missing, the job was pruned.
      if (after < job.seq && facts[0]?.fact.seq !== after + 1) horizon = job.seq;
      return { facts, upTo: facts.at(-1)?.fact.seq ?? after, horizon };
    },
    newestLevels: () => levelsOf(bus, job),
    refresh,
    wantPreviews: (wanted) => listening.wantPreviews(wanted),
    add: (listener) => void listeners.add(listener),
    remove(listener) {
      listeners.delete(listener);
      if (listeners.size > 0) return;
      listening.stop();
      onClosed();
    },
  };
}
