import { generatedSchema, recordSchema } from '@rendercast/protocol/dialects/image-task/index';
import { resultSchema } from '@rendercast/protocol/dialects/music-render/index';
import { snapshotAnswerSchema } from '@rendercast/protocol/dialects/native/index';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type House, startHouse } from '../support/house.js';
import { type JsonMessage, openJsonWire } from '../support/json-wire.js';

const ENGINES = ['image-task', 'artist-session', 'progress-feed', 'music-render'].map((name) => `${name}=rehearsal`);
const SCRIPT = { stepMs: 5, previewEvery: 0 };
const FAIL = { ...SCRIPT, fail: { atStep: 3, code: 'out_of_memory', retryable: false } };
const ofType = (type: string) => (message: JsonMessage) => message.type === type;

let house: House;
beforeAll(async () => {
  house = await startHouse({ dialectEngines: ENGINES.join(',') });
});
afterAll(() => house.stop());
const post = async (path: string, body: object): Promise<Record<string, unknown>> => {
  const answer = await house.call(path, { body });
  expect(answer.status, answer.text).toBeLessThan(300);
  return JSON.parse(answer.text) as Record<string, unknown>;
};

/** Submits a job through one of the languages; answers the id that it is known by. */
const SUBMIT: Record<string, (rehearsal: object) => Promise<string>> = {
  'image-task': async (rehearsal) => {
    const body = { prompt: 'a fox', task_id: `task-${Date.now()}`, num_inference_steps: 20, use_refinement: false };
    return (await post('/api/media/generate', { ...body, rehearsal })).task_id as string;
  },
  'artist-session': async (rehearsal) =>
    (await post('/api/generate', { prompt: 'a fox', num_inference_steps: 4, rehearsal })).session_id as string,
  'progress-feed': async (rehearsal) =>
    (await post('/generation/queue-generation', { prompt: 'a fox', steps: 4, rehearsal })).job_id as string,
  native: async (rehearsal) => {
    const request = { prompt: 'a fox', extra: { rehearsal } };
    const id = `own-${Date.now()}`;
    await post('/v1/jobs', { kind: 'image', engine: 'rehearsal', id, request });
    return id;
  },
};

/** How a job ended, as each language tells it to a socket that comes for it. */
async function endsOf(id: string): Promise<string[]> {
  const task = await openJsonWire(house.url, `/ws/image-generation/${encodeURIComponent(id)}`);
  const session = await openJsonWire(house.url, '/ws');
  const feed = await openJsonWire(house.url, '/v1/ws/progress');
  session.send({ type: 'subscribe', session_id: id });
  feed.send({ type: 'subscribe', job_ids: [id] });
  const record = recordSchema.parse(
    await task.next('the end', ({ status }) => /^(completed|failed)$/.test(`${status}`)),
  );
  expect(record.task_id).toBe(id);
  const end = await session.next(
    'the end',
    ({ type, session_id }) => session_id === id && /^generation_(complete|error)$/.test(`${type}`),
  );
  const { data } = await feed.next('the end', ofType('generation_complete'));
  expect((data as { job_id: string }).job_id).toBe(id);
  for (const socket of [task, session, feed]) socket.close();
  return [record.status, end.type as string, (data as { status: string }).status];
}

describe.each(Object.keys(SUBMIT))('ALL-1: an image job that came through %s', (name) => {
  it.each([
    ['succeeds', SCRIPT, ['completed', 'generation_complete', 'completed'], 'succeeded'],
    ['fails', FAIL, ['failed', 'generation_error', 'failed'], 'failed'],
  ])('has the same id and the same end in every language (%s)', async (_how, script, ends, state) => {
    const id = (await SUBMIT[name]?.(script)) ?? '';
    expect(await endsOf(id)).toEqual(ends);
    const { job } = (await house.call(`/v1/jobs/${id}`)).as(snapshotAnswerSchema);
    expect(job).toMatchObject({ state, via: name });
    const { delivery } = JSON.parse((await house.call(`/generation/jobs/${id}`)).text) as { delivery: object };
    expect(delivery).toMatchObject({
      id,
      prompt: 'a fox',
      params: { prompt: 'a fox', sampler_name: 'DPM++ 2M', seed: -1 },
    });
    expect((await house.call(`/render/status/${id}`)).status).toBe(404);
  });
});

