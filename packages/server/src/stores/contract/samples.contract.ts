import type { Artifact, FactBody, Job, MediaRequest, Progress } from '@rendercast/protocol';
import { expect } from 'vitest';
import type {
  AppendResult,
  Claim,
  ClaimRequest,
  Condition,
  Creation,
  CreationResult,
  NewJob,
  Offer,
  Store,
} from '../store.js';

export type Queued = Extract<FactBody, { type: 'queued' }>;

export const AT = '2026-05-01T10:00:00.000Z';
export const LATER = '2026-05-01T11:00:00.000Z';
export const TIMINGS = { queuedMs: 1, runMs: 2, totalMs: 3 };
export const PROGRESS: Progress = { fraction: 0.5, stage: 'base', step: 5, steps: 10, etaMs: null, elapsedMs: 400 };

let lastId = 0;

/** Ids sort by the order in which they were made, as the server's do. */
export function nextId(): string {
  lastId += 1;
  return `job-${String(lastId).padStart(9, '0')}`;
}

export function queued(over: Partial<Queued> = {}): Queued {
  const request: MediaRequest = { prompt: 'a red fox under a yellow moon' };
  return {
    type: 'queued',
    kind: 'image',
    engine: 'auto',
    request,
    seed: 7,
    owner: 'ann',
    clientId: null,
    via: 'native',
    priority: 0,
    tags: [],
    batch: null,
    retryOf: null,
    startBy: null,
    ...over,
  };
}

export function newJob(over: Partial<Queued> = {}): NewJob {
  return { id: nextId(), body: queued(over) };
}

export function creation(jobs: readonly NewJob[], over: Partial<Creation> = {}): Creation {
  return {
    jobs,
    owner: jobs[0]?.body.owner ?? 'ann',
    at: AT,
    idempotencyKey: null,
    requestDigest: 'digest',
    onExistingId: 'same',
    maxWaitingPerOwner: 100_000,
    maxWaiting: 100_000,
    ...over,
  };
}

/** Makes one job and answers it. */
export async function make(store: Store, over: Partial<Queued> = {}): Promise<Job> {
  return onlyJob(await store.create(creation([newJob(over)])));
}

/** The one job of a creation that succeeded. */
export function onlyJob(result: CreationResult): Job {
  if (result.outcome !== 'created' && result.outcome !== 'replayed') throw new Error(`not made: ${result.outcome}`);
  const [job] = result.jobs;
  if (job === undefined) throw new Error('no job was made');
  return job;
}

export function offer(over: Partial<Offer> = {}): Offer {
  return { engine: 'brush', backend: 'brush-1', kinds: ['image', 'music'], models: null, auto: true, ...over };
}

export function claimRequest(over: Partial<ClaimRequest> = {}): ClaimRequest {
  return { claimant: 'runner', inProcess: true, offers: [offer()], leaseMs: 30_000, at: AT, ...over };
}

/** Claims a job that must be there. */
export async function take(store: Store, over: Partial<ClaimRequest> = {}): Promise<Claim> {
  const claim = await store.claim(claimRequest(over));
  if (claim === null) throw new Error('there was nothing to claim');
  return claim;
}

export function append(
  store: Store,
  jobId: string,
  bodies: readonly FactBody[],
  over: Condition = {},
): Promise<AppendResult> {
  return store.append({ jobId, bodies, at: AT, expect: over });
}

/** Appends facts that must be taken. */
export async function appended(store: Store, jobId: string, ...bodies: FactBody[]): Promise<Job> {
  const result = await append(store, jobId, bodies);
  expect(result.ok).toBe(true);
  if (result.job === null) throw new Error('there is no such job');
  return result.job;
}

export const stage = (attempt: number, name = 'base'): FactBody => ({
  type: 'stage',
  attempt,
  stage: name,
  index: 1,
  count: 2,
  steps: 10,
});
export const succeeded = (attempt: number): FactBody => ({
  type: 'succeeded',
  attempt,
  progress: PROGRESS,
  timings: TIMINGS,
});
export const failed = (attempt: number): FactBody => ({
  type: 'failed',
  attempt,
  error: { code: 'engine_failed', message: 'broke', retryable: true },
  progress: null,
  timings: TIMINGS,
});
export const canceled = (attempt: number): FactBody => ({
  type: 'canceled',
  attempt,
  reason: null,
  progress: null,
  timings: TIMINGS,
});
export const retrying = (attempt: number, notBefore = AT): FactBody => ({
  type: 'retrying',
  attempt,
  error: { code: 'worker_lost', message: 'lost', retryable: true },
  counted: true,
  notBefore,
});
export const output = (attempt: number, slot: number, artifactOf: Artifact): FactBody => ({
  type: 'output',
  attempt,
  slot,
  artifact: artifactOf,
});

export function artifact(over: Partial<Artifact> = {}): Artifact {
  return {
    id: nextId().replace('job', 'art'),
    jobId: null,
    mediaType: 'image/png',
    sizeBytes: 10,
    digest: 'ab',
    name: 'fox.png',
    width: 64,
    height: 64,
    durationMs: null,
    hasThumbnail: false,
    parameters: null,
    createdAt: AT,
    ...over,
  };
}
