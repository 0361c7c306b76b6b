import type { Job } from '@rendercast/client';

const WORDS: Record<Job['state'], string> = {
  queued: 'Waiting',
  running: 'Running',
  succeeded: 'Done',
  failed: 'Failed',
  canceled: 'Canceled',
};

/** The state of a job in a word or two. */
export function stateWords(job: Pick<Job, 'state' | 'canceling' | 'attempt' | 'failures'>): string {
  if (job.canceling) return 'Stopping';
  if (job.state === 'queued' && job.failures > 0) return 'Waiting to try again';
  if (job.state === 'running' && job.attempt > 1) return `Running, try ${job.attempt}`;
  return WORDS[job.state];
}
