import * as z from 'zod';
import { type Route, route } from '../../dialect.js';
import { RendercastError } from '../../errors.js';
import type { Snapshot } from '../../job.js';
import { isEnded } from '../../reduce.js';
import {
  activeJob,
  cancelAnswerSchema,
  deliveryAnswer,
  deliveryAnswerSchema,
  resultAnswer,
  resultAnswerSchema,
} from './answers.js';
import { tooLate, unknownJob } from './error.js';
import { imagesIn } from './images.js';
import { unfinished } from './look.js';
import { activeJobSchema } from './messages.js';
import { activeQuerySchema, formatQuerySchema, idParamsSchema } from './request.js';

/** Jobs of other kinds are none here. */
function ofOurKind(snapshot: Snapshot, id: string): Snapshot {
  if (snapshot.job.kind === 'image') return snapshot;
  throw new RendercastError('not_found', `there is no job "${id}"`);
}

const active = (at: string, mark: string): Route =>
  route({
    method: 'GET',
    path: `${at}/jobs/active`,
    name: `listActiveJobs${mark}`,
    summary: 'List the jobs that wait or run, newest first',
    role: 'user',
    query: activeQuerySchema,
    answers: { 200: { description: 'The jobs.', schema: z.array(activeJobSchema) } },
    async handle({ query, fileUrl, signal }, verbs) {
      const open = await unfinished(verbs, signal);
      const newest = open.reverse().slice(0, query.limit);
      return { status: 200, json: newest.map((snapshot) => activeJob(snapshot, fileUrl)) };
    },
  });

const delivery = (at: string, mark: string): Route =>
  route({
    method: 'GET',
    path: `${at}/jobs/:id`,
    name: `getDelivery${mark}`,
    summary: 'A job as the queue keeps it',
    role: 'user',
    params: idParamsSchema,
    answers: { 200: { description: 'The job.', schema: deliveryAnswerSchema }, ...unknownJob },
    async handle({ params, fileUrl }, verbs) {
      const { job } = ofOurKind(await verbs.get(params.id), params.id);
      return { status: 200, json: deliveryAnswer(job, fileUrl) };
    },
  });

const cancel = (at: string, mark: string): Route =>
  route({
    method: 'POST',
    path: `${at}/jobs/:id/cancel`,
    name: `cancelDelivery${mark}`,
    summary: 'Cancel a job',
    role: 'user',
    params: idParamsSchema,
    answers: {
      200: { description: 'Noted for good; the end follows.', schema: cancelAnswerSchema },
      ...tooLate,
      ...unknownJob,
    },
    async handle({ params }, verbs) {
      const { job } = ofOurKind(await verbs.get(params.id), params.id);
      await verbs.cancel(job.id, null);
      return { status: 200, json: { success: true, status: 'cancelled', message: 'The job is being cancelled.' } };
    },
  });

const progress = (at: string, mark: string): Route =>
  route({
    method: 'GET',
    path: `${at}/progress/:id`,
    name: `getProgress${mark}`,
    summary: 'A job as it stands, with its images once they are there',
    role: 'user',
    params: idParamsSchema,
    query: formatQuerySchema,
    answers: { 200: { description: 'The job.', schema: resultAnswerSchema }, ...unknownJob },
    async handle({ params, query, fileUrl }, verbs) {
      const snapshot = ofOurKind(await verbs.get(params.id), params.id);
      const { job } = snapshot;
      const images = isEnded(job) ? await imagesIn(job, query.return_format, fileUrl, verbs) : null;
      return { status: 200, json: resultAnswer(snapshot, images) };
    },
  });

/** Everything that is asked about jobs. */
export function jobRoutes(mount: string, mark: string): Route[] {
  return [active, delivery, cancel, progress].map((make) => make(`${mount}/generation`, mark));
}
