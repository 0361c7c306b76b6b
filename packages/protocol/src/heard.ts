/** A message about a job, as far as it decides whether a socket hears it. */
export interface Hearing {
  /**
   * `start` and `begun` open a job and are heard once each, not after progress; `waiting` is progress of a job that waits
   * (again); `final` comes with an end and before it; after `end` nothing is heard.
   */
  part: 'start' | 'begun' | 'waiting' | 'progress' | 'final' | 'end';
  /** 0 to 1; what falls behind what was heard is not heard. */
  fraction: number;
  /** The id that clients know the job by. */
  shown: string;
}

/**
 * What one socket has heard of each job, so that it hears start and end once and never sees progress fall, whichever way
 * the messages come: live, or looked up for a late subscriber.
 */
export interface Heard {
  /** Whether a message is news; then it counts as heard. */
  isNews(jobId: string, message: Hearing): boolean;
  /** Whether anything of a job was heard. */
  knows(jobId: string): boolean;
  /** Ids of the jobs that were heard of, but not their end. */
  open(): string[];
  /** Forgets jobs: what comes of them is news again. */
  forget(which: (jobId: string, shown: string) => boolean): void;
}

interface Memory {
  shown: string;
  rank: number;
  ended: boolean;
  fraction: number;
}

/** How far into its job a message is; what opens a job is heard only in this order. */
const RANK = { waiting: 0, start: 1, begun: 2, progress: 3 } as const;
/** Ends kept, to know them again when they come a second time: more than can be under way at once. */
const MAX_ENDS = 1_000;

export function createHeard(): Heard {
  const memories = new Map<string, Memory>();
  const ends: string[] = [];

  function end(jobId: string, memory: Memory): void {
    memory.ended = true;
    ends.push(jobId);
    if (ends.length > MAX_ENDS) memories.delete(ends.shift() ?? '');
  }

  return {
    isNews(jobId, { part, fraction, shown }) {
      let memory = memories.get(jobId);
      if (memory === undefined) {
        memory = { shown, rank: 0, ended: false, fraction: 0 };
        memories.set(jobId, memory);
      }
      if (memory.ended) return false;
      if (part === 'end') end(jobId, memory);
      if (part === 'end' || part === 'final') return true;
      const rank = RANK[part];
      const opens = part === 'start' || part === 'begun';
      if (fraction < memory.fraction || (opens && rank <= memory.rank)) return false;
      memory.fraction = fraction;
      memory.rank = Math.max(memory.rank, rank);
      return true;
    },
    knows: (jobId) => memories.has(jobId),
    open: () => [...memories].flatMap(([jobId, { ended }]) => (ended ? [] : [jobId])),
    forget(which) {
      for (const [jobId, { shown }] of memories) if (which(jobId, shown)) memories.delete(jobId);
    },
  };
}
