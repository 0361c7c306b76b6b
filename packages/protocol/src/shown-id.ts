import type { Job } from './job.js';

/** The id that a job's own client knows it by: the one it chose, else the server's. */
export function shownId(job: Pick<Job, 'id' | 'clientId'>): string {
  return job.clientId ?? job.id;
}

/** Every name by which clients may follow a job. */
export function namesOf({ id, clientId }: Pick<Job, 'id' | 'clientId'>): readonly string[] {
  return clientId === null ? [id] : [id, clientId];
}
