import { type Filter, isEnded, type Job, type LoggedFact } from '@rendercast/protocol';
import { matchesFilter } from '@rendercast/protocol/matches-filter';
import { createFold, type FactColumns, type Fold, type Origin, parseColumns } from './fact-texts.js';
import type { FeedPage, FeedQuery, Store } from './store.js';

/** Facts looked at in one go where the filter may skip many of them. */
const STRETCH_FACTS = 500;
/** Ends of readings that are remembered, and jobs of each: a reader that goes on from one needs no earlier facts. */
const MAX_ENDS = 32;
const MAX_JOBS = 512;
/** So far behind a position an end is still worth starting from: a reader that was full in the middle of a page. */
const MAX_BACK = 512;

/** Unended jobs by row number, as they stood where a reading of the feed ended. */
export type Standing = ReadonlyMap<number, Job>;

/** Which part of the feed to look at; of the filter, only what never changes is looked at by the driver. */
export interface StretchAsked {
  owner: string | null;
  filter: Pick<Filter, 'jobs' | 'batch'>;
  after: number;
  limit: number;
  /** Jobs that the asker has. */
  held: Standing;
}

/** A stretch of the feed. */
export interface FeedStretch {
  facts: FactColumns;
  /** Row numbers of the facts' jobs. */
  rows: readonly number[];
  /** By the row number of each job that occurs. */
  origins: ReadonlyMap<number, Origin>;
  /** Everything up to here was looked at. */
  upTo: number;
  head: number;
  horizon: number;
}

/** Where a reading ended. */
interface End {
  /** What was read, without what is judged here. */
  scope: string;
  cursor: number;
  standing: Standing;
}

/**
 * Reads the feed by stretches of a driver. Whoever reads on from where a reading ended, or from a little further (as every replay does), finds
 * the jobs as they stood there: folding them anew from their first facts for each page would cost more than the page.
 */
export function createFeedReading(readStretch: (asked: StretchAsked) => Promise<FeedStretch>): Store['feed'] {
  /** The newest last. */
  let ends: End[] = [];

  function remember(end: End): void {
    ends = ends.filter(({ scope, cursor }) => scope !== end.scope || cursor !== end.cursor);
    ends.push(end);
    if (ends.length > MAX_ENDS) ends.shift();
  }

  /** The nearest end at or before a position; at the position itself, with nothing known, where there is none near. */
  function endBefore(scope: string, position: number): End {
    let nearest: End = { scope, cursor: position, standing: new Map() };
    let back = MAX_BACK;
    for (const end of ends) {
      if (end.scope !== scope || end.cursor > position || position - end.cursor > back) continue;
      nearest = end;
      back = position - end.cursor;
    }
    if (nearest.standing.size > 0) remember(nearest);
    return nearest;
  }

  return async (query: FeedQuery): Promise<FeedPage> => {
    const { jobs, batch, ...judged } = query.filter;
    const skips = Object.values(judged).some((value) => value !== undefined);
    const filter = { ...(jobs === undefined ? {} : { jobs }), ...(batch === undefined ? {} : { batch }) };
    const scope = JSON.stringify([query.owner, filter]);
    const facts: LoggedFact[] = [];
    let { cursor: upTo, standing } = endBefore(scope, query.after);
    for (;;) {
      const wanted = query.limit - facts.length;
      const known = Math.max(0, query.after - upTo);
      const limit = known + (skips ? Math.max(wanted, STRETCH_FACTS) : wanted);
      const stretch = await readStretch({ owner: query.owner, filter, after: upTo, limit, held: standing });
      const folded = foldStretch(stretch, standing);
      const fitting = folded.facts.filter(
        ({ cursor, job }) => cursor > query.after && matchesFilter(job, query.filter),
      );
      facts.push(...fitting.slice(0, wanted));
      const cut = fitting.length > wanted ? facts.at(-1) : undefined;
      upTo = cut?.cursor ?? stretch.upTo;
      standing = folded.standing;
      if (facts.length >= query.limit || upTo >= stretch.head) {
        // What was cut has been folded too: the jobs stood otherwise there.
        if (cut === undefined && upTo < stretch.head) remember({ scope, cursor: upTo, standing });
        return { facts, upTo: Math.max(upTo, query.after), head: stretch.head, horizon: stretch.horizon };
      }
    }
  };
}

/** Gives each fact the job after it. */
function foldStretch(stretch: FeedStretch, before: Standing): { facts: LoggedFact[]; standing: Standing } {
  const folds = new Map<number, Fold>();
  for (const [row, origin] of stretch.origins) folds.set(row, createFold(origin, before.get(row) ?? null));
  const standing = new Map(before);
  const facts = parseColumns(stretch.facts).flatMap((fact, index) => {
    const row = stretch.rows[index] ?? 0;
    const logged = folds.get(row)?.(fact);
    if (logged === undefined) return [];
    standing.delete(row);
    if (!isEnded(logged.job)) standing.set(row, logged.job);
    return [logged];
  });
  for (const row of standing.keys()) {
    if (standing.size <= MAX_JOBS) break;
    standing.delete(row); // the one that was heard of the longest ago
  }
  return { facts, standing };
}
