import type { Fact, Level, LevelKind, Stamp } from '../events.js';
import type { Job } from '../job.js';
import { compareStamps, isEnded } from '../reduce.js';
import type { ViolationCode } from './violations.js';

/** A fault of a level. */
export interface LevelFault {
  code: ViolationCode;
  message: string;
}

/** Judges the levels that one reader is shown. */
export interface LevelJudge {
  /**
   * A level was shown. `job`: as the reader knows it from facts (null: not at all); `reach`: number of the last fact that
   * the level may follow.
   */
  level(jobId: string, level: Level, job: Job | null, reach: number): LevelFault | null;
  /** A fact was shown: an end carries the progress reached. */
  fact(fact: Fact): LevelFault | null;
  /** Forgets what was shown: another connection, seen from below the SDK, or another epoch. */
  forget(): void;
}

interface Shown {
  stamps: Map<LevelKind, Stamp>;
  /** Highest progress of the newest attempt. */
  attempt: number;
  fraction: number;
}

/** Makes a judge without a past. */
export function createLevelJudge(): LevelJudge {
  const shown = new Map<string, Shown>();

  const shownOf = (jobId: string, attempt: number): Shown => {
    const found = shown.get(jobId) ?? { stamps: new Map<LevelKind, Stamp>(), attempt, fraction: 0 };
    if (found.attempt !== attempt) {
      found.attempt = attempt;
      found.fraction = 0;
    }
    shown.set(jobId, found);
    return found;
  };

  const progress = (jobId: string, attempt: number, fraction: number | null): LevelFault | null => {
    if (fraction === null) return null;
    if (!(fraction >= 0 && fraction <= 1)) return { code: 'RC-PROGRESS-RANGE', message: `progress is ${fraction}` };
    const before = shownOf(jobId, attempt);
    if (fraction < before.fraction)
      return { code: 'RC-PROGRESS-FELL', message: `progress fell from ${before.fraction} to ${fraction}` };
    before.fraction = fraction;
    return null;
  };

  return {
    level(jobId, level, job, reach) {
      const fault = misplaced(level, job, reach);
      if (fault !== null) return fault;
      const before = shown.get(jobId)?.stamps.get(level.kind);
      if (before !== undefined && compareStamps(level, before) < 0)
        return {
          code: 'RC-LEVEL-BACK',
          message: `${level.kind} ${stampText(level)} was shown after ${stampText(before)}`,
        };
      shownOf(jobId, level.attempt).stamps.set(level.kind, level);
      return level.kind === 'progress' ? progress(jobId, level.attempt, level.fraction) : null;
    },
    fact(fact) {
      if (fact.type !== 'succeeded' && fact.type !== 'failed' && fact.type !== 'canceled') return null;
      return progress(fact.jobId, fact.attempt, fact.progress?.fraction ?? null);
    },
    forget() {
      shown.clear();
    },
  };
}

/** What is wrong with showing this level to a reader who knows the job so. */
function misplaced(level: Level, job: Job | null, reach: number): LevelFault | null {
  const about = `${level.kind} ${stampText(level)}`;
  if (level.after > reach || job === null)
    return { code: 'RC-LEVEL-AHEAD', message: `${about} was shown at fact ${job?.seq ?? 0}` };
  if (isEnded(job)) return { code: 'RC-LEVEL-AFTER-END', message: `${about} was shown after the job had ended` };
  if (level.attempt < job.attempt)
    return { code: 'RC-LEVEL-STALE', message: `${about} was shown in attempt ${job.attempt}` };
  if (job.seq < reach) return null; // the reader was not shown all facts, so the state is not known
  if (level.attempt > job.attempt)
    return { code: 'RC-LEVEL-AHEAD', message: `${about} was shown in attempt ${job.attempt}` };
  if ((level.kind === 'place') !== (job.state === 'queued'))
    return { code: 'RC-LEVEL-STATE', message: `${about} was shown while the job was ${job.state}` };
  return null;
}

function stampText(stamp: Stamp): string {
  return `(attempt ${stamp.attempt}, after ${stamp.after}, tick ${stamp.tick})`;
}
