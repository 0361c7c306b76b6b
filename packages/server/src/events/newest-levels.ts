import { currentLevels, type Job, type LevelKind } from '@rendercast/protocol';
import type { Bus, CarriedLevel } from './bus/bus.js';

/** The newest levels of a job that still hold. */
export function levelsOf(bus: Bus, job: Job): CarriedLevel[] {
  const newest = bus.latest(job.id);
  const kept = currentLevels(newest.levels, job);
  return (Object.keys(kept) as LevelKind[]).flatMap((kind): CarriedLevel[] => {
    const level = kept[kind];
    if (level === undefined || level.after > job.seq) return [];
    return [{ jobId: job.id, owner: job.owner, level, preview: kind === 'preview' ? newest.preview : null }];
  });
}
