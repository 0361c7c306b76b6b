import type { About } from './frames.js';

/** Ends kept per socket, to know them again when they come a second time. */
const MAX_ENDS = 1_000;

/** What a socket has heard of each job, so that it hears start and end once and never sees progress fall. */
export interface Heard {
  /** Whether a message is news; then it counts as heard. */
  isNews(jobId: string, message: Pick<About, 'part' | 'fraction' | 'shown'>): boolean;
  /** Whether anything of a job was heard. */
  knows(jobId: string): boolean;
  /** Forgets jobs: what comes of them is news again. */
  forget(which: (jobId: string, shown: string) => boolean): void;
}

interface Memory {
  shown: string;
  started: boolean;
  ended: boolean;
  fraction: number;
}

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
      const memory = memories.get(jobId) ?? { shown, started: false, ended: false, fraction: 0 };
      memories.set(jobId, memory);
      if (memory.ended) return false;
      if (part === 'end') end(jobId, memory);
      if (part === 'end' || part === 'final') return true;
      if (fraction < memory.fraction || (part === 'start' && memory.started)) return false;
      memory.fraction = fraction;
      memory.started ||= part !== 'waiting';
      return true;
    },
    knows: (jobId) => memories.has(jobId),
    forget(which) {
      for (const [jobId, { shown }] of memories) if (which(jobId, shown)) memories.delete(jobId);
    },
  };
}
