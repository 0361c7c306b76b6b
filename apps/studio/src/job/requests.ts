import type { Job } from '@rendercast/client';
import type { CompositionPlan } from '@rendercast/protocol/media';

/** What a picture was asked for with, as far as the studio shows it. */
export interface ImageRequestView {
  prompt?: string | undefined;
  negativePrompt?: string | undefined;
  width?: number | undefined;
  height?: number | undefined;
  steps?: number | undefined;
  refinerSteps?: number | undefined;
  guidance?: number | undefined;
  seed?: number | undefined;
  count?: number | undefined;
  model?: string | undefined;
  sampler?: string | undefined;
  style?: string | undefined;
  format?: 'png' | 'webp' | 'jpeg' | undefined;
  inputs?: readonly { artifactId: string; role?: string; strength?: number | undefined }[] | undefined;
  extra?: Record<string, unknown> | undefined;
}

/** What a song was asked for with, as far as it is shown among pictures. */
export interface MusicRequestView {
  prompt?: string | undefined;
  lengthMs?: number | undefined;
  format?: string | undefined;
  model?: string | undefined;
  plan?: CompositionPlan | undefined;
}

/** The request of an image job; a removed job's is blank. */
export function imageRequest(job: Pick<Job, 'request'>): ImageRequestView {
  return job.request as ImageRequestView;
}

/** The request of a music job. */
export function musicRequest(job: Pick<Job, 'request'>): MusicRequestView {
  return job.request;
}

/** Width by height of what a job makes, for a place that keeps its size while it is empty. */
export function aspectOf(job: Job): string {
  if (job.kind === 'music') return '5 / 2';
  const made = job.outputs[0]?.artifact;
  const { width = 1, height = width } = imageRequest(job);
  return `${made?.width ?? width} / ${made?.height ?? height}`;
}
