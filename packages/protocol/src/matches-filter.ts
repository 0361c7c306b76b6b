import type { Filter } from './commands.js';
import type { Job } from './job.js';

/**
 * Whether a job meets all conditions of a filter. On a feed each fact is judged by the job as it was after that fact,
 * so that a replay shows the same as watching live did.
 */
export function matchesFilter(job: Job, filter: Filter): boolean {
  return (
    (filter.kind === undefined || job.kind === filter.kind) &&
    (filter.state === undefined || filter.state.includes(job.state)) &&
    (filter.batch === undefined || job.batch === filter.batch) &&
    (filter.tag === undefined || job.tags.includes(filter.tag)) &&
    (filter.favorite === undefined || job.favorite === filter.favorite) &&
    (filter.engine === undefined || job.engine === filter.engine || job.ranOn?.engine === filter.engine) &&
    (filter.jobs === undefined ||
      filter.jobs.includes(job.id) ||
      (job.clientId !== null && filter.jobs.includes(job.clientId)))
  );
}
