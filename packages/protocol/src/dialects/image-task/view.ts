import type { LoggedFact, View, ViewContext, ViewFrame } from '../../dialect.js';
import type { Progress } from '../../events.js';
import type { Job } from '../../job.js';
import { formatPosition } from '../../position.js';
import { isEnded } from '../../reduce.js';
import { createShown, timeOfLevel } from '../../steady-progress.js';
import { recordOf, type TaskRecord } from './record.js';

/** What sessions ask of a frame. */
export interface About {
  record: TaskRecord;
}

/**
 * Facts and levels as records of a task. What it keeps of a job that runs is the progress and the stage last shown, so
 * that a retry does not fall behind them.
 */
export function createImageTaskView({ target, epoch }: ViewContext): View {
  const shown = createShown();
  const stages = new Map<string, string>();
  const ofJob = 'job' in target;

  function recordAfter({ fact, job }: LoggedFact): TaskRecord | null {
    switch (fact.type) {
      case 'queued':
        return recordOf(job, null, null, fact.at);
      case 'stage':
        stages.set(job.id, fact.stage);
        // Until the steps are known there is no total that could stay as it is.
        return fact.steps === null ? null : recordOf(job, shown.take(job, atStart(job, fact.at)), fact.stage, fact.at);
      case 'succeeded':
      case 'failed':
      case 'canceled':
        return recordOf(job, shown.now(job), job.progress?.stage ?? stages.get(job.id) ?? job.stage, fact.at);
      default:
        return null;
    }
  }

  return {
    fact(logged) {
      const { fact, job, cursor } = logged;
      if (job.kind !== 'image') return [];
      const record = recordAfter(logged);
      if (isEnded(job)) {
        shown.forget(job.id);
        stages.delete(job.id);
      }
      if (record === null) return [];
      const position = formatPosition({ epoch, n: ofJob ? fact.seq : cursor });
      return [frameOf(job, record, position, 'fact')];
    },
    level(_jobId, level, _preview, job) {
      if (job.kind !== 'image' || level.kind !== 'progress') return [];
      const figures = shown.take(job, level);
      const stage = level.stage ?? stages.get(job.id) ?? job.stage;
      const at = timeOfLevel(job, level.elapsedMs);
      return [frameOf(job, recordOf(job, figures, stage, at), null, level.kind)];
    },
  };
}

function frameOf(job: Job, record: TaskRecord, position: string | null, of: ViewFrame['of']): ViewFrame {
  const about: About = { record };
  return { frame: JSON.stringify(record), jobId: job.id, position, of, about };
}

/** A stage begins, and nothing of it is done. */
function atStart(job: Job, at: string): Progress {
  const elapsedMs = Math.max(0, Date.parse(at) - Date.parse(job.startedAt ?? at));
  return { fraction: 0, stage: job.stage, step: 0, steps: job.steps, etaMs: null, elapsedMs };
}
