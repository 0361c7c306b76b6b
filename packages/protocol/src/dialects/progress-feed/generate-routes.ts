import type { Verbs } from '../../commands.js';
import { type Route, type RouteRequest, route } from '../../dialect.js';
import type { Job } from '../../job.js';
import {
  batchAnswer,
  batchAnswerSchema,
  queuedAnswer,
  queuedAnswerSchema,
  type ResultAnswer,
  resultAnswer,
  resultAnswerSchema,
} from './answers.js';
import { submitRefusals } from './error.js';
import { inputsOf } from './given-pictures.js';
import { imagesIn } from './images.js';
import { type ParamsInput, paramsSchema, readParams, submitOf } from './params.js';
import { submitAll, VIA } from './queue-calls.js';
import { batchSchema, composeSchema, formatQuerySchema } from './request.js';

type Asked = Pick<RouteRequest<unknown, unknown, unknown>, 'engine' | 'fileUrl' | 'signal'>;

async function queue(params: ParamsInput, { engine }: Pick<Asked, 'engine'>, verbs: Verbs): Promise<Job> {
  return (await verbs.submit(submitOf(params, engine, await inputsOf(params, verbs)), { via: VIA })).job;
}

/** Submits and waits for the end; the job goes on when the caller leaves. */
async function generate(
  params: ParamsInput,
  format: 'base64' | 'url',
  asked: Asked,
  verbs: Verbs,
): Promise<ResultAnswer> {
  const { id } = await queue(params, asked, verbs);
  const job = await verbs.ended(id, asked.signal);
  return resultAnswer({ job, levels: {}, position: '' }, await imagesIn(job, format, asked.fileUrl, verbs));
}

const queued = { 200: { description: 'The job, on disk.', schema: queuedAnswerSchema }, ...submitRefusals };
const generated = {
  200: { description: 'The end of the job, also of one that failed.', schema: resultAnswerSchema },
  ...submitRefusals,
};

function queueRoute(path: string, name: string): Route {
  return route({
    method: 'POST',
    path,
    name,
    summary: 'Submit an image job',
    role: 'user',
    body: paramsSchema,
    answers: queued,
    handle: async (request, verbs) => ({
      status: 200,
      json: queuedAnswer(await queue(request.body, request, verbs)),
    }),
  });
}

/** Everything that makes jobs. */
export function generateRoutes(mount: string, mark: string): Route[] {
  const at = `${mount}/generation`;
  return [
    queueRoute(`${at}/queue-generation`, `queueGeneration${mark}`),
    // The same under the name that clients of the flat messages use, wherever they look for it.
    queueRoute(`${at}/compose/txt2img`, `composeGenerationTxt2img${mark}`),
    queueRoute(`${mount}/compose/txt2img`, `composeTxt2img${mark}`),
    route({
      method: 'POST',
      path: `${at}/generate`,
      name: `generateImage${mark}`,
      summary: 'Submit an image job and wait for its end',
      role: 'user',
      query: formatQuerySchema,
      body: paramsSchema,
      answers: generated,
      handle: async (request, verbs) => ({
        status: 200,
        json: await generate(request.body, request.query.return_format, request, verbs),
      }),
    }),
    route({
      method: 'POST',
      path: `${at}/compose-and-generate`,
      name: `composeAndGenerate${mark}`,
      summary: 'Submit an image job, its parameters one level down, and wait for its end',
      role: 'user',
      query: formatQuerySchema,
      body: composeSchema,
      answers: generated,
      async handle(request, verbs) {
        const { prompt, generation_params } = request.body;
        const params = readParams({ ...(typeof prompt === 'string' ? { prompt } : {}), ...generation_params });
        return { status: 200, json: await generate(params, request.query.return_format, request, verbs) };
      },
    }),
    route({
      method: 'POST',
      path: `${at}/batch`,
      name: `generateBatch${mark}`,
      summary: 'Submit several image jobs: all of them or none',
      role: 'user',
      body: batchSchema,
      answers: { 200: { description: 'The jobs, on disk.', schema: batchAnswerSchema }, ...submitRefusals },
      handle: async ({ body, engine }, verbs) => ({
        status: 200,
        json: batchAnswer(await submitAll(verbs, body.jobs, engine)),
      }),
    }),
  ];
}
