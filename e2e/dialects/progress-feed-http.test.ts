import { describe, expect, it } from 'vitest';
import { about, completes, dataOf, FEED_ENGINE, MOUNTS, of, tellFeedStories } from '../support/feed-talk.js';
import { type House, startHouse, until } from '../support/house.js';
import { openJsonWire } from '../support/json-wire.js';

const talk = tellFeedStories();
const { call, subscribed } = talk;

describe('HTTP', () => {
  it.each(MOUNTS)('below "%s" queues, generates, composes, batches, lists, tells and cancels', async (mount) => {
    const at = `${mount}/generation`;
    const script = { steps: 2, rehearsal: { stepMs: 5 } };
    const url = await call(`${at}/generate?return_format=url`, { prompt: 'a', ...script, batch_size: 2, n_iter: null });
    expect(url).toMatchObject({ status: 200, json: { status: 'completed', progress: 1, error_message: null } });
    const { images, job_id } = url.json as { images: string[]; job_id: string };
    expect(images).toHaveLength(2);
    const [bytes, based] = [
      await talk.house.call(images[0] ?? ''),
      (await call(`${at}/progress/${job_id}`)).json as { images: string[]; generation_info: object },
    ];
    expect(Buffer.from(based.images[0] ?? '', 'base64').equals(Buffer.from(bytes.bytes))).toBe(true);
    const composed = await call(`${at}/compose-and-generate?return_format=url`, {
      generation_params: { prompt: 'b', ...script },
    });
    expect(composed).toMatchObject({ status: 200, json: { status: 'completed', generation_info: { prompt: 'b' } } });
    const failed = await call(`${at}/generate`, {
      prompt: 'c',
      steps: 2,
      rehearsal: { fail: { atStep: 1, code: 'engine_failed', retryable: false } },
    });
    expect(failed).toMatchObject({
      status: 200,
      json: { status: 'failed', images: null, error_message: expect.any(String) },
    });
    const batch = await call(`${at}/batch`, {
      jobs: [
        { prompt: 'd', rehearsal: { hangAtStep: 1 } },
        { prompt: 'e', ...script },
      ],
    });
    const [hanging, other] = (batch.json as { job_ids: string[] }).job_ids;
    const bad = await call(`${at}/batch`, { jobs: [{ prompt: 'f' }, { prompt: 'g', width: 1 }] });
    expect(bad).toMatchObject({ status: 422, json: { detail: expect.stringContaining('width') } });
    await until(
      async () => ((await call(`${at}/progress/${other}`)).json as { status: string }).status === 'completed',
      'the end',
    );
    const active = (await call(`${at}/jobs/active?limit=5`)).json as Record<string, unknown>[];
    expect(active).toMatchObject([
      {
        id: hanging,
        jobId: hanging,
        prompt: 'd',
        status: 'running',
        error: null,
        finished_at: null,
        result: null,
        startTime: expect.any(String),
      },
    ]);
    expect((await call(`${at}/jobs/${hanging}/cancel`, {})).json).toMatchObject({ success: true, status: 'cancelled' });
    await until(
      async () => ((await call(`${at}/progress/${hanging}`)).json as { status: string }).status === 'failed',
      'the cancel',
    );
    expect((await call(`${at}/jobs/${hanging}`)).json).toMatchObject({
      delivery: {
        id: hanging,
        prompt: 'd',
        mode: 'rehearsal',
        status: 'cancelled',
        result: { images: null },
        finished_at: expect.any(String),
      },
    });
    expect(await call(`${at}/jobs/${hanging}/cancel`, {})).toMatchObject({
      status: 400,
      json: { detail: expect.any(String) },
    });
    for (const path of [`${at}/jobs/nobody`, `${at}/progress/nobody`])
      expect(await call(path)).toMatchObject({ status: 404, json: { detail: expect.any(String) } });
    expect((await call(`${at}/jobs/nobody/cancel`, {})).status).toBe(404);
    expect((await call(`${at}/compose/txt2img`, { prompt: 'h', ...script })).status).toBe(200);
    expect((await call(`${mount}/compose/txt2img`, { prompt: 'h', ...script })).status).toBe(200);
  });

  it('answers with base64 unless asked for addresses, takes parameters without a wrapping, and counts to 100 in lists', async () => {
    const params = { prompt: 'plain', steps: 2, rehearsal: { stepMs: 5 } };
    for (const path of ['/generation/generate', '/generation/compose-and-generate']) {
      const { images } = (await call(path, params)).json as { images: string[] };
      expect(
        Buffer.from(images[0] ?? '', 'base64')
          .subarray(1, 4)
          .toString(),
        path,
      ).toBe('PNG');
    }
    const script = { steps: 10, rehearsal: { stepMs: 5, hangAtStep: 6 } };
    const { job_id: id } = (await call('/generation/queue-generation', { prompt: 'half', ...script })).json as {
      job_id: string;
    };
    const entry = async () => ((await call('/generation/jobs/active')).json as { id: string; progress: number }[])[0];
    await until(async () => (await entry())?.progress === 50, 'half of it');
    const keys = [
      'id',
      'jobId',
      'prompt',
      'status',
      'progress',
      'message',
      'error',
      'params',
      'created_at',
      'startTime',
    ];
    expect(Object.keys((await entry()) ?? {}).sort()).toEqual([...keys, 'finished_at', 'result'].sort());
    const { delivery } = (await call(`/generation/jobs/${id}`)).json as { delivery: object };
    const told = ['id', 'prompt', 'mode', 'params', 'status', 'result', 'created_at', 'started_at', 'finished_at'];
    expect(Object.keys(delivery)).toEqual(expect.arrayContaining(told));
  });

  it('ALL-8: takes odd values and nulls, and names the field of bad ones, with a request id on every answer', async () => {
    const fine = {
      steps: 1,
      rehearsal: { stepMs: 1 },
      sampler_name: 'nobody knows it',
      seed: null,
      width: '64',
      nonsense: { a: 1 },
    };
    expect((await call('/generation/queue-generation', { prompt: 'x', ...fine })).status).toBe(200);
    for (const [field, value] of Object.entries({
      prompt: '  ',
      steps: 0,
      width: 63,
      cfg_scale: 'much',
      n_iter: 17,
      seed: 1.5,
    })) {
      const answer = await talk.house.call('/generation/queue-generation', { body: { prompt: 'x', [field]: value } });
      expect([answer.status, answer.text], field).toEqual([422, expect.stringContaining(field)]);
      expect(answer.headers.get('x-request-id')).toMatch(/.+/);
    }
    const broken = await talk.house.call('/generation/queue-generation', {
      body: '{',
      headers: { 'content-type': 'application/json' },
    });
    expect([broken.status, Object.keys(JSON.parse(broken.text) as object)]).toEqual([422, ['detail']]);
  });

  it('goes on with the job when the caller of a blocking call leaves', async () => {
    const socket = await subscribed({});
    const gone = new AbortController();
    const calling = fetch(`${talk.house.url}/generation/generate`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ prompt: 'left alone', steps: 4, rehearsal: { stepMs: 40 } }),
      signal: gone.signal,
    });
    const started = await socket.next('the start', (message) => JSON.stringify(message).includes('left alone'));
    gone.abort();
    await expect(calling).rejects.toThrow();
    const end = await socket.next('the end', completes(dataOf(started).job_id as string));
    expect(dataOf(end).status).toBe('completed');
    socket.close();
  });

  it('ALL-1: shows jobs of other dialects with defaults, images only', async () => {
    const plain = await talk.house.call('/v1/jobs', {
      body: { kind: 'image', request: { prompt: 'native', width: 64, height: 64 } },
    });
    const song = await talk.house.call('/v1/jobs', {
      body: {
        kind: 'music',
        engine: 'rehearsal',
        request: { prompt: 'a song', lengthMs: 3000, extra: { rehearsal: { stepMs: 1 } } },
      },
    });
    const [image, music] = [plain, song].map(({ text }) => (JSON.parse(text) as { job: { id: string } }).job.id);
    expect((await call(`/generation/jobs/${image}`)).json).toMatchObject({
      delivery: {
        prompt: 'native',
        params: { prompt: 'native', steps: 20, sampler_name: 'DPM++ 2M', width: 64, seed: -1 },
      },
    });
    expect((await call(`/generation/jobs/${music}`)).status).toBe(404);
    const socket = await subscribed({ job_ids: [music, image] });
    await socket.next('the end of the image', completes(image ?? ''));
    expect(of(socket, music ?? '')).toEqual([]);
    socket.close();
  });
});

