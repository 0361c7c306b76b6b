import * as z from 'zod';
import type { FileUrl, Route, RouteRequest, SocketRoute } from '../../dialect.js';
import { route } from '../../dialect.js';
import type { Job } from '../../job.js';
import { shownId } from '../../shown-id.js';
import { generateRefusals } from './error.js';
import { pageRoutes } from './page-routes.js';
import { errorOf } from './record.js';
import { type GenerateInput, generateSchema, submitOf } from './request.js';
import { createImageTaskSession } from './session.js';

/** Name of the dialect. */
export const VIA = 'image-task';

/** What came of a task. */
export const generatedSchema = z
  .object({
    success: z.boolean(),
    /** Whole address of the image; empty when there is none. */
    image_url: z.string(),
    image: z
      .object({
        url: z.string(),
        source: z.literal('generated'),
        width: z.int().nullable(),
        height: z.int().nullable(),
        seed: z.int(),
        size_bytes: z.int(),
        content_type: z.string(),
      })
      .nullable(),
    message: z.string(),
    /** Seconds. */
    generation_time: z.number().min(0),
    task_id: z.string(),
  })
  .meta({ id: 'ImageTaskGenerated' });
type Generated = z.infer<typeof generatedSchema>;

function generatedOf(job: Job, fileUrl: FileUrl, origin: string): Generated {
  const artifact = job.state === 'succeeded' ? job.outputs[0]?.artifact : undefined;
  const common = { generation_time: Math.max(0, job.timings?.runMs ?? 0) / 1_000, task_id: shownId(job) };
  if (artifact === undefined)
    return { success: false, image_url: '', image: null, message: errorOf(job) ?? 'There is no image.', ...common };
  // Pages lie on other hosts, so that a path alone would lead them to their own.
  const url = `${origin}${fileUrl.artifact(artifact.id, 'file')}`;
  const { width, height, sizeBytes, mediaType } = artifact;
  const image = { url, source: 'generated', width, height, seed: job.seed } as const;
  return {
    success: true,
    image_url: url,
    image: { ...image, size_bytes: sizeBytes, content_type: mediaType },
    message: 'Image generated successfully',
    ...common,
  };
}

/** Both addresses do the same: they wait for the image; the task goes on when the caller leaves. */
function generateRoute(path: string, name: string): Route {
  return route({
    method: 'POST',
    path,
    name,
    summary: 'Generate an image, and wait for it',
    role: 'user',
    body: generateSchema,
    answers: {
      200: { description: 'The end of the task, also of one that failed.', schema: generatedSchema },
      ...generateRefusals,
    },
    async handle(request: RouteRequest<unknown, unknown, GenerateInput>, verbs) {
      const { body, engine, signal, fileUrl, origin } = request;
      const { job } = await verbs.submit(submitOf(body, engine), { via: VIA, onExistingId: 'takeOver' });
      return { status: 200, json: generatedOf(await verbs.ended(job.id, signal), fileUrl, origin) };
    },
  });
}

export const imageTaskRoutes: readonly Route[] = [
  generateRoute('/api/media/generate', 'generateMedia'),
  generateRoute('/api/media/generate-image', 'generateMediaImage'),
  route({
    method: 'GET',
    path: '/api/media/health',
    name: 'getMediaHealth',
    summary: 'Whether images can be generated',
    role: 'public',
    answers: {
      200: {
        description: 'It answers; `generation_available` says whether an engine for images is up.',
        schema: z.object({ success: z.literal(true), status: z.literal('ok'), generation_available: z.boolean() }),
      },
    },
    async handle(_request, verbs) {
      const engines = await verbs.engines();
      const available = engines.some(({ kinds, health }) => kinds.includes('image') && health !== 'down');
      return { status: 200, json: { success: true, status: 'ok', generation_available: available } };
    },
  }),
  ...pageRoutes,
];

/** One service at two addresses. */
export const imageTaskSockets: readonly SocketRoute[] = ['', '/api'].map((mount) => ({
  path: `${mount}/ws/image-generation/:task`,
  summary: 'Progress of one task, also of one that has not begun',
  queryToken: true,
  createSession: createImageTaskSession,
}));