describe('ALL-1: a song', () => {
  const section = (name: string) => ({ section_name: name, duration_ms: 3_000 });

  it('is known by the id of its render, and to no language of images', async () => {
    const answer = await house.call('/render', { body: { title: 'Known', sections: [section('Intro')] } });
    const { request_id: id } = answer.as(resultSchema);
    expect((await house.call(`/v1/jobs/${id}`)).as(snapshotAnswerSchema).job).toMatchObject({
      kind: 'music',
      state: 'succeeded',
    });
    for (const [path, method] of [
      [`/generation/jobs/${id}`, 'GET'],
      [`/generation/progress/${id}`, 'GET'],
      [`/api/cancel/${id}`, 'POST'],
    ])
      expect((await house.call(path ?? '', { method: method ?? '' })).status, path).toBe(404);
    const task = await openJsonWire(house.url, `/ws/image-generation/${id}`);
    expect((await task.next('the greeting', () => true)).type).toBe('status');
    task.close();
  });

  it('that was asked for in words alone is shown as a render without a plan', async () => {
    const request = { prompt: 'a calm night', lengthMs: 3_000, extra: { rehearsal: SCRIPT } };
    await post('/v1/jobs', { kind: 'music', engine: 'rehearsal', id: 'in-words', request });
    const { result } = await expect
      .poll(async () => JSON.parse((await house.call('/render/status/in-words')).text) as Record<string, unknown>)
      .toMatchObject({ stage: 'complete', result: { composition_plan: null } })
      .then(
        async () =>
          JSON.parse((await house.call('/render/status/in-words')).text) as { result: { stream_url: string } },
      );
    expect((await house.call(result.stream_url)).status).toBe(200);
  });
});

describe('ALL-4: two at once', () => {
  it('of tasks are told apart on their sockets, each with its own total and image', async () => {
    const tasks = [20, 30].map((steps) => ({ steps, id: `beside-${steps}` }));
    const heard = await Promise.all(
      tasks.map(async ({ steps, id }) => {
        const socket = await openJsonWire(house.url, `/api/ws/image-generation/${id}`);
        const body = { prompt: id, task_id: id, num_inference_steps: steps, use_refinement: false, rehearsal: SCRIPT };
        const answer = await house.call('/api/media/generate', { body });
        await socket.next('the end', ({ status }) => status === 'completed');
        socket.close();
        return { url: answer.as(generatedSchema).image_url, records: socket.messages.filter(ofType('progress')) };
      }),
    );
    for (const [index, { steps, id }] of tasks.entries()) {
      const records = heard[index]?.records ?? [];
      expect(new Set(records.map(({ task_id, total_steps }) => `${task_id} ${total_steps}`))).toEqual(
        new Set([`${id} ${steps}`]),
      );
    }
    expect(heard[0]?.url).not.toBe(heard[1]?.url);
  });

  it('of renders each end with their own song', async () => {
    const titles = ['North', 'South'];
    const results = await Promise.all(
      titles.map(async (title) => {
        const socket = await openJsonWire(house.url, '/render/ws');
        socket.send({ composition_plan: { title, sections: [{ section_name: title, duration_ms: 3_000 }] } });
        await socket.untilClosed();
        expect(new Set(socket.messages.flatMap(({ request_id }) => request_id ?? [])).size).toBe(1);
        return resultSchema.parse(socket.messages.at(-1)?.data);
      }),
    );
    expect(results.map(({ composition_plan: plan }) => plan?.title)).toEqual(titles);
    expect(results.map(({ filename }) => filename.replace(/_[0-9a-f]{8}\.\w+$/, ''))).toEqual(['north', 'south']);
  });
});
