import type { FileUrl } from '../../dialect.js';
import type { Job, JobState } from '../../job.js';
import type { ImageRequest, Json } from '../../media.js';
import type { SocketStatus } from './messages.js';
import { paramsOf } from './params.js';

const ON_SOCKET: Record<JobState, SocketStatus> = {
  queued: 'pending',
  running: 'running',
  succeeded: 'completed',
  failed: 'failed',
  canceled: 'failed',
};

/** A job's state in the words of the socket. */
export function statusOf(job: Job): SocketStatus {
  return ON_SOCKET[job.state];
}

/** Why a job has no result; null for any other. */
export function errorOf(job: Job): string | null {
  if (job.state === 'canceled') return 'The job was cancelled.';
  return job.state === 'failed' ? (job.error?.message ?? 'The generation failed.') : null;
}

/** Addresses of the images; null while there are none. */
export function imagesOf(job: Job, fileUrl: FileUrl): string[] | null {
  const urls = job.outputs.map(({ artifact }) => fileUrl.artifact(artifact.id, 'file'));
  return urls.length === 0 ? null : urls;
}

/** What a job was made with: what was asked for, what its images say of themselves, and the seed it ran with. */
export function infoOf(job: Job): Record<string, Json> {
  const { prompt: _, ...made } = job.outputs[0]?.artifact.parameters ?? {};
  const { model } = job.request as ImageRequest;
  return { ...made, ...paramsOf(job), seed: job.seed, ...(model === undefined ? {} : { model }) };
}

/** How long a job ran, in seconds; null until it has ended. */
export function durationOf(job: Job): number | null {
  return job.timings === null ? null : seconds(job.timings.runMs);
}

/** Milliseconds as seconds, to the millisecond. */
export function seconds(ms: number): number {
  return Math.max(0, Math.round(ms)) / 1000;
}
