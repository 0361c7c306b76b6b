import { batchSchema, editSchema, listSchema, type SubmitOptions, submitSchema } from '../../commands.js';
import { type Route, type RouteRequest, route } from '../../dialect.js';
import { RendercastError } from '../../errors.js';
import { LIMITS } from '../../limits.js';
import { jsonObjectSchema } from '../../media.js';
import {
  batchAnswer,
  batchAnswerSchema,
  created,
  jobAnswer,
  jobAnswerSchema,
  pageAnswer,
  pageSchema,
  snapshotAnswer,
  snapshotAnswerSchema,
} from './answers.js';
import { refusals } from './error.js';
import { cancelSchema, idParamsSchema } from './request.js';

const IDEMPOTENCY_HEADER = {
  'Idempotency-Key': `Unique per owner, ${LIMITS.clientIdChars} characters at most: the same request under the same key is done once.`,
};
const submitRefusals = [
  'invalid_request',
  'unauthorized',
  'forbidden',
  'conflict',
  'invalid_field',
  'queue_full',
] as const;

/** How a submission of this dialect is made. */
function submitOptions({ headers }: Pick<RouteRequest<unknown, unknown, unknown>, 'headers'>): SubmitOptions {
  const key = headers['idempotency-key'];
  if (key === undefined) return { via: 'native' };
  if (key === '' || key.length > LIMITS.clientIdChars)
    throw new RendercastError('invalid_field', `Idempotency-Key: must have 1 to ${LIMITS.clientIdChars} characters`, {
      field: 'Idempotency-Key',
    });
  return { via: 'native', idempotencyKey: key };
}

const submit = route({
  method: 'POST',
  path: '/v1/jobs',
  name: 'submitJob',
  summary: 'Submit a job',
  role: 'user',
  body: submitSchema,
  headers: IDEMPOTENCY_HEADER,
  answers: {
    201: {
      description: 'The job, on disk. `Idempotent-Replayed: true` when it was there already.',
      schema: jobAnswerSchema,
    },
    ...refusals(...submitRefusals, 'unsupported_request', 'storage_unavailable', 'shutting_down'),
  },
  async handle(request, verbs) {
    const { job, replayed } = await verbs.submit(request.body, submitOptions(request));
    const answer = jobAnswer(job, request.fileUrl);
    return created(answer, replayed, answer.urls.self);
  },
});

const submitBatch = route({
  method: 'POST',
  path: '/v1/batches',
  name: 'submitBatch',
  summary: 'Submit several jobs at once: all of them or none',
  role: 'user',
  body: batchSchema,
  headers: IDEMPOTENCY_HEADER,
  answers: {
    201: { description: 'The jobs, on disk, in the order sent.', schema: batchAnswerSchema },
    ...refusals(...submitRefusals, 'unsupported_request', 'storage_unavailable', 'shutting_down'),
  },
  async handle(request, verbs) {
    const { batch, jobs, replayed } = await verbs.submitBatch(request.body, submitOptions(request));
    const answer = batchAnswer(batch, jobs, request.fileUrl);
    return created(answer, replayed, answer.urls.jobs);
  },
});

const list = route({
  method: 'GET',
  path: '/v1/jobs',
  name: 'listJobs',
  summary: 'List and search jobs, newest first',
  role: 'user',
  query: listSchema,
  answers: {
    200: { description: 'A page; following the feed from `feedCursor` misses nothing.', schema: pageSchema },
    ...refusals('unauthorized', 'invalid_field'),
  },
  async handle({ query, fileUrl }, verbs) {
    return { status: 200, json: pageAnswer(await verbs.list(query), fileUrl) };
  },
});

const get = route({
  method: 'GET',
  path: '/v1/jobs/:id',
  name: 'getJob',
  summary: 'A job as it stands',
  role: 'user',
  params: idParamsSchema,
  answers: {
    200: { description: 'The job, its newest levels and its position.', schema: snapshotAnswerSchema },
    ...refusals('unauthorized', 'not_found'),
  },
  async handle({ params, fileUrl }, verbs) {
    return { status: 200, json: snapshotAnswer(await verbs.get(params.id), fileUrl) };
  },
});

const edit = route({
  method: 'PATCH',
  path: '/v1/jobs/:id',
  name: 'editJob',
  summary: 'Change priority (while queued), tags or favourite',
  role: 'user',
  params: idParamsSchema,
  body: editSchema,
  answers: {
    200: { description: 'The job after the change.', schema: jobAnswerSchema },
    ...refusals('unauthorized', 'not_found', 'conflict', 'already_ended', 'invalid_field', 'storage_unavailable'),
  },
  async handle({ params, body, fileUrl }, verbs) {
    return { status: 200, json: jobAnswer(await verbs.edit(params.id, body), fileUrl) };
  },
});

const remove = route({
  method: 'DELETE',
  path: '/v1/jobs/:id',
  name: 'removeJob',
  summary: 'Remove an ended job with its files',
  role: 'user',
  params: idParamsSchema,
  answers: {
    204: { description: 'Removed: its facts are blank, their numbers stay.' },
    ...refusals('unauthorized', 'not_found', 'not_ended', 'storage_unavailable'),
  },
  async handle({ params }, verbs) {
    await verbs.remove(params.id);
    return { status: 204 };
  },
});

const cancel = route({
  method: 'POST',
  path: '/v1/jobs/:id/cancel',
  name: 'cancelJob',
  summary: 'Ask for a job to be canceled',
  role: 'user',
  params: idParamsSchema,
  body: cancelSchema,
  answers: {
    202: { description: 'Noted for good; the job as it stands, its end follows as a fact.', schema: jobAnswerSchema },
    ...refusals('unauthorized', 'not_found', 'already_ended', 'storage_unavailable'),
  },
  async handle({ params, body, fileUrl }, verbs) {
    return { status: 202, json: jobAnswer(await verbs.cancel(params.id, body?.reason ?? null), fileUrl) };
  },
});

const retry = route({
  method: 'POST',
  path: '/v1/jobs/:id/retry',
  name: 'retryJob',
  summary: 'Submit an ended job’s request again, as a new job',
  role: 'user',
  params: idParamsSchema,
  headers: IDEMPOTENCY_HEADER,
  answers: {
    201: { description: 'The new job; `retryOf` names the old one.', schema: jobAnswerSchema },
    ...refusals('unauthorized', 'not_found', 'not_ended', 'conflict', 'queue_full', 'storage_unavailable'),
  },
  async handle(request, verbs) {
    const { job, replayed } = await verbs.retry(request.params.id, submitOptions(request));
    const answer = jobAnswer(job, request.fileUrl);
    return created(answer, replayed, answer.urls.self);
  },
});

const note = route({
  method: 'POST',
  path: '/v1/jobs/:id/notes',
  name: 'noteJob',
  summary: 'Add a note of your own to a running or waiting job’s history',
  role: 'user',
  params: idParamsSchema,
  body: jsonObjectSchema,
  answers: {
    204: { description: 'On disk, as a `note` fact.' },
    ...refusals('unauthorized', 'not_found', 'already_ended', 'too_large', 'invalid_field', 'storage_unavailable'),
  },
  async handle({ params, body }, verbs) {
    if (JSON.stringify(body).length > LIMITS.noteChars)
      throw new RendercastError('too_large', `A note may have ${LIMITS.noteChars} characters of JSON at most.`);
    await verbs.note(params.id, body);
    return { status: 204 };
  },
});

/** Everything that is asked about jobs. */
export const jobRoutes: readonly Route[] = [submit, submitBatch, list, get, edit, remove, cancel, retry, note];
