import {
  type Artifact,
  type ErrorCode,
  type Job,
  type Json,
  RendercastError,
  type SubmitInput,
  submitSchema,
  type Verbs,
} from '@rendercast/protocol';
import type { Subscriptions } from '../events/subscriptions.js';
import { parseAtBorder } from '../gateway/parse.js';
import { followGeneration, type GenerationEvent } from './follow-generation.js';

type Wish<K extends SubmitInput['kind']> = Extract<SubmitInput, { kind: K }>;
type Naming = {
  /** Your own id for the job, unique per owner. The same request again is the same job. */
  jobId?: string;
  /** Whose job it is. Default: `local`, who everybody is on a server without keys. */
  owner?: string;
  /** Makes the same request again the same job, where there is no `jobId`. */
  idempotencyKey?: string;
};
type Options<K extends SubmitInput['kind']> = Naming & Omit<Wish<K>, 'kind' | 'id' | 'request'> & Wish<K>['request'];

/** What to make: a picture, or with `kind: 'music'` a piece of music. */
export type GenerateOptions = ({ kind?: 'image' } & Options<'image'>) | ({ kind: 'music' } & Options<'music'>);

/** A file that was made. */
export interface GeneratedFile extends Artifact {
  /** Its bytes, read anew each time. */
  bytes(): Promise<Uint8Array>;
}

/** What waits take. */
export interface WaitOptions {
  /** Ends the waiting; never the job. */
  signal?: AbortSignal;
}

/** One job, to be awaited, followed and steered from inside. Letting go of it stops nothing. */
export interface Generation {
  /** The server's id of the job. */
  readonly id: string;
  /** The job as it stood when it was taken. */
  readonly submitted: Job;
  /** True when the same request had been made before, and this is its job. */
  readonly replayed: boolean;
  /**
   * Waits for the end: resolves with the files, rejects with the job's `RendercastError` when it failed, with `canceled`
   * when it was, and with `shutting_down` when the house stops first; then the job goes on at the next start.
   */
  result(options?: WaitOptions): Promise<GeneratedFile[]>;
  /** Everything that happens to it, from its first fact to its end. Previews cost the engine time, so they are asked for. */
  events(options?: WaitOptions & { previews?: boolean }): AsyncGenerator<GenerationEvent, void, undefined>;
  /** Asks for it to be stopped; the end follows. Rejects with `already_ended` when it has. */
  cancel(reason?: string): Promise<Job>;
  /** Tells all who watch it something of your own. */
  note(data: Record<string, Json>): Promise<void>;
}

/** What generations work with. */
export interface GenerationParts {
  verbs: Verbs;
  subscriptions: Subscriptions;
  epoch: string;
  /** Aborts when the house stops. */
  closing: AbortSignal;
}

/** Takes a job and answers its handle. Throws what a submission over HTTP is refused with. */
export async function startGeneration(parts: GenerationParts, options: GenerateOptions): Promise<Generation> {
  const { verbs } = parts;
  const { command, idempotencyKey } = commandOf(options);
  const { job, replayed } = await verbs.submit(parseAtBorder(submitSchema, command), {
    via: 'in-process',
    ...(idempotencyKey === undefined ? {} : { idempotencyKey }),
  });
  const { id } = job;
  const until = (signal: AbortSignal | undefined): AbortSignal =>
    signal === undefined ? parts.closing : AbortSignal.any([parts.closing, signal]);
  return {
    id,
    submitted: job,
    replayed,
    result: async ({ signal } = {}) => filesOf(await verbs.ended(id, until(signal)), verbs),
    events: ({ signal, previews = false } = {}) => followGeneration(parts, job, { signal: until(signal), previews }),
    cancel: (reason) => verbs.cancel(id, reason ?? null),
    note: (data) => verbs.note(id, data),
  };
}

/** The options of `generate` name the job and the request in one breath; a submission keeps them apart. */
function commandOf(options: GenerateOptions): { command: unknown; idempotencyKey: string | undefined } {
  const {
    kind = 'image',
    jobId,
    owner: _owner,
    idempotencyKey,
    engine,
    priority,
    tags,
    queueTimeoutMs,
    ...request
  } = options;
  const command = { kind, id: jobId, engine, priority, tags, queueTimeoutMs, request };
  return { command, idempotencyKey };
}

function filesOf(job: Job, verbs: Verbs): GeneratedFile[] {
  if (job.state === 'succeeded')
    return job.outputs.map(({ artifact }) => ({ ...artifact, bytes: () => read(artifact.id, verbs) }));
  if (job.state === 'canceled') throw new RendercastError('canceled');
  const { code, message } = job.error ?? { code: 'internal', message: 'the job failed' };
  throw new RendercastError(code as ErrorCode, message);
}

async function read(artifactId: string, verbs: Verbs): Promise<Uint8Array> {
  const { body } = await verbs.openArtifact(artifactId, 'file');
  const parts: Uint8Array[] = [];
  for await (const part of body(null)) parts.push(part);
  return Buffer.concat(parts);
}
