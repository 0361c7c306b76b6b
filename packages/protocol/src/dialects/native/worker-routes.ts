import * as z from 'zod';
import { type Route, route } from '../../dialect.js';
import { RendercastError } from '../../errors.js';
import { LIMITS } from '../../limits.js';
import { readContentDigest } from '../../worker/content-digest.js';
import {
  aboutSchema,
  claimAnswerSchema,
  handleSchema,
  heartbeatAnswerSchema,
  heartbeatSchema,
  leaseSchema,
  outputAnswerSchema,
  outputQuerySchema,
  reportAnswerSchema,
  workEndSchema,
  workFailureSchema,
  workReportSchema,
} from '../../worker/messages.js';
import { refusals } from './error.js';
import { idParamsSchema } from './request.js';

const waitQuerySchema = z.object({ wait: z.coerce.number().int().min(0).max(LIMITS.maxWaitMs).default(0) });
const leaseQuerySchema = z.object({ lease: leaseSchema });
const barred = ['unauthorized', 'forbidden'] as const;
const held = [...barred, 'not_found', 'superseded', 'invalid_field', 'storage_unavailable'] as const;
const end = { 200: { description: 'How the job stands now.', schema: workEndSchema } };

const claim = route({
  method: 'POST',
  path: '/v1/worker/claim',
  name: 'claimWork',
  summary: 'Take the next job that this worker can run',
  role: 'worker',
  holds: true,
  query: waitQuerySchema,
  body: aboutSchema,
  answers: {
    200: { description: 'A job under a lease; null when none came within the wait.', schema: claimAnswerSchema },
    ...refusals(...barred, 'conflict', 'invalid_field', 'too_many_requests', 'storage_unavailable', 'shutting_down'),
  },
  async handle({ body, query, signal }, { worker }) {
    return { status: 200, json: { work: await worker.claim(body, query.wait, signal) } };
  },
});

const heartbeat = route({
  method: 'POST',
  path: '/v1/worker/heartbeat',
  name: 'beatWork',
  summary: 'Renew leases, and hear which jobs should stop',
  role: 'worker',
  holds: true,
  query: waitQuerySchema,
  body: heartbeatSchema,
  answers: {
    200: { description: 'How each job stands.', schema: heartbeatAnswerSchema },
    ...refusals(...barred, 'conflict', 'invalid_field', 'too_many_requests', 'storage_unavailable', 'shutting_down'),
  },
  async handle({ body, query, signal }, { worker }) {
    return { status: 200, json: await worker.heartbeat(body, query.wait, signal) };
  },
});

const report = route({
  method: 'POST',
  path: '/v1/worker/jobs/:id/report',
  name: 'reportWork',
  summary: 'Tell a stage, progress and a preview of a held job',
  role: 'worker',
  params: idParamsSchema,
  query: leaseQuerySchema,
  body: workReportSchema,
  answers: { 200: { description: 'Taken.', schema: reportAnswerSchema }, ...refusals(...held) },
  async handle({ params, query, body }, { worker }) {
    return { status: 200, json: await worker.report({ jobId: params.id, lease: query.lease }, body) };
  },
});

const output = route({
  method: 'PUT',
  path: '/v1/worker/jobs/:id/output',
  name: 'storeWorkOutput',
  summary: 'Upload one output of a held job',
  role: 'worker',
  params: idParamsSchema,
  query: outputQuerySchema,
  body: 'file',
  headers: {
    'Content-Type': 'The media type of the output.',
    'Content-Digest': '`sha-256=:<base64>:` of the bytes, as in RFC 9530. Other bytes are refused.',
  },
  answers: {
    201: { description: 'The bytes are on disk, and the history names them.', schema: outputAnswerSchema },
    ...refusals(...held, 'invalid_request', 'too_large', 'unsupported_media'),
  },
  async handle({ params, query, headers, file, signal }, { worker }) {
    const { lease, ...rest } = query;
    const digest = readContentDigest(headers['content-digest']);
    if (digest === null)
      throw new RendercastError('invalid_field', 'Content-Digest: must be sha-256=:<base64>: of the bytes', {
        field: 'Content-Digest',
      });
    if (file === null) throw new RendercastError('invalid_request', 'The body must be the bytes of the output.');
    const mediaType = headers['content-type'] ?? '';
    const ref = { jobId: params.id, lease };
    return { status: 201, json: await worker.output(ref, { ...rest, mediaType, digest, body: file }, signal) };
  },
});

const input = route({
  method: 'GET',
  path: '/v1/worker/jobs/:id/inputs/:artifactId',
  name: 'getWorkInput',
  summary: 'The bytes of an input of a held job',
  role: 'worker',
  params: idParamsSchema.extend({ artifactId: idParamsSchema.shape.id }),
  query: leaseQuerySchema,
  answers: {
    200: { description: 'The bytes, with ETag.', mediaType: '*/*' },
    206: { description: 'The range asked for.', mediaType: '*/*' },
    ...refusals(...held, 'range_not_satisfiable'),
  },
  async handle({ params, query }, { worker }) {
    const artifact = await worker.input({ jobId: params.id, lease: query.lease }, params.artifactId);
    return { artifact, disposition: 'attachment' };
  },
});

const keepHandle = route({
  method: 'PUT',
  path: '/v1/worker/jobs/:id/handle',
  name: 'keepWorkHandle',
  summary: 'Keep a private word for a later attempt on this worker',
  role: 'worker',
  params: idParamsSchema,
  query: leaseQuerySchema,
  body: handleSchema,
  answers: { 200: { description: 'Kept.', schema: reportAnswerSchema }, ...refusals(...held) },
  async handle({ params, query, body }, { worker }) {
    return { status: 200, json: await worker.keepHandle({ jobId: params.id, lease: query.lease }, body.handle) };
  },
});

const succeed = route({
  method: 'POST',
  path: '/v1/worker/jobs/:id/succeed',
  name: 'succeedWork',
  summary: 'End a held job well',
  role: 'worker',
  params: idParamsSchema,
  query: leaseQuerySchema,
  answers: { ...end, ...refusals(...held, 'invalid_request') },
  async handle({ params, query }, { worker }) {
    return { status: 200, json: await worker.succeed({ jobId: params.id, lease: query.lease }) };
  },
});

const fail = route({
  method: 'POST',
  path: '/v1/worker/jobs/:id/fail',
  name: 'failWork',
  summary: 'End an attempt with a failure',
  role: 'worker',
  params: idParamsSchema,
  query: leaseQuerySchema,
  body: workFailureSchema,
  answers: { ...end, ...refusals(...held) },
  async handle({ params, query, body }, { worker }) {
    return { status: 200, json: await worker.fail({ jobId: params.id, lease: query.lease }, body) };
  },
});

const handBack = route({
  method: 'POST',
  path: '/v1/worker/jobs/:id/hand-back',
  name: 'handBackWork',
  summary: 'Give a held job back unfinished',
  role: 'worker',
  params: idParamsSchema,
  query: leaseQuerySchema,
  answers: { ...end, ...refusals(...held) },
  async handle({ params, query }, { worker }) {
    return { status: 200, json: await worker.handBack({ jobId: params.id, lease: query.lease }) };
  },
});

/** Everything that remote workers ask. */
export const workerRoutes: readonly Route[] = [
  claim,
  heartbeat,
  report,
  output,
  input,
  keepHandle,
  succeed,
  fail,
  handBack,
];