describe('a server that starts again', () => {
  it('shows running and ended jobs as before, and never less', async () => {
    const first = await startHouse({ ...FEED_ENGINE, drainMs: 0 });
    const { dataDir } = first;
    const submit = async (on: House, body: object): Promise<string> =>
      (JSON.parse((await on.call('/generation/queue-generation', { body })).text) as { job_id: string }).job_id;
    const progressOf = async (on: House, id: string) =>
      JSON.parse((await on.call(`/generation/progress/${id}?return_format=url`)).text) as {
        status: string;
        progress: number;
      };
    const ended = await submit(first, { prompt: 'ended', steps: 2, rehearsal: { stepMs: 1 } });
    const running = await submit(first, { prompt: 'running', steps: 10, rehearsal: { stepMs: 5, hangAtStep: 6 } });
    await until(async () => (await progressOf(first, ended)).status === 'completed', 'the end');
    const before = await until(async () => {
      const now = await progressOf(first, running);
      return now.progress >= 0.5 && now;
    }, 'progress');
    const told = await first.call(`/generation/jobs/${ended}`);
    const socket = await openJsonWire(first.url, '/ws/progress');
    await first.server.stop();
    expect((await socket.untilClosed()).code).toBe(1012);
    expect(socket.messages.at(-1)?.type).toBe('draining');
    const second = await startHouse({ ...FEED_ENGINE, dataDir });
    expect((await second.call(`/generation/jobs/${ended}`)).text).toBe(told.text);
    expect((await progressOf(second, running)).progress).toBeGreaterThanOrEqual(before.progress);
    const again = await openJsonWire(second.url, '/ws/progress');
    again.send({ type: 'subscribe', job_ids: [ended, running] });
    await again.next('the end', completes(ended));
    const state = dataOf(
      await again.next('the state', (message) => message.type === 'progress_update' && about(running)(message)),
    );
    expect(state.progress as number).toBeGreaterThanOrEqual(before.progress);
    await until(async () => (await progressOf(second, running)).status === 'running', 'the second attempt');
    expect((await progressOf(second, running)).progress).toBeGreaterThanOrEqual(before.progress);
    again.close();
    await second.stop();
    await first.stop();
  });
});

