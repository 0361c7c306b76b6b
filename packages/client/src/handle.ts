import type { Edit } from '@rendercast/protocol/commands';
import type { JobAnswer } from '@rendercast/protocol/dialects/native/answers';
import { type ErrorCode, fromErrorBody, RendercastError } from '@rendercast/protocol/errors';
import type { Job, Output, Snapshot } from '@rendercast/protocol/job';
import type { Json } from '@rendercast/protocol/media';
import { formatPosition } from '@rendercast/protocol/position';
import { isEnded } from '@rendercast/protocol/reduce';
import type { Channels } from './channels.js';
import type { Http } from './http.js';
import { type FollowOptions, followJob, type JobEvent, type Known } from './job-events.js';
import { type JobView, watchJob } from './job-watch.js';
import type { Readable } from './observable.js';
import { randomId } from './random-id.js';

/** What every call takes. */
export interface CallOptions {
  /** Ends the waiting; never the job. */
  signal?: AbortSignal | undefined;
}

/** One job, to be awaited, followed and steered. Letting go of it stops nothing. */
export interface JobHandle {
  /** The server's id, or the one it was asked for by. */
  readonly id: string;
  /** The job as the submission answered it; null for a handle made from an id. */
  readonly submitted: Job | null;
  /** The job as it stands now, asked of the server. */
  snapshot(options?: CallOptions): Promise<Snapshot>;
  /**
   * Waits for the end: resolves with the outputs, rejects with the job's `RendercastError` when it failed and with
   * `canceled` when it was. Waits also for a job that is not made yet.
   */
  result(options?: CallOptions): Promise<Output[]>;
  /** Everything that happens to it, each fact once and in order, over any interruption; ends with the job. */
  events(options?: FollowOptions): AsyncGenerator<JobEvent, void, undefined>;
  /** The job as a value to watch, for views. */
  watch(options?: Pick<FollowOptions, 'levels' | 'previews' | 'pastEnd'>): Readable<JobView>;
  /** Asks for it to be stopped; the end follows as a fact. Rejects with `already_ended` when it has. */
  cancel(options?: CallOptions & { reason?: string }): Promise<Job>;
  /** Submits an ended job's request again, as a new job. */
  retry(options?: CallOptions): Promise<JobHandle>;
  /** Changes priority (while queued), tags or favourite. */
  edit(edit: Edit, options?: CallOptions): Promise<Job>;
  /** Adds a note of your own to its history. */
  note(data: Record<string, Json>, options?: CallOptions): Promise<void>;
  /** Removes an ended job with its files. */
  remove(options?: CallOptions): Promise<void>;
}

/** Makes the handle of a job. */
export function createHandle(house: { http: Http; channels: Channels }, id: string, submitted: Job | null): JobHandle {
  const { http, channels } = house;
  const path = `v1/jobs/${encodeURIComponent(id)}`;

  function known(from: FollowOptions['from']): Known {
    if (from === 'start') return 'start';
    if (from === 'now' || (from === undefined && submitted === null)) return null;
    return from ?? startOf(submitted as Job);
  }

  /** After the submission's answer; as a position where the epoch is known. */
  function startOf(job: Job): Known {
    const epoch = channels.epoch();
    if (epoch === null) return isEnded(job) ? null : { submitted: job };
    return { job, levels: {}, position: formatPosition({ epoch, n: job.seq }) };
  }

  return {
    id,
    submitted,
    async snapshot({ signal } = {}) {
      const { job, levels, position } = await http.json<Snapshot>({ path, signal });
      return { job, levels, position };
    },
    async result({ signal } = {}) {
      if (submitted !== null && isEnded(submitted)) return outcome(submitted);
      let existed = submitted !== null;
      for await (const { snapshot } of followJob(house, id, null, { signal, levels: false })) {
        if (snapshot !== null && isEnded(snapshot.job)) return outcome(snapshot.job);
        if (snapshot === null && existed) throw new RendercastError('not_found', 'The job is gone.');
        existed = true;
      }
      throw new RendercastError('not_found', 'The job is gone.');
    },
    events: (options = {}) => followJob(house, id, known(options.from), options),
    watch({ levels = true, previews = 'none', pastEnd = false } = {}) {
      const start = known(undefined);
      const isStart = start === null || start === 'start' || !('submitted' in start);
      return watchJob(channels, id, { levels, previews }, { start: isStart ? start : null, pastEnd });
    },
    async cancel({ signal, reason } = {}) {
      const body = reason === undefined ? {} : { json: { reason } };
      return (await http.json<JobAnswer>({ method: 'POST', path: `${path}/cancel`, ...body, signal })).job;
    },
    async retry({ signal } = {}) {
      const headers = { 'idempotency-key': randomId() };
      const { job } = await http.json<JobAnswer>({ method: 'POST', path: `${path}/retry`, headers, signal });
      return createHandle(house, job.id, job);
    },
    async edit(edit, { signal } = {}) {
      return (await http.json<JobAnswer>({ method: 'PATCH', path, json: edit, signal })).job;
    },
    async note(data, { signal } = {}) {
      // Nothing would tell a note sent again from a second one.
      await http.json<undefined>({ method: 'POST', path: `${path}/notes`, json: data, attempts: 1, signal });
    },
    async remove({ signal } = {}) {
      await http.json<undefined>({ method: 'DELETE', path, signal });
    },
  };
}

/** The outputs of an ended job, or its error. */
function outcome(job: Job): Output[] {
  if (job.state === 'succeeded') return job.outputs;
  if (job.state === 'canceled') throw new RendercastError('canceled');
  const { code, message, retryable } = job.error ?? { code: 'internal', message: 'The job failed.', retryable: false };
  throw fromErrorBody({ code: code as ErrorCode, message, retryable });
}
