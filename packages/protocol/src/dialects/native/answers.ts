import * as z from 'zod';
import { engineInfoSchema, type Page, pageSchema, roleSchema } from '../../commands.js';
import type { FileUrl, Reply } from '../../dialect.js';
import { type Job, jobSchema, type Snapshot, snapshotSchema } from '../../job.js';
import { artifactSchema } from '../../media.js';
import { outwardJob, outwardSnapshot, wantedLevels } from './outward.js';

/** Addresses of a job, ready to use: paths on this server. */
export const jobUrlsSchema = z
  .object({
    self: z.string(),
    /** Its events as SSE or, with `?wait=`, as a long-poll. */
    events: z.string(),
    /** The socket that all jobs share. */
    stream: z.string(),
    cancel: z.string(),
    /** The newest preview picture while it runs; signed where keys are configured. */
    preview: z.string(),
  })
  .meta({ id: 'JobUrls' });
export type JobUrls = z.infer<typeof jobUrlsSchema>;

/** A job as submit, retry, edit and cancel answer it. */
export const jobAnswerSchema = z.object({ job: jobSchema, urls: jobUrlsSchema }).meta({ id: 'JobAnswer' });
export type JobAnswer = z.infer<typeof jobAnswerSchema>;

/** A job with its newest levels and the position that the answer stands at. */
export const snapshotAnswerSchema = snapshotSchema.extend({ urls: jobUrlsSchema }).meta({ id: 'SnapshotAnswer' });
export type SnapshotAnswer = Snapshot & { urls: JobUrls };

/** The jobs of a batch, in the order they were sent. */
export const batchAnswerSchema = z
  .object({
    batch: z.string(),
    jobs: z.array(jobSchema),
    urls: z.object({ jobs: z.string(), events: z.string() }),
  })
  .meta({ id: 'BatchAnswer' });
export type BatchAnswer = z.infer<typeof batchAnswerSchema>;

/** An uploaded file. */
export const artifactAnswerSchema = z.object({ artifact: artifactSchema }).meta({ id: 'ArtifactAnswer' });
export type ArtifactAnswer = z.infer<typeof artifactAnswerSchema>;

/** All engines that this server has, one entry per backend. */
export const enginesAnswerSchema = z.object({ engines: z.array(engineInfoSchema) }).meta({ id: 'EnginesAnswer' });
export type EnginesAnswer = z.infer<typeof enginesAnswerSchema>;

/** Who is asking, as the server knows them. */
export const meAnswerSchema = z.object({ owner: z.string(), roles: z.array(roleSchema) }).meta({ id: 'MeAnswer' });
export type MeAnswer = z.infer<typeof meAnswerSchema>;

/** Where the native socket is. */
export const STREAM_PATH = '/v1/stream';

/** The addresses of a job. */
export function jobUrls(jobId: string, fileUrl: FileUrl): JobUrls {
  const self = `/v1/jobs/${encodeURIComponent(jobId)}`;
  return {
    self,
    events: `${self}/events`,
    stream: STREAM_PATH,
    cancel: `${self}/cancel`,
    preview: fileUrl.preview(jobId, 0),
  };
}

/** A job with its addresses. */
export function jobAnswer(job: Job, fileUrl: FileUrl): JobAnswer {
  return { job: outwardJob(job, fileUrl), urls: jobUrls(job.id, fileUrl) };
}

/** A snapshot with the job's addresses, all levels included. */
export function snapshotAnswer(snapshot: Snapshot, fileUrl: FileUrl): SnapshotAnswer {
  return {
    ...outwardSnapshot(snapshot, fileUrl, wantedLevels(true, 'url')),
    urls: jobUrls(snapshot.job.id, fileUrl),
  };
}

/** A batch with the addresses of its list and feed. */
export function batchAnswer(batch: string, jobs: readonly Job[], fileUrl: FileUrl): BatchAnswer {
  const query = `?batch=${encodeURIComponent(batch)}`;
  return {
    batch,
    jobs: jobs.map((job) => outwardJob(job, fileUrl)),
    urls: { jobs: `/v1/jobs${query}`, events: `/v1/events${query}` },
  };
}

/** A page whose outputs have addresses. */
export function pageAnswer(page: Page, fileUrl: FileUrl): Page {
  return { ...page, jobs: page.jobs.map((job) => outwardJob(job, fileUrl)) };
}

/** The answer to something newly made, or found again: the same status either way, and a header that tells. */
export function created(json: unknown, replayed: boolean, location: string): Reply {
  return {
    status: 201,
    json,
    headers: { location, ...(replayed ? { 'idempotent-replayed': 'true' } : {}) },
  };
}

export { pageSchema };
