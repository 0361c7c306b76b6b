import { type MessageType, messageSchema } from '@rendercast/protocol/dialects/progress-feed/index';
import * as fc from 'fast-check';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type House, startHouse, until } from '../support/house.js';
import { type JsonMessage, type JsonWire, openJsonWire } from '../support/json-wire.js';

const MOUNTS = ['', '/v1', '/api/v1'];
const ENGINE = { dialectEngines: 'progress-feed=rehearsal' };

let house: House;
beforeAll(async () => {
  house = await startHouse(ENGINE);
});
afterAll(() => house.stop());
// What one story leaves hanging takes no slot from the next.
afterEach(async () => {
  const active = (await call('/generation/jobs/active?limit=200')).json as { id: string }[];
  for (const { id } of active) await call(`/generation/jobs/${id}/cancel`, {});
  await until(async () => ((await call('/generation/jobs/active')).json as unknown[]).length === 0, 'an empty queue');
});

const dataOf = (message: JsonMessage) => (message.data ?? {}) as Record<string, unknown>;
const about = (id: string) => (message: JsonMessage) => (dataOf(message).job_id ?? message.job_id) === id;
const of = (socket: JsonWire, id: string) => socket.messages.filter(about(id));
const typesOf = (socket: JsonWire, id: string) => of(socket, id).map(({ type }) => type);
const completes = (id: string) => (message: JsonMessage) =>
  message.type === 'generation_complete' && about(id)(message);

async function call(path: string, body?: unknown, key?: string): Promise<{ status: number; json: never }> {
  const answer = await house.call(path, {
    ...(body === undefined ? {} : { body }),
    ...(key === undefined ? {} : { key }),
  });
  return { status: answer.status, json: JSON.parse(answer.text) as never };
}

async function queue(script: Record<string, unknown> = {}, params: Record<string, unknown> = {}): Promise<string> {
  const body = { prompt: 'a red fox', steps: 4, rehearsal: { stepMs: 5, ...script }, ...params };
  const { status, json } = await call('/generation/queue-generation', body);
  expect(status).toBe(200);
  const { job_id, delivery_id } = json as { job_id: string; delivery_id: string };
  expect(delivery_id).toBe(job_id);
  return job_id;
}

async function subscribed(message: Record<string, unknown> = {}, path = '/ws/progress'): Promise<JsonWire> {
  const socket = await openJsonWire(house.url, path);
  socket.send({ type: 'subscribe', ...message });
  await socket.next('the confirmation', ({ type }) => type === 'subscription_confirmed');
  return socket;
}

const wellFormed = (socket: JsonWire) => {
  for (const message of socket.messages)
    expect(messageSchema(message.type as MessageType).safeParse(message).error?.issues ?? []).toEqual([]);
};

