import { FOREIGN_EXPECTATIONS } from './foreign-expectations.js';

/** What one route does with what it is asked about: the part of the table that cannot be read from the route itself. */
export interface Expectation {
  /** What its `:id` names; `nothing`: it has none, and answers within the caller's own reach. */
  about: 'job' | 'artifact' | 'nothing';
  /** The kind of the job. Default: `image`. */
  kind?: 'music';
  /** Its file goes by a name rather than by its id. */
  named?: (artifact: { id: string; digest: string }) => string;
  /** How the job must stand for the route to do its work. */
  state?: 'running' | 'ended';
  /** Status for a caller who holds the role, about something within reach. */
  within: number;
  /** What lies outside the caller's reach: `not_found`, or the answer of something that does not exist yet. */
  outside?: 'not_found' | 'unborn';
  body?: unknown;
  /** The body is bytes of this type. */
  file?: string;
  headers?: Record<string, string>;
  /** Neither its owner nor an operator reaches it by this route. */
  reaches?: 'nobody';
  /** Added to the address. */
  query?: string;
}

const job = (within: number, rest: Partial<Expectation> = {}): Expectation => ({
  about: 'job',
  within,
  outside: 'not_found',
  ...rest,
});
const artifact = (within: number): Expectation => ({ about: 'artifact', state: 'ended', within, outside: 'not_found' });

/** Nobody's here but its worker's, whose word of it none of them knows. */
const work = (rest: Partial<Expectation> = {}): Expectation =>
  job(200, { state: 'running', query: '?lease=1.guessed', reaches: 'nobody', ...rest });
const ABOUT = { worker: 'matrix-1', engine: 'matrix', kinds: ['image'] };

/** A job that tells whose it is in everything that could be shown of it. */
export function secretJob(owner: string, id: string | null, script: Record<string, unknown>): Record<string, unknown> {
  return {
    kind: 'image',
    engine: 'rehearsal',
    ...(id === null ? {} : { id }),
    tags: [`secret-tag-of-${owner}`],
    request: { prompt: `secret prompt of ${owner}`, extra: { rehearsal: { stepMs: 5, steps: 3, ...script } } },
  };
}

/** By the names of the routes (`<dialect>_<name>` where two dialects name one alike), as the server's OpenAPI document has them. */
export const EXPECTATIONS: Readonly<Record<string, Expectation>> = {
  submitJob: { about: 'nothing', within: 201, body: secretJob('whoever', null, {}) },
  submitBatch: { about: 'nothing', within: 201, body: { jobs: [secretJob('whoever', null, {})] } },
  listJobs: { about: 'nothing', within: 200, query: '?limit=200' },
  getJob: job(200),
  editJob: job(200, { body: { favorite: true } }),
  removeJob: job(204, { state: 'ended' }),
  cancelJob: job(202, { state: 'running' }),
  retryJob: job(201, { state: 'ended' }),
  noteJob: job(204, { state: 'running', body: { note: 'hello' } }),
  makePlan: { about: 'nothing', within: 200, body: { prompt: 'a calm song' } },
  uploadFile: { about: 'nothing', within: 201, file: 'text/plain' },
  getArtifact: artifact(200),
  getThumbnail: artifact(200),
  removeArtifact: artifact(204),
  getOutput: job(200, { state: 'ended' }),
  getPreview: job(200, { state: 'running' }),
  followJob: job(200, { outside: 'unborn', query: '?wait=0&previews=url' }),
  followFeed: { about: 'nothing', within: 200, query: '?wait=0' },
  listEngines: { about: 'nothing', within: 200 },
  getStats: { about: 'nothing', within: 200 },
  getMe: { about: 'nothing', within: 200 },
  // Orders that take hold of all are taken back by the last.
  pauseBackends: { about: 'nothing', within: 200 },
  drainBackends: { about: 'nothing', within: 200 },
  resumeBackends: { about: 'nothing', within: 200 },
  // No backend has the name of a job.
  pauseBackend: { about: 'nothing', within: 404 },
  drainBackend: { about: 'nothing', within: 404 },
  resumeBackend: { about: 'nothing', within: 404 },
  claimWork: { about: 'nothing', within: 200, body: ABOUT },
  beatWork: { about: 'nothing', within: 200, body: { about: ABOUT } },
  reportWork: work({ body: {} }),
  storeWorkOutput: work({ file: 'image/png', headers: { 'content-digest': `sha-256=:${'A'.repeat(43)}=:` } }),
  getWorkInput: work(),
  keepWorkHandle: work({ body: { handle: null } }),
  succeedWork: work(),
  failWork: work({ body: { message: 'no' } }),
  handBackWork: work(),
  ...FOREIGN_EXPECTATIONS,
};

/** What the house itself answers: open to all that the door lets in, unless a role is named. */
export const HOUSE_EXPECTATIONS: Readonly<Record<string, 'public' | 'user' | 'operator' | 'worker'>> = {
  '/': 'public',
  '/docs': 'public',
  '/docs/json': 'public',
  '/health': 'public',
  '/alive': 'public',
  '/ready': 'public',
  '/metrics': 'operator',
};

/** Every message that a client may send on a socket. */
export const MESSAGE_EXPECTATIONS: Readonly<Record<string, 'opens' | 'reaches' | 'own'>> = {
  /** Says who is calling. */
  hello: 'opens',
  /** Names something that may be another's. */
  subscribe: 'reaches',
  /** Are about this socket alone. */
  unsubscribe: 'own',
  ping: 'own',
};
