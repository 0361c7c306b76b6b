import { isEnded, type Job, type LoggedFact } from '@rendercast/protocol';
import { matchesFilter } from '@rendercast/protocol/matches-filter';
import type { FeedPage, FeedQuery, Store } from '../store.js';
import { createFold, type Fold, parseColumns, parseNumbers } from './fact-texts.js';
import type { FeedStretch } from './read-facts.js';
import type { ReadVerbs } from './read-verbs.js';
import type { ThreadCalls } from './thread-calls.js';

/** Facts looked at in one go where the filter may skip many of them. */
const STRETCH_FACTS = 500;
/** Ends of readings that are remembered, and jobs of each: a reader that goes on from one needs no earlier facts. */
const MAX_ENDS = 16;
const MAX_JOBS = 512;

/** Unended jobs by row number, as they stood where a reading of the feed ended. */
type Standing = ReadonlyMap<number, Job>;

/**
 * Reads the feed. Whoever reads on from where a reading ended (as every replay does) finds the jobs as they stood
 * there: folding them anew from their first facts for each page would cost more than the page.
 */
export function createFeedReading(reader: ThreadCalls<ReadVerbs>): Store['feed'] {
  const ends = new Map<string, Standing>();

  function remember(key: string, standing: Standing): void {
    ends.delete(key);
    ends.set(key, standing);
    const [oldest] = ends.keys();
    if (ends.size > MAX_ENDS && oldest !== undefined) ends.delete(oldest);
  }

  return async (query: FeedQuery): Promise<FeedPage> => {
    const { jobs, batch, ...judged } = query.filter;
    const skips = Object.values(judged).some((value) => value !== undefined);
    const filter = { ...(jobs === undefined ? {} : { jobs }), ...(batch === undefined ? {} : { batch }) };
    const keyAt = (cursor: number): string => JSON.stringify([query.owner, filter, cursor]);
    const facts: LoggedFact[] = [];
    let upTo = query.after;
    let standing: Standing = ends.get(keyAt(upTo)) ?? new Map<number, Job>();
    for (;;) {
      const wanted = query.limit - facts.length;
      const limit = skips ? Math.max(wanted, STRETCH_FACTS) : wanted;
      const held = [...standing].flatMap(([row, { seq }]) => [row, seq]);
      const stretch = await reader.call('feed', { owner: query.owner, filter, after: upTo, limit, held });
      const folded = foldStretch(stretch, standing);
      const fitting = folded.facts.filter(({ job }) => matchesFilter(job, query.filter));
      facts.push(...fitting.slice(0, wanted));
      const cut = fitting.length > wanted ? facts.at(-1) : undefined;
      upTo = cut?.cursor ?? stretch.upTo;
      standing = folded.standing;
      if (facts.length >= query.limit || upTo >= stretch.head) {
        // What was cut is folded by whoever reads on: it stood otherwise there.
        if (cut === undefined && upTo < stretch.head) remember(keyAt(upTo), standing);
        return { facts, upTo, head: stretch.head, horizon: stretch.horizon };
      }
    }
  };
}

/** Gives each fact the job after it. */
function foldStretch(stretch: FeedStretch, before: Standing): { facts: LoggedFact[]; standing: Standing } {
  const folds = new Map<number, Fold>();
  for (const [row, origin] of stretch.origins) folds.set(row, createFold(origin, before.get(row) ?? null));
  const rows = parseNumbers(stretch.rows);
  const standing = new Map(before);
  const facts = parseColumns(stretch.facts).flatMap((fact, index) => {
    const row = rows[index] ?? 0;
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