describe('the socket', () => {
  it('says hello first, confirms, and tells a job from its start to its end, with every field', async () => {
    const socket = await subscribed({ job_ids: null });
    const id = await queue({ previewEvery: 0 });
    await socket.next('the end', completes(id));
    expect(socket.messages[0]?.type).toBe('connected');
    expect(dataOf(socket.messages[1] as JsonMessage)).toEqual({ job_ids: null });
    const types = typesOf(socket, id);
    expect(types[0]).toBe('generation_started');
    expect(types.filter((type) => type === 'generation_started')).toHaveLength(1);
    expect(types.slice(-2)).toEqual(['progress_update', 'generation_complete']);
    const [started] = of(socket, id);
    expect(dataOf(started as JsonMessage)).toEqual({
      job_id: id,
      estimated_duration: null,
      params: {
        ...{ prompt: 'a red fox', negative_prompt: null, steps: 4, sampler_name: 'DPM++ 2M', cfg_scale: 7 },
        ...{ width: 512, height: 512, seed: -1, batch_size: 1, n_iter: 1, denoising_strength: null },
      },
    });
    const updates = of(socket, id)
      .filter(({ type }) => type === 'progress_update')
      .map(dataOf);
    expect(updates.at(-1)).toEqual({
      ...{ job_id: id, progress: 1, status: 'completed', current_step: 4, total_steps: 4, eta_seconds: 0 },
      ...{ preview_image: null, error_message: null },
    });
    const steps = updates.flatMap(({ current_step }) => (current_step === null ? [] : [current_step as number]));
    expect(new Set(steps)).toEqual(new Set([0, 1, 2, 3, 4]));
    const end = dataOf(of(socket, id).at(-1) as JsonMessage);
    expect(end).toMatchObject({ status: 'completed', error_message: null });
    const [image] = end.images as string[];
    const file = await house.call(image ?? '');
    expect([file.status, file.headers.get('content-type')]).toEqual([200, 'image/png']);
    wellFormed(socket);
    for (const { timestamp } of socket.messages) expect(timestamp).toMatch(/^\d{4}-\d\d-\d\dT[\d:.]+\+00:00$/);
    socket.close();
  });

  it('answers at six addresses', async () => {
    for (const mount of MOUNTS)
      for (const path of [`${mount}/ws/progress`, `${mount}/generation/ws/progress`])
        (await subscribed({ job_ids: [] }, path)).close();
  });

  it('keeps the jobs of a subscription apart from others, and waits for an id that is not there yet', async () => {
    const socket = await subscribed({ job_ids: ['not-there-yet'] });
    await queue();
    const answer = await house.call('/v1/jobs', {
      body: { kind: 'image', id: 'not-there-yet', request: { prompt: 'mine', width: 64, height: 64, steps: 2 } },
    });
    expect(answer.status).toBe(201);
    await socket.next('the end', completes('not-there-yet'));
    const ids = new Set(socket.messages.flatMap((message) => (dataOf(message).job_id as string | undefined) ?? []));
    expect(ids).toEqual(new Set(['not-there-yet']));
    expect(typesOf(socket, 'not-there-yet')[0]).toBe('generation_started');
    socket.close();
  });

  it('adds subscriptions up, confirms each, and sends no second copy', async () => {
    const socket = await openJsonWire(house.url, '/v1/ws/progress');
    const ids = [['one'], ['one', 'two'], [], null, null];
    for (const job_ids of ids) socket.send({ type: 'subscribe', job_ids });
    socket.send({ type: 'subscribe' });
    socket.send({ type: 'subscribe', job_ids: 'one' });
    socket.send({ type: 'subscribe', job_ids: [1] });
    socket.send({ type: 'ping' });
    await socket.next('the pong', ({ type }) => type === 'pong');
    const confirmations = () => socket.messages.filter(({ type }) => type === 'subscription_confirmed').map(dataOf);
    await until(() => confirmations().length === 6, 'six confirmations');
    expect(confirmations().map(({ job_ids }) => job_ids)).toEqual([...ids, null]);
    const id = await queue({ previewEvery: 0 });
    await socket.next('the end', completes(id));
    const texts = of(socket, id).map((message) => JSON.stringify(message));
    expect(texts.length).toBe(new Set(texts).size);
    socket.close();
  });

  it('shows a late subscriber a waiting, a running and an ended job as they stand; of all, only what has not ended', async () => {
    const ended = await queue();
    const [first] = [await subscribed({ job_ids: [ended] })];
    await first.next('its end', completes(ended));
    const running = await queue({ hangAtStep: 3 });
    await first.next('nothing else', ({ type }) => type === 'generation_complete');
    await until(
      async () => ((await call(`/generation/progress/${running}`)).json as { progress: number }).progress >= 0.5,
      'progress',
    );
    const hanging = await Promise.all([1, 2, 3].map(() => queue({ hangAtStep: 1 })));
    const waiting = await queue();
    const late = await subscribed({ job_ids: [ended, running, waiting] });
    await late.next('the end of one', completes(ended));
    await late.next('the state of another', about(waiting));
    await late.next('the state of the third', about(running));
    expect(typesOf(late, ended)).toEqual(['progress_update', 'generation_complete']);
    expect(dataOf(of(late, running)[0] as JsonMessage)).toMatchObject({
      status: 'running',
      progress: 0.5,
      current_step: 2,
    });
    expect(dataOf(of(late, waiting)[0] as JsonMessage)).toMatchObject({ status: 'pending', progress: 0 });
    const all = await subscribed({});
    await all.next('the state of one', about(waiting));
    await all.next('the state of another', about(running));
    expect(of(all, ended)).toEqual([]);
    for (const id of [running, waiting, ...hanging]) {
      const { status, json } = await call(`/v1/generation/jobs/${id}/cancel`, {});
      expect([status, (json as { status: string }).status]).toEqual([200, 'cancelled']);
      const end = dataOf(await late.next('a cancelled end', hanging.includes(id) ? () => true : completes(id)));
      if (!hanging.includes(id))
        expect(end).toMatchObject({ status: 'failed', error_message: expect.any(String), images: null });
    }
    for (const socket of [first, late, all]) socket.close();
  });

  it('sends previews only after they were asked for, and loses nothing when they are', async () => {
    const [with_, without] = [await subscribed({ job_ids: [] }), await subscribed({})];
    const id = await queue({ stepMs: 60, startMs: 50 }, { steps: 8 });
    with_.send({ type: 'subscribe', job_ids: [id] });
    await with_.next('progress', (message) => dataOf(message).status === 'running');
    with_.send({ type: 'subscribe', job_ids: [id], include_previews: true });
    const { preview_image } = dataOf(await with_.next('a preview', (message) => dataOf(message).preview_image != null));
    expect(
      Buffer.from(preview_image as string, 'base64')
        .subarray(0, 2)
        .toString('hex'),
    ).toBe('ffd8');
    expect((preview_image as string).length).toBeLessThan(100_000);
    for (const socket of [with_, without]) await socket.next('the end', completes(id));
    expect(typesOf(with_, id).filter((type) => type === 'generation_complete')).toHaveLength(1);
    expect(without.messages.filter((message) => dataOf(message).preview_image != null)).toEqual([]);
    for (const socket of [with_, without]) socket.close();
  });

  it('never falls over a retry, and tells a failure once', async () => {
    const socket = await subscribed({});
    const id = await queue({ transient: { attempts: 1, atStep: 3 } });
    const failing = await queue({ fail: { atStep: 2, code: 'out_of_memory', retryable: false } });
    for (const each of [id, failing]) await socket.next('the end', completes(each));
    const fractions = of(socket, id).flatMap((message) => (dataOf(message).progress as number | undefined) ?? []);
    expect(fractions).toEqual([...fractions].sort((left, right) => left - right));
    expect(typesOf(socket, id).filter((type) => type === 'generation_started')).toHaveLength(1);
    const [final, end] = of(socket, failing)
      .slice(-2)
      .map((message) => dataOf(message));
    expect(final).toMatchObject({
      status: 'failed',
      progress: 0.25,
      error_message: expect.stringContaining('Rehearsed'),
    });
    expect(end).toMatchObject({ status: 'failed', images: null, error_message: final?.error_message });
    socket.close();
  });

  it('takes several jobs at once, lists the queue and cancels over the socket', async () => {
    const socket = await subscribed({});
    const hang = { prompt: 'hangs', rehearsal: { hangAtStep: 1 } };
    socket.send({ type: 'submit', jobs: [hang, { prompt: 'two' }, { ...hang, prompt: 'three' }] });
    const made = dataOf(await socket.next('the jobs', ({ type }) => type === 'submission_confirmed'));
    const ids = made.job_ids as string[];
    expect([ids.length, made.error_message]).toEqual([3, null]);
    await socket.next('the second', completes(ids[1] ?? ''));
    socket.send({ type: 'get_queue' });
    const listed = dataOf(await socket.next('the queue', ({ type }) => type === 'queue_update'));
    const jobs = listed.jobs as { id: string; jobId: string; progress: number }[];
    expect(jobs.map(({ id }) => id)).toEqual([ids[0], ids[2]]);
    expect(listed.finished_per_minute as number).toBeGreaterThan(0);
    socket.send({ type: 'cancel', job_ids: [...ids, 'nobody'] });
    const canceled = dataOf(await socket.next('the cancels', ({ type }) => type === 'cancellation_confirmed'));
    expect(canceled.job_ids).toEqual([ids[0], ids[2]]);
    expect((canceled.refused as { job_id: string }[]).map(({ job_id }) => job_id)).toEqual([ids[1], 'nobody']);
    for (const id of ids) await socket.next('every end', completes(id));
    socket.send({ type: 'submit', jobs: [{ prompt: 'fine' }, { prompt: 'bad', steps: 0 }] });
    const refused = await socket.next(
      'the refusal',
      (message) =>
        dataOf(message).error_message !== undefined &&
        message.type === 'submission_confirmed' &&
        dataOf(message).job_ids === null,
    );
    expect(dataOf(refused).error_message).toContain('steps');
    wellFormed(socket);
    socket.close();
  });

  it('tells those who never subscribe everything flat, by the names of their path', async () => {
    const plain = await openJsonWire(house.url, '/ws/progress');
    const other = await openJsonWire(house.url, '/api/v1/generation/ws/progress');
    const { json } = await call('/compose/txt2img', { prompt: 'flat', steps: 3, rehearsal: { stepMs: 5 } });
    const { job_id: id } = json as { job_id: string };
    await plain.next('100', (message) => message.progress === 100 && about(id)(message));
    await other.next('100', (message) => message.progress === 100 && about(id)(message));
    const [result, last] = of(plain, id).slice(-2);
    expect(result).toMatchObject({ type: 'result', job_id: id, image_url: expect.stringMatching(/^\//) });
    expect(last).toMatchObject({ type: 'progress', job_id: id, progress: 100, status: 'completed' });
    expect(
      of(plain, id)
        .slice(0, -2)
        .every(({ type, progress }) => type === 'progress' && (progress as number) < 100),
    ).toBe(true);
    expect(of(other, id).at(-2)).toMatchObject({
      type: 'generation_complete',
      prompt: 'flat',
      result_id: expect.any(String),
    });
    const failing = await queue({ fail: { atStep: 1, code: 'engine_failed', retryable: false } });
    await plain.next(
      'the error',
      (message) => message.type === 'error' && about(failing)(message) && typeof message.message === 'string',
    );
    await other.next(
      'the error',
      (message) => message.type === 'generation_error' && about(failing)(message) && typeof message.error === 'string',
    );
    plain.send({ type: 'subscribe', job_ids: [] });
    await plain.next('the confirmation', ({ type }) => type === 'subscription_confirmed');
    const before = plain.messages.length;
    const unheard = await queue();
    await other.next('its end', (message) => message.progress === 100 && about(unheard)(message));
    plain.send({ type: 'ping' });
    await plain.next('the pong', ({ type }) => type === 'pong');
    expect(plain.messages.slice(before).map(({ type }) => type)).toEqual(['pong']);
    for (const socket of [plain, other]) socket.close();
  });

  it('forgets what it is asked to, and tells it again when it is named again', async () => {
    const socket = await subscribed({});
    socket.send({ type: 'unsubscribe' });
    await socket.next('the confirmation', ({ type }) => type === 'unsubscription_confirmed');
    const id = await queue();
    await until(
      async () => ((await call(`/generation/progress/${id}`)).json as { status: string }).status === 'completed',
      'the end',
    );
    expect(of(socket, id)).toEqual([]);
    socket.send({ type: 'subscribe', job_ids: [id] });
    await socket.next('its end', completes(id));
    socket.close();
  });

  it('ALL-5: survives garbage of every sort and stays open', async () => {
    const keys = ['type', 'job_ids', 'include_previews', 'jobs'];
    const kinds = ['subscribe', 'unsubscribe', 'cancel', 'submit', 'get_queue', 'ping'];
    const near = fc.tuple(fc.constantFrom(...kinds), fc.dictionary(fc.constantFrom(...keys), fc.jsonValue()));
    const piece = fc.oneof(
      fc.string(),
      fc.json(),
      fc.uint8Array({ maxLength: 64 }),
      near.map(([type, rest]) => ({ ...rest, type })),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(piece, { maxLength: 8 }), async (garbage) => {
        const socket = await openJsonWire(house.url, '/ws/progress');
        for (const each of garbage)
          socket.sendRaw(typeof each === 'string' || each instanceof Uint8Array ? each : JSON.stringify(each));
        socket.send({ type: 'ping' });
        await socket.next('the pong', ({ type }) => type === 'pong');
        socket.close();
      }),
      { numRuns: 40 },
    );
    expect((await house.call('/ready')).status).toBe(200);
  });
});

describe('HTTP', () => {
  it.each(MOUNTS)('below "%s" queues, generates, composes, batches, lists, tells and cancels', async (mount) => {
    const at = `${mount}/generation`;
    const script = { steps: 2, rehearsal: { stepMs: 5 } };
    const url = await call(`${at}/generate?return_format=url`, { prompt: 'a', ...script, batch_size: 2, n_iter: null });
    expect(url).toMatchObject({ status: 200, json: { status: 'completed', progress: 1, error_message: null } });
    const { images, job_id } = url.json as { images: string[]; job_id: string };
    expect(images).toHaveLength(2);
    const [bytes, based] = [
      await house.call(images[0] ?? ''),
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
      const answer = await house.call('/generation/queue-generation', { body: { prompt: 'x', [field]: value } });
      expect([answer.status, answer.text], field).toEqual([422, expect.stringContaining(field)]);
      expect(answer.headers.get('x-request-id')).toMatch(/.+/);
    }
    const broken = await house.call('/generation/queue-generation', {
      body: '{',
      headers: { 'content-type': 'application/json' },
    });
    expect([broken.status, Object.keys(JSON.parse(broken.text) as object)]).toEqual([422, ['detail']]);
  });

  it('goes on with the job when the caller of a blocking call leaves', async () => {
    const socket = await subscribed({});
    const gone = new AbortController();
    const calling = fetch(`${house.url}/generation/generate`, {
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
    const plain = await house.call('/v1/jobs', {
      body: { kind: 'image', request: { prompt: 'native', width: 64, height: 64 } },
    });
    const song = await house.call('/v1/jobs', {
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
    const first = await startHouse({ ...ENGINE, drainMs: 0 });
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
    const second = await startHouse({ ...ENGINE, dataDir });
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
    const keyed = await startHouse({ ...ENGINE, apiKeys: `ada:${ADA},eve:${EVE}` });
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