describe('with keys', () => {
  const ADA = 'ada-key-0123456789abcdef';
  const EVE = 'eve-key-0123456789abcdef';

  it('takes them in the address and in headers, signs images, and shows nobody the jobs of others', async () => {
    const keyed = await startHouse({ ...FEED_ENGINE, apiKeys: `ada:${ADA},eve:${EVE}` });
    await expect(openJsonWire(keyed.url, '/ws/progress')).rejects.toThrow('401');
    await expect(openJsonWire(keyed.url, '/ws/progress?token=wrong')).rejects.toThrow('401');
    const eve = await openJsonWire(keyed.url, `/ws/progress?token=${EVE}`);
    const flat = await openJsonWire(keyed.url, '/generation/ws/progress', { 'x-api-key': EVE });
    const ada = await openJsonWire(keyed.url, '/v1/ws/progress', { authorization: `Bearer ${ADA}` });
    for (const socket of [eve, ada]) {
      socket.send({ type: 'subscribe' });
      await socket.next('the confirmation', ({ type }) => type === 'subscription_confirmed');
    }
    const body = { prompt: 'secret', steps: 2, rehearsal: { stepMs: 1 } };
    expect((await keyed.call('/generation/queue-generation', { body })).status).toBe(401);
    const answer = await keyed.call('/generation/queue-generation', { body, headers: { 'x-api-key': ADA } });
    const { job_id: id } = JSON.parse(answer.text) as { job_id: string };
    const end = dataOf(await ada.next('the end', completes(id)));
    const [image = ''] = end.images as string[];
    expect(image).toContain('signature=');
    expect((await keyed.call(image)).status).toBe(200);
    expect((await keyed.call(image.split('?', 1)[0] ?? '')).status).toBe(401);
    for (const path of [`/generation/jobs/${id}`, `/generation/progress/${id}`])
      expect((await keyed.call(path, { key: EVE })).status, path).toBe(404);
    expect((await keyed.call(`/generation/jobs/${id}/cancel`, { method: 'POST', key: EVE })).status).toBe(404);
    eve.send({ type: 'subscribe', job_ids: [id] });
    eve.send({ type: 'get_queue' });
    const queue = dataOf(await eve.next('the queue', ({ type }) => type === 'queue_update'));
    expect(queue).toMatchObject({ jobs: [], running: 0, finished_per_minute: 0 });
    for (const socket of [eve, flat]) expect(JSON.stringify(socket.messages)).not.toContain('secret');
    expect(of(eve, id)).toEqual([]);
    for (const socket of [eve, flat, ada]) socket.close();
    await keyed.stop();
  });
});
