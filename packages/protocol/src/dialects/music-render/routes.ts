import * as z from 'zod';
import type { Verbs } from '../../commands.js';
import { type Reply, type Route, type RouteRequest, route, type SocketRoute } from '../../dialect.js';
import { RendercastError } from '../../errors.js';
import { shownId } from '../../shown-id.js';
import { planRefusals, refusal, renderRefusals, unknown } from './error.js';
import { pageRoutes } from './page-routes.js';
import { readPlan, shownPlan, shownPlanSchema } from './plan.js';
import { fileParamsSchema, renderBodySchema, renderParamsSchema, wishSchema } from './request.js';
import { failureOf, resultOf, resultSchema } from './result.js';
import { createMusicRenderSession } from './session.js';
import { DOWNLOAD, findSong, STREAM } from './song-file.js';
import { standingOf } from './stages.js';
import { markDelivered, submitPlan } from './submit.js';

/** A render as it stands. */
const statusSchema = z
  .object({
    request_id: z.string(),
    stage: z.string(),
    progress_percent: z.int(),
    message: z.string(),
    result: resultSchema.nullable(),
    error: z.string().nullable(),
    timestamp: z.string(),
  })
  .meta({ id: 'MusicRenderStatus' });

/** Renders a plan and waits for the end; the render goes on when the caller leaves, and is found again by its plan. */
async function render(request: RouteRequest<unknown, unknown, object>, verbs: Verbs): Promise<Reply> {
  const { body, engine, signal, fileUrl } = request;
  const { job: taken } = await submitPlan(verbs, readPlan(body), engine);
  const job = await verbs.ended(taken.id, signal);
  const result = resultOf(job, fileUrl);
  if (result === null)
    return { status: 500, json: refusal('SERVER_ERROR', failureOf(job) ?? 'The render left no song.') };
  if (!signal.aborted) await markDelivered(verbs, job.id);
  return { status: 200, json: result };
}

function fileRoute(name: string, address: string, disposition: 'inline' | 'attachment', summary: string): Route {
  return route({
    method: 'GET',
    path: `${address}/:name`,
    name,
    summary,
    role: 'user',
    params: fileParamsSchema,
    headers: { Range: 'A part of the file', 'If-None-Match': 'The ETag that the caller has' },
    answers: {
      200: { description: 'The song.', mediaType: 'audio/mpeg' },
      206: { description: 'The part that was asked for.', mediaType: 'audio/mpeg' },
      ...unknown,
    },
    async handle({ params }, verbs) {
      const song = await findSong(params.name, verbs);
      const opened = await verbs.openArtifact(song.id, 'file');
      return { artifact: { ...opened, artifact: { ...opened.artifact, name: params.name } }, disposition };
    },
  });
}

export const musicRenderRoutes: readonly Route[] = [
  route({
    method: 'POST',
    path: '/render',
    name: 'renderMusic',
    summary: 'Render a composition plan, and wait for the song',
    role: 'user',
    body: renderBodySchema,
    answers: { 200: { description: 'The song.', schema: resultSchema }, ...renderRefusals },
    handle: render,
  }),
  route({
    method: 'GET',
    path: '/render/status/:id',
    name: 'getRenderStatus',
    summary: 'A render as it stands, with its song once it is there',
    role: 'user',
    params: renderParamsSchema,
    answers: { 200: { description: 'The render.', schema: statusSchema }, ...unknown },
    async handle({ params, fileUrl }, verbs) {
      const snapshot = await verbs.get(params.id);
      const { job } = snapshot;
      if (job.kind !== 'music') throw new RendercastError('not_found', `there is no render "${params.id}"`);
      const { stage, percent, message } = standingOf(snapshot);
      const error = failureOf(job);
      const status = {
        request_id: shownId(job),
        stage,
        progress_percent: percent,
        message: error ?? message,
        result: resultOf(job, fileUrl),
        error,
        timestamp: job.endedAt ?? job.startedAt ?? job.createdAt,
      };
      return { status: 200, json: status };
    },
  }),
  fileRoute('downloadRender', DOWNLOAD, 'attachment', 'Download a song'),
  fileRoute('streamRender', STREAM, 'inline', 'Play a song'),
  route({
    method: 'POST',
    path: '/plan',
    name: 'planMusic',
    summary: 'Make a composition plan from words; nothing is rendered',
    role: 'user',
    body: wishSchema,
    answers: { 200: { description: 'The plan.', schema: shownPlanSchema }, ...planRefusals },
    async handle({ body, engine }, verbs) {
      const plan = await verbs.plan({ prompt: body.prompt, lengthMs: body.music_length_ms ?? null, engine });
      return { status: 200, json: shownPlan(plan) };
    },
  }),
  ...pageRoutes,
];

export const musicRenderSockets: readonly SocketRoute[] = [
  {
    path: '/render/ws',
    summary: 'One socket, one render: a plan goes in, progress and the song come out',
    queryToken: true,
    createSession: createMusicRenderSession,
  },
];
