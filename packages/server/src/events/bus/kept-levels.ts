import { type PreviewBytes, withLevel } from '@rendercast/protocol';
import type { CarriedLevel, NewestLevels } from './bus.js';

/** The newest levels of jobs, in memory. */
export interface KeptLevels {
  /** Keeps a level if it is newer than what is there; says whether it was. */
  keep(carried: CarriedLevel): boolean;
  of(jobId: string): NewestLevels;
  /** What is kept of a job as it was told, oldest first; nothing is empty. */
  carried(jobId: string): CarriedLevel[];
  jobs(): Iterable<string>;
  forget(jobId: string): void;
  clear(): void;
}

interface Kept extends NewestLevels {
  owner: string;
}

const NOTHING: NewestLevels = { levels: {}, preview: null };

/** @param maxJobs Jobs kept at most: beyond it the one that was longest without news goes. Default: no limit. */
export function createKeptLevels(maxJobs = Number.POSITIVE_INFINITY): KeptLevels {
  /** The job with the newest news last, where there is a limit to be kept. */
  const newest = new Map<string, Kept>();
  const limited = Number.isFinite(maxJobs);

  return {
    keep({ jobId, owner, level, preview: picture }) {
      const before: NewestLevels = newest.get(jobId) ?? NOTHING;
      const levels = withLevel(before.levels, level);
      if (levels === before.levels) return false;
      const preview: PreviewBytes | null = level.kind === 'preview' ? picture : before.preview;
      if (limited) newest.delete(jobId);
      newest.set(jobId, { levels, preview, owner });
      if (newest.size > maxJobs) for (const oldest of [...newest.keys()].slice(0, 1)) newest.delete(oldest);
      return true;
    },
    of: (jobId) => newest.get(jobId) ?? NOTHING,
    carried(jobId) {
      const kept = newest.get(jobId);
      if (kept === undefined) return [];
      const { owner, levels, preview } = kept;
      return Object.values(levels).map((level) => ({
        jobId,
        owner,
        level,
        preview: level.kind === 'preview' ? preview : null,
      }));
    },
    jobs: () => newest.keys(),
    forget: (jobId) => void newest.delete(jobId),
    clear: () => newest.clear(),
  };
}
