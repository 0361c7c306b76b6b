import type { Candidate } from '../engines/registry.js';
import { canRun, type Wanted } from '../stores/pick-offer.js';

/** The backends that can run a job, whatever their state. */
export function backendsFor(candidates: readonly Candidate[], job: Wanted): Candidate[] {
  return candidates.filter(({ offers }) => offers.some((offer) => canRun(offer, job)));
}

/** Why no backend can run a job, in words that say what to do. */
export function whyNowhere(candidates: readonly Candidate[], job: Wanted): string {
  const named = candidates.filter(({ engine }) => engine === job.engine);
  if (job.engine !== 'auto' && named.length === 0) {
    return `No engine named "${job.engine}" is connected. The job runs once one is; cancel it to choose another.`;
  }
  const able = (job.engine === 'auto' ? candidates : named).filter(({ offers }) =>
    offers.some((offer) => canRun(offer, { ...job, model: null })),
  );
  if (able.length > 0 && job.model !== null) {
    return `No connected backend has the model "${job.model}". The job runs once one has; cancel it to choose another.`;
  }
  return job.engine === 'auto'
    ? `No connected engine takes ${job.kind} jobs by itself. Name an engine, or connect one.`
    : `The engine "${job.engine}" makes no ${job.kind} jobs. Cancel the job and choose another engine.`;
}
