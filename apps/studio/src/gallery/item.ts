import type { Artifact, Job } from '@rendercast/client';

/** One picture or song in the gallery: an output of a job. */
export interface GalleryItem {
  /** Id of the artifact. */
  id: string;
  job: Job;
  slot: number;
  artifact: Artifact;
}

/** The outputs of a job, in order. */
export function itemsOf(job: Job): GalleryItem[] {
  return job.outputs.map(({ slot, artifact }) => ({ id: artifact.id, job, slot, artifact }));
}

/** Which item an address means: `j_1.0`. */
export function itemName({ job, slot }: Pick<GalleryItem, 'job' | 'slot'>): string {
  return `${job.id}.${slot}`;
}

/** Takes the name of an item apart; null for what is none. */
export function parseItemName(name: string | undefined): { jobId: string; slot: number } | null {
  const match = /^(.+)\.(\d+)$/.exec(name ?? '');
  return match === null ? null : { jobId: match[1] ?? '', slot: Number(match[2]) };
}
