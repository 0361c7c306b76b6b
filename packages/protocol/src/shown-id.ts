import type { Job } from './job.js';

/** The id that a job's own client knows it by: the one it chose, else the server's. */
export function shownId(job: Pick<Job, 'id' | 'clientId'>): string {
  return job.clientId ?? job.id;
}
