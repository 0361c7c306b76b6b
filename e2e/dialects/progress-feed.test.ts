import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  about,
  completes,
  dataOf,
  expectWellFormed,
  MOUNTS,
  of,
  tellFeedStories,
  typesOf,
} from '../support/feed-talk.js';
import { until } from '../support/house.js';
import { type JsonMessage, openJsonWire } from '../support/json-wire.js';

const talk = tellFeedStories();
const { call, queue, subscribed } = talk;

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
    // On a busy machine levels merge to the newest: some steps may be left out, none comes twice or out of order.
    expect(steps).toEqual(steps.toSorted((left, right) => left - right));
    expect(steps.at(-1)).toBe(4);
    for (const step of steps) expect([0, 1, 2, 3, 4]).toContain(step);
    const end = dataOf(of(socket, id).at(-1) as JsonMessage);
    expect(end).toMatchObject({ status: 'completed', error_message: null });
    const [image] = end.images as string[];
    const file = await talk.house.call(image ?? '');
    expect([file.status, file.headers.get('content-type')]).toEqual([200, 'image/png']);
    expectWellFormed(socket);
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
    const answer = await talk.house.call('/v1/jobs', {
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
    const socket = await openJsonWire(talk.house.url, '/v1/ws/progress');
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
    expectWellFormed(socket);
    socket.close();
  });

  it('tells those who never subscribe everything flat, by the names of their path', async () => {
    const plain = await openJsonWire(talk.house.url, '/ws/progress');
    const other = await openJsonWire(talk.house.url, '/api/v1/generation/ws/progress');
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
        const socket = await openJsonWire(talk.house.url, '/ws/progress');
        for (const each of garbage)
          socket.sendRaw(typeof each === 'string' || each instanceof Uint8Array ? each : JSON.stringify(each));
        socket.send({ type: 'ping' });
        await socket.next('the pong', ({ type }) => type === 'pong');
        socket.close();
      }),
      { numRuns: 40 },
    );
    expect((await talk.house.call('/ready')).status).toBe(200);
  });
});
