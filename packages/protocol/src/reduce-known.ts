import type { Fact } from './events.js';
import type { Job } from './job.js';
import { changes, reduce } from './reduce.js';

/**
 * The same as `reduce`, for whoever folds many facts onto jobs of its own store: fields that this version does not know are
 * not carried along.
 */
export function reduceKnown(job: Job | null, fact: Fact): Job {
  if (job === null) return reduce(job, fact);
  return Object.assign(copyOf(job), changes(job, fact), { seq: fact.seq });
}

/**
 * Copies a job, field by field: replays spend their time here, and V8 takes 470 ns to spread an object that came of a
 * spread, 30 ns for this.
 */
function copyOf(job: Job): Job {
  const copy: Job = {
    id: job.id,
    clientId: job.clientId,
    owner: job.owner,
    kind: job.kind,
    via: job.via,
    state: job.state,
    engine: job.engine,
    ranOn: job.ranOn,
    request: job.request,
    seed: job.seed,
    priority: job.priority,
    tags: job.tags,
    favorite: job.favorite,
    batch: job.batch,
    retryOf: job.retryOf,
    attempt: job.attempt,
    failures: job.failures,
    canceling: job.canceling,
    stage: job.stage,
    stageIndex: job.stageIndex,
    stageCount: job.stageCount,
    steps: job.steps,
    outputs: job.outputs,
    error: job.error,
    progress: job.progress,
    timings: job.timings,
    createdAt: job.createdAt,
    startBy: job.startBy,
    notBefore: job.notBefore,
    startedAt: job.startedAt,
    endedAt: job.endedAt,
    removed: job.removed,
    seq: job.seq,
  };
  if (job.reached !== undefined) copy.reached = job.reached;
  return copy;
}
