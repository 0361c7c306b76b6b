import { randomInt } from 'node:crypto';
import {
  type Batch,
  isEnded,
  type Job,
  LIMITS,
  type Principal,
  RendercastError,
  type Submit,
  type SubmitOptions,
  type Submitted,
} from '@rendercast/protocol';
import { isoTime } from '../clock.js';
import type { Creation, NewJob } from '../stores/store.js';
import { digestOf } from './digest.js';
import type { QueueParts } from './parts.js';
import { reachesAll, requireWithin } from './reach.js';

/** Ten years: a longest wait beyond it is for ever, and dates stay within what ISO 8601 can write. */
const FOREVER_MS = 315_360_000_000;
/** What a refused caller is told to wait when the queue is full, in milliseconds. */
const FULL_RETRY_AFTER_MS = 5_000;

/** Takes one job. */
export async function submit(
  parts: QueueParts,
  principal: Principal,
  command: Submit,
  options: SubmitOptions,
): Promise<Submitted> {
  await requireInputs(parts, principal, command, 'request');
  const job = newJob(parts, principal.owner, command, { via: options.via, batch: null, retryOf: null });
  const { jobs, replayed } = await create(parts, principal.owner, [job], digestOf(command), options);
  return { job: only(jobs), replayed };
}

/** Takes several jobs, all or none. A batch with an id of its own is known again by it. */
export async function submitBatch(
  parts: QueueParts,
  principal: Principal,
  batch: Batch,
  options: SubmitOptions,
): Promise<{ batch: string; jobs: Job[]; replayed: boolean }> {
  for (const [index, command] of batch.jobs.entries()) {
    await requireInputs(parts, principal, command, `jobs.${index}.request`);
  }
  const label = batch.id ?? parts.ids.batch();
  const made = batch.jobs.map((command) =>
    newJob(parts, principal.owner, command, { via: options.via, batch: label, retryOf: null }),
  );
  const key = options.idempotencyKey ?? (batch.id === undefined ? undefined : `batch:${batch.id}`);
  const { jobs, replayed } = await create(parts, principal.owner, made, digestOf(batch), {
    ...options,
    ...(key === undefined ? {} : { idempotencyKey: key }),
  });
  return { batch: jobs[0]?.batch ?? label, jobs, replayed };
}

/** A new job with an ended one's request; it belongs to the same owner. A seed that was drawn is drawn anew. */
export async function retry(
  parts: QueueParts,
  principal: Principal,
  id: string,
  options: SubmitOptions,
): Promise<Submitted> {
  const { job } = await requireWithin(parts.store, principal, id);
  if (job.removed) throw new RendercastError('not_found', 'The job was removed, and its request with it.');
  if (!isEnded(job)) throw new RendercastError('not_ended', 'The job has not ended yet; cancel it first.');
  const command = {
    kind: job.kind,
    request: job.request,
    engine: job.engine,
    priority: job.priority,
    tags: job.tags,
  } as Submit; // kind and request came in together through the same schema
  const again = newJob(parts, job.owner, command, { via: options.via, batch: null, retryOf: job.id });
  const { jobs, replayed } = await create(parts, job.owner, [again], digestOf({ retryOf: job.id }), options);
  return { job: only(jobs), replayed };
}

interface Origin {
  via: string;
  batch: string | null;
  retryOf: string | null;
}

function newJob({ ids, clock, limits }: QueueParts, owner: string, command: Submit, origin: Origin): NewJob {
  const waitMs = command.queueTimeoutMs ?? limits.queueTimeoutMs;
  return {
    id: ids.job(),
    body: {
      type: 'queued',
      kind: command.kind,
      engine: command.engine,
      request: command.request,
      seed: command.request.seed ?? randomInt(0, LIMITS.maxSeed + 1),
      owner,
      clientId: command.id ?? null,
      priority: command.priority,
      tags: command.tags,
      startBy: waitMs === 0 || waitMs > FOREVER_MS ? null : isoTime(clock.now() + waitMs),
      ...origin,
    },
  };
}

async function create(
  { log, clock, limits, ring }: QueueParts,
  owner: string,
  jobs: readonly NewJob[],
  requestDigest: string,
  options: SubmitOptions,
): Promise<{ jobs: Job[]; replayed: boolean }> {
  const result = await log.create({
    jobs,
    owner,
    at: isoTime(clock.now()),
    idempotencyKey: options.idempotencyKey ?? null,
    requestDigest,
    ...joining(options, requestDigest, clock.now()),
    onExistingId: options.onExistingId ?? 'same',
    maxWaitingPerOwner: limits.maxWaitingPerOwner,
    maxWaiting: limits.maxWaiting,
  });
  switch (result.outcome) {
    case 'created':
      ring();
      return { jobs: result.jobs, replayed: false };
    case 'replayed':
      return { jobs: result.jobs, replayed: true };
    case 'conflict':
      throw new RendercastError('conflict', conflictWords[result.by]);
    case 'full':
      throw new RendercastError('queue_full', fullWords[result.of], { retryAfterMs: FULL_RETRY_AFTER_MS });
  }
}

/** Equal requests to be joined share a key, which lets go of a job when it is not to be joined any more. */
function joining({ via, join }: SubmitOptions, requestDigest: string, nowMs: number): Partial<Creation> {
  if (join === undefined) return {};
  const keyRelease = { endedBefore: isoTime(nowMs - join.withinMs), tag: join.unlessTag };
  return { idempotencyKey: `join:${via}:${requestDigest}`, keyRelease };
}

const conflictWords = {
  id: 'This id is in use by another job of yours.',
  key: 'This idempotency key was used for another request.',
};
const fullWords = {
  owner: 'Too many of your jobs are waiting already; wait for some to end.',
  all: 'Too many jobs are waiting already; try again in a moment.',
};

/** Inputs must be within the caller's reach, or a job could show its owner another's file. */
async function requireInputs(
  { store }: QueueParts,
  principal: Principal,
  command: Submit,
  path: string,
): Promise<void> {
  const inputs = 'inputs' in command.request ? (command.request.inputs ?? []) : [];
  for (const [index, input] of inputs.entries()) {
    const artifact = await store.artifact(input.artifactId, reachesAll(principal) ? null : principal.owner);
    if (artifact !== null) continue;
    const field = `${path}.inputs.${index}.artifactId`;
    throw new RendercastError('invalid_field', `${field}: there is no file "${input.artifactId}".`, { field });
  }
}

function only(jobs: readonly Job[]): Job {
  const [job] = jobs;
  if (job === undefined) throw new RendercastError('internal', 'The store made no job.');
  return job;
}
