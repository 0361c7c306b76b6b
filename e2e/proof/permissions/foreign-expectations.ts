import type { Expectation } from './expectations.js';

const PROMPT = 'secret prompt of whoever';
const FEED_BODY = { prompt: PROMPT, steps: 2 };
const SESSION_BODY = { prompt: PROMPT, num_inference_steps: 2 };

const nothing = (rest: Partial<Expectation> = {}): Expectation => ({ about: 'nothing', within: 200, ...rest });
const job = (rest: Partial<Expectation> = {}): Expectation => ({
  about: 'job',
  within: 200,
  outside: 'not_found',
  ...rest,
});
const image = (): Expectation => ({ about: 'artifact', state: 'ended', within: 200, outside: 'not_found' });

/** Behind a signature, which is none here: a key is asked for. */
const appended = (): Expectation => ({ ...image(), query: '?expires=1&signature=x/featured?featured=true' });

const PLAN = { title: PROMPT, sections: [{ section_name: 'Intro', duration_ms: 3_000 }] };
const TASK_BODY = { prompt: PROMPT, num_inference_steps: 20, use_refinement: false, rehearsal: { stepMs: 1 } };
/** A song without a title goes by the start of its digest; the rehearsal writes WAV. */
const song = (): Expectation => ({
  ...image(),
  kind: 'music',
  named: ({ digest }) => `track_${digest.slice(0, 8)}.wav`,
});

const PROGRESS_FEED: Readonly<Record<string, Expectation>> = {
  queueGeneration: nothing({ body: FEED_BODY }),
  composeGenerationTxt2img: nothing({ body: FEED_BODY }),
  composeTxt2img: nothing({ body: FEED_BODY }),
  generateImage: nothing({ body: FEED_BODY }),
  composeAndGenerate: nothing({ body: { prompt: PROMPT, generation_params: { steps: 2 } } }),
  generateBatch: nothing({ body: { jobs: [FEED_BODY] } }),
  listActiveJobs: nothing(),
  getDelivery: job(),
  cancelDelivery: job({ state: 'running' }),
  getProgress: job(),
};

/** One service at three addresses. */
const mounted = Object.entries(PROGRESS_FEED).flatMap(([name, expectation]) =>
  ['', 'V1', 'ApiV1'].map((mark) => [`${name}${mark}`, expectation] as const),
);

/** What is expected of the other languages, by the names of their routes. */
export const FOREIGN_EXPECTATIONS: Readonly<Record<string, Expectation>> = {
  ...Object.fromEntries(mounted),
  startSession: nothing({ body: SESSION_BODY }),
  cancelSession: job({ state: 'running' }),
  listImages: nothing(),
  getImage: image(),
  getImageTwice: image(),
  getImageMerged: image(),
  removeImage: image(),
  removeImageFile: image(),
  removeImagePath: image(),
  removeImageMerged: image(),
  featureImage: image(),
  featureImageFile: image(),
  featureImagePath: image(),
  featureImageMerged: image(),
  featureSignedImage: appended(),
  featureSignedImageFile: appended(),
  featureSignedImagePath: appended(),
  featureSignedImageMerged: appended(),
  renderMusic: nothing({ body: PLAN }),
  getRenderStatus: job({ kind: 'music' }),
  downloadRender: song(),
  streamRender: song(),
  // The rehearsal makes no plans.
  planMusic: nothing({ body: { prompt: PROMPT }, within: 422 }),
  generateMedia: nothing({ body: TASK_BODY }),
  generateMediaImage: nothing({ body: TASK_BODY }),
  getMediaHealth: nothing(),
  progressTestPage: nothing(),
  progressTestScript: nothing(),
  sessionTestPage: nothing(),
  sessionTestScript: nothing(),
  renderTestPage: nothing(),
  renderTestScript: nothing(),
  taskTestPage: nothing(),
  taskTestScript: nothing(),
};

const feedMessages = (id: string): unknown[] => [
  { type: 'subscribe', job_ids: [id] },
  { type: 'cancel', job_ids: [id] },
  { type: 'get_queue' },
  { type: 'submit', jobs: [{ prompt: 'by whoever has the socket', steps: 2 }] },
  { type: 'ping' },
];

const taskMessages = (): unknown[] => [{ type: 'get_progress' }, { type: 'ping' }];

/** Every socket of the other languages, and what a stranger might say on it about a job that is not theirs. */
export const FOREIGN_SOCKETS: Readonly<Record<string, (id: string) => unknown[]>> = {
  '/ws/progress': feedMessages,
  '/v1/ws/progress': feedMessages,
  '/api/v1/ws/progress': feedMessages,
  '/generation/ws/progress': feedMessages,
  '/v1/generation/ws/progress': feedMessages,
  '/api/v1/generation/ws/progress': feedMessages,
  '/render/ws': () => [{ type: 'render', composition_plan: { ...PLAN, title: 'by whoever has the socket' } }],
  '/ws/image-generation/:task': taskMessages,
  '/api/ws/image-generation/:task': taskMessages,
  '/ws': (id) => [{ type: 'subscribe', session_id: id }, { type: 'ping' }],
};
