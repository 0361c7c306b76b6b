import type { Page } from '@rendercast/protocol/commands';
import type { Fact, Level } from '@rendercast/protocol/events';
import type { Snapshot } from '@rendercast/protocol/job';
import { formatPosition, parsePosition } from '@rendercast/protocol/position';
import { withLevel } from '@rendercast/protocol/reduce';
import { fold, seqOf } from './fold.js';
import { errorOfWay } from './http-error.js';

/** Jobs kept to fold facts into: more than a screen shows. One that was let go of is fetched again when it moves. */
const KEPT = 500;

/** The jobs of a feed as they stand, folded from what comes. */
export interface FeedJobs {
  /** Starts over from a page of the list. */
  start(page: Page): void;
  get(id: string): Snapshot | null;
  /** The job after a fact; one that is not known is fetched. Null when it is gone. */
  fold(fact: Fact, position: string): Promise<Snapshot | null>;
  withLevel(id: string, level: Level): Snapshot | null;
}

/** Makes an empty set of jobs. */
export function createFeedJobs(fetchJob: (id: string) => Promise<Snapshot>): FeedJobs {
  const kept = new Map<string, Snapshot>();

  function keep(snapshot: Snapshot): Snapshot {
    kept.delete(snapshot.job.id);
    kept.set(snapshot.job.id, snapshot);
    const [oldest] = kept.keys();
    if (kept.size > KEPT && oldest !== undefined) kept.delete(oldest);
    return snapshot;
  }

  async function fetched(id: string): Promise<Snapshot | null> {
    try {
      const { job, levels, position } = await fetchJob(id);
      return keep({ job, levels, position });
    } catch (error) {
      if (errorOfWay(error).code === 'not_found') return null;
      throw error;
    }
  }

  return {
    start({ jobs, feedCursor }) {
      const epoch = parsePosition(feedCursor)?.epoch ?? '';
      kept.clear();
      for (const job of [...jobs].reverse()) keep({ job, levels: {}, position: formatPosition({ epoch, n: job.seq }) });
    },
    get: (id) => kept.get(id) ?? null,
    async fold(fact, position) {
      const before = kept.get(fact.jobId) ?? null;
      const ahead = fact.seq - seqOf(before);
      if (ahead < 1) return before;
      // Not known, or a filter let some of its facts pass and others not.
      return ahead > 1 ? fetched(fact.jobId) : keep(fold(before, fact, position));
    },
    withLevel(id, level) {
      const before = kept.get(id);
      if (before === undefined) return null;
      return keep({ ...before, levels: withLevel(before.levels, level) });
    },
  };
}
