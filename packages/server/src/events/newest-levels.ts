import { currentLevels, type Job, type LevelKind } from '@rendercast/protocol';
import type { Bus } from './bus/bus.js';
import type { JobLevel } from './source.js';

/** The newest levels of a job that still hold. */
export function levelsOf(bus: Bus, job: Job): JobLevel[] {
  const newest = bus.latest(job.id);
  const kept = currentLevels(newest.levels, job);
  return (Object.keys(kept) as LevelKind[]).flatMap((kind): JobLevel[] => {
    const level = kept[kind];
    if (level === undefined || level.after > job.seq) return [];
    return [{ jobId: job.id, owner: job.owner, level, preview: kind === 'preview' ? newest.preview : null, job }];
  });
}
