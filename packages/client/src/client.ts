import type { Batch, EngineInfo, Filter, Page, Stats, SubmitInput } from '@rendercast/protocol/commands';
import type { BatchAnswer, EnginesAnswer, JobAnswer } from '@rendercast/protocol/dialects/native/answers';
import type { Artifact } from '@rendercast/protocol/media';
import { createChannels } from './channels.js';
import { type ConnectionState, createConnection } from './connection.js';
import { type FeedEvent, type FeedOptions, followFeed } from './feed.js';
import {
  artifactPath,
  type Downloadable,
  type DownloadOptions,
  download,
  type UploadOptions,
  type UploadSource,
  upload,
} from './files.js';
import { type CallOptions, createHandle, type JobHandle } from './handle.js';
import { createHttp, type HttpRequest } from './http.js';
import { clientClosed } from './http-error.js';
import type { Readable } from './observable.js';
import { type ClientOptions, settle } from './options.js';
import { randomId } from './random-id.js';
import {
  type ComposeOptions,
  type CompositionPlanInput,
  type GenerateOptions,
  imageSubmit,
  type ListOptions,
  musicSubmit,
  type SubmitOptions,
} from './requests.js';
import { openPoll } from './transports/poll.js';
import { openSse } from './transports/sse.js';
import { openWebSocket } from './transports/websocket.js';

/**
 * A Rendercast server. Every call rejects with a `RendercastError` of the protocol's table (`unreachable` when no
 * server answered), or with the reason of the signal it was given. Nothing is opened before it is needed.
 */
export interface Client {
  /** Submits a job; sent again by itself while the server is away, and done once all the same. */
  submit(input: SubmitInput, options?: SubmitOptions): Promise<JobHandle>;
  /** Submits several jobs in one transaction: all of them or none. */
  submitBatch(
    batch: { id?: string; jobs: SubmitInput[] },
    options?: SubmitOptions,
  ): Promise<{ batch: Batch['id'] & string; jobs: JobHandle[] }>;
  /** Submits a picture. */
  generate(prompt: string, options?: GenerateOptions & SubmitOptions): Promise<JobHandle>;
  /** Submits a song, from a plan or from words. */
  compose(plan: CompositionPlanInput | string, options?: ComposeOptions & SubmitOptions): Promise<JobHandle>;
  /** A job by the server's id or the caller's own; it need not exist yet. Asks nothing. */
  job(id: string): JobHandle;
  /** All jobs within reach that fit: a page of the list, then everything that happens. Goes on until left. */
  feed(filter?: Filter, options?: FeedOptions): AsyncGenerator<FeedEvent, void, undefined>;
  /** A page of jobs, newest first. */
  list(query?: ListOptions, options?: CallOptions): Promise<Page>;
  engines(options?: CallOptions): Promise<EngineInfo[]>;
  /**
   * Any call of the protocol that has no method here, with its path (`v1/backends/pause`); answers the JSON. For
   * operators, mostly. Throws as the others do.
   */
  call<T>(
    method: 'GET' | 'POST' | 'PATCH' | 'DELETE',
    path: string,
    options?: CallOptions & Pick<HttpRequest, 'json' | 'query'>,
  ): Promise<T>;
  /** Figures of the whole server, for operators. */
  stats(options?: CallOptions): Promise<Stats>;
  /** Uploads an input; its id can be named in requests. */
  upload(source: UploadSource, options?: UploadOptions): Promise<Artifact>;
  /** Fetches a file. The answer's body is yours to read: `await (await client.download(output)).blob()`. */
  download(what: Downloadable, options?: DownloadOptions): Promise<Response>;
  /** Deletes one output of an ended job, or an input. */
  removeArtifact(id: string, options?: CallOptions): Promise<void>;
  /** The full address of a path that an answer carried (`artifact.url`, `level.url`), for `<img>` and `<audio>`. */
  address(path: string): string;
  /** How the client stands with its server. */
  readonly connection: Readable<ConnectionState>;
  /** Ends everything that is followed and lets go of the connection, for good. Jobs go on. */
  close(): void;
}

/** Makes a client. Throws a TypeError for an address that is none. */
export function createClient(options: ClientOptions = {}): Client {
  const settings = settle(options);
  const closing = new AbortController();
  const http = createHttp(settings, closing.signal);
  const openers = { websocket: openWebSocket, sse: openSse, poll: openPoll };
  const connection = createConnection({ settings, http }, openers);
  const channels = createChannels(connection, settings.timing.lingerMs);
  const house = { http, channels };

  function post<T>(path: string, json: unknown, { idempotencyKey = randomId(), signal }: SubmitOptions): Promise<T> {
    return http.json<T>({ method: 'POST', path, json, headers: { 'idempotency-key': idempotencyKey }, signal });
  }

  async function submit(input: SubmitInput, how: SubmitOptions = {}): Promise<JobHandle> {
    const { job } = await post<JobAnswer>('v1/jobs', input, how);
    return createHandle(house, job.id, job);
  }

  return {
    submit,
    async submitBatch(batch, how = {}) {
      const answer = await post<BatchAnswer>('v1/batches', batch, how);
      return { batch: answer.batch, jobs: answer.jobs.map((job) => createHandle(house, job.id, job)) };
    },
    generate: (prompt, how = {}) => submit(imageSubmit(prompt, how), how),
    compose: (plan, how = {}) => submit(musicSubmit(plan, how), how),
    job: (id) => createHandle(house, id, null),
    feed: (filter = {}, how = {}) => followFeed(house, filter, how),
    list: (query, call) => http.json<Page>({ ...call, path: 'v1/jobs', query }),
    engines: async (call) => (await http.json<EnginesAnswer>({ ...call, path: 'v1/engines' })).engines,
    call: (method, path, call) => http.json({ ...call, method, path }),
    stats: (call) => http.json<Stats>({ ...call, path: 'v1/stats' }),
    upload: (source, how = {}) => upload(http, source, how),
    download: (what, how = {}) => download(http, what, how),
    removeArtifact: (id, call) => http.json<undefined>({ ...call, method: 'DELETE', path: artifactPath(id) }),
    address: (path) => http.resolve(path).href,
    connection: connection.state,
    close() {
      closing.abort(clientClosed());
      connection.close();
      channels.close();
    },
  };
}
