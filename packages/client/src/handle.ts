import type { Edit } from '@rendercast/protocol/commands';
import type { JobAnswer } from '@rendercast/protocol/dialects/native/answers';
import type { Job, Output, Snapshot } from '@rendercast/protocol/job';
import type { Json } from '@rendercast/protocol/media';
import { isEnded } from '@rendercast/protocol/reduce';
import { type ErrorBody, fromErrorBody, RendercastError } from '@rendercast/protocol/rendercast-error';
import type { Channels } from './channels.js';
import type { Http } from './http.js';
import type { JobEvent } from './job-channel.js';
import { type FollowOptions, followJob } from './job-events.js';
import { randomId } from './random-id.js';
import { jobPath } from './transports/http-link.js';

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
  const { http } = house;
  const path = jobPath(id);

  return {
    id,
    submitted,
    async snapshot(call) {
      const { job, levels, position } = await http.json<Snapshot>({ ...call, path });
      return { job, levels, position };
    },
    async result({ signal } = {}) {
      if (submitted !== null && isEnded(submitted)) return outcome(submitted);
      let existed = submitted !== null;
      for await (const { snapshot } of followJob(house, id, { signal, levels: false })) {
        if (snapshot !== null && isEnded(snapshot.job)) return outcome(snapshot.job);
        if (snapshot === null && existed) break;
        existed ||= snapshot !== null;
      }
      throw new RendercastError('not_found', 'The job is gone.');
    },
    events: (options = {}) => followJob(house, id, { from: submitted === null ? 'now' : 'start', ...options }),
    async cancel({ signal, reason } = {}) {
      const json = reason === undefined ? undefined : { reason };
      return (await http.json<JobAnswer>({ method: 'POST', path: `${path}/cancel`, json, signal })).job;
    },
    async retry(call) {
      const headers = { 'idempotency-key': randomId() };
      const { job } = await http.json<JobAnswer>({ ...call, method: 'POST', path: `${path}/retry`, headers });
      return createHandle(house, job.id, job);
    },
    edit: async (json, call) => (await http.json<JobAnswer>({ ...call, method: 'PATCH', path, json })).job,
    // Nothing would tell a note sent again from a second one.
    note: (json, call) => http.json<undefined>({ ...call, method: 'POST', path: `${path}/notes`, json, attempts: 1 }),
    remove: (call) => http.json<undefined>({ ...call, method: 'DELETE', path }),
  };
}

/** The outputs of an ended job, or its error. */
function outcome({ state, outputs, error }: Job): Output[] {
  if (state === 'succeeded') return outputs;
  throw error === null ? new RendercastError('canceled') : fromErrorBody(error as ErrorBody);
}
