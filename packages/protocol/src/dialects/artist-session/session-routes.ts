import * as z from 'zod';
import { type Route, route } from '../../dialect.js';
import { shownId } from '../../shown-id.js';
import { submitRefusals, unknown } from './error.js';
import { requireImage } from './look.js';
import { generateSchema, sessionParamsSchema, submitOf } from './request.js';

/** Name of this dialect, as jobs remember what they came through. */
export const VIA = 'artist-session';

const startedSchema = z
  .object({ session_id: z.string(), message: z.string(), status: z.literal('started') })
  .meta({ id: 'ArtistSessionStarted' });
const canceledSchema = z
  .object({ success: z.literal(true), message: z.string(), session_id: z.string() })
  .meta({ id: 'ArtistSessionCanceled' });

const generate = route({
  method: 'POST',
  path: '/api/generate',
  name: 'startSession',
  summary: 'Start a session; its progress comes on the socket',
  role: 'user',
  body: generateSchema,
  answers: { 200: { description: 'The session, on disk.', schema: startedSchema }, ...submitRefusals },
  async handle({ body, engine }, verbs) {
    const { job } = await verbs.submit(submitOf(body, engine), { via: VIA, onExistingId: 'refuse' });
    return {
      status: 200,
      json: { session_id: shownId(job), message: 'The generation has started.', status: 'started' },
    };
  },
});

const cancel = route({
  method: 'POST',
  path: '/api/cancel/:session',
  name: 'cancelSession',
  summary: 'Cancel a session',
  role: 'user',
  params: sessionParamsSchema,
  answers: { 200: { description: 'Noted for good; the end follows.', schema: canceledSchema }, ...unknown },
  async handle({ params }, verbs) {
    const { job } = requireImage(await verbs.get(params.session), params.session);
    await verbs.cancel(job.id, null);
    return {
      status: 200,
      json: { success: true, message: 'The generation is being cancelled.', session_id: shownId(job) },
    };
  },
});

/** Everything that starts and stops sessions. */
export const sessionRoutes: readonly Route[] = [generate, cancel];
