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

/** How much is kept at most: beyond it the jobs that were longest without news go. */
export interface KeptLimits {
  maxJobs: number;
  maxPreviewBytes: number;
}

/** Keeps levels without a limit where none is given: the end of each job is heard then. */
export function createKeptLevels(limits?: KeptLimits): KeptLevels {
  /** Where there are limits, the job with the newest news comes last. */
  const newest = new Map<string, Kept>();
  let previewBytes = 0;

  function forget(jobId: string): void {
    previewBytes -= newest.get(jobId)?.preview?.bytes.length ?? 0;
    newest.delete(jobId);
  }

  function shrink({ maxJobs, maxPreviewBytes }: KeptLimits): void {
    for (const jobId of newest.keys()) {
      if (newest.size <= maxJobs && previewBytes <= maxPreviewBytes) return;
      forget(jobId);
    }
  }

  return {
    keep({ jobId, owner, level, preview: picture }) {
      const before: NewestLevels = newest.get(jobId) ?? NOTHING;
      const levels = withLevel(before.levels, level);
      if (levels === before.levels) return false;
      const preview: PreviewBytes | null = level.kind === 'preview' ? picture : before.preview;
      if (limits !== undefined) newest.delete(jobId);
      newest.set(jobId, { levels, preview, owner });
      previewBytes += (preview?.bytes.length ?? 0) - (before.preview?.bytes.length ?? 0);
      if (limits !== undefined) shrink(limits);
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
    forget,
    clear() {
      newest.clear();
      previewBytes = 0;
    },
  };
}
