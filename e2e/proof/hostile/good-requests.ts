import * as z from 'zod';
import { type Answer, call, until } from '../../support/house.js';

/** What lies in a house whose dialects were each asked for something good. */
export interface Known {
  /** Ids of jobs and names of files, as the dialects show them. */
  ids: string[];
}

const generated = z.object({ success: z.literal(true), task_id: z.string(), image_url: z.string() });
const started = z.object({ session_id: z.string(), status: z.literal('started') });
const gallery = z.array(z.object({ filename: z.string() })).min(1);
const finished = z.object({ job_id: z.string(), status: z.literal('completed'), images: z.array(z.string()).min(1) });
const rendered = z.object({ request_id: z.string(), filename: z.string() });
const SECTIONS = [{ section_name: 'verse', duration_ms: 10_000, lines: ['la'] }];

/** Asks a house for something good in each of the four foreign dialects, and throws where it does not do what it should. */
export async function askAllDialects(url: string): Promise<Known> {
  const good = async (path: string, body?: unknown): Promise<Answer> => {
    const answer = await call(url, path, body === undefined ? {} : { body });
    if (answer.status !== 200) throw new Error(`${path} answered ${answer.status}: ${answer.text}`);
    return answer;
  };
  const { task_id, image_url } = (await good('/api/media/generate', { prompt: 'a fox' })).as(generated);
  const { session_id } = (await good('/api/generate', { prompt: 'a fox' })).as(started);
  const images = await until(
    async () => gallery.safeParse(JSON.parse((await good('/api/images')).text)).data,
    'images',
  );
  const { job_id } = (await good('/generation/generate', { prompt: 'a fox' })).as(finished);
  const { request_id, filename } = (await good('/render', { title: 'Song', sections: SECTIONS })).as(rendered);
  await good(`/render/download/${filename}`);
  await good(`/generation/progress/${job_id}`);
  await good(new URL(image_url).pathname);
  return { ids: [task_id, session_id, job_id, request_id, filename, images[0]?.filename ?? ''] };
}
