import { entrySchema, type MessageType, messageSchema } from '@rendercast/protocol/dialects/artist-session/index';
import * as fc from 'fast-check';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import * as z from 'zod';
import { type House, startHouse, until } from '../support/house.js';
import { type JsonMessage, type JsonWire, openJsonWire } from '../support/json-wire.js';

const ENGINE = { dialectEngines: 'artist-session=rehearsal' };

let house: House;
beforeAll(async () => {
  house = await startHouse(ENGINE);
});
afterAll(() => house.stop());
// What one story leaves hanging takes no slot from the next.
afterEach(async () => {
  const open = async () =>
    (JSON.parse((await house.call('/v1/jobs?state=queued,running')).text) as { jobs: { id: string }[] }).jobs;
  for (const { id } of await open()) await house.call(`/v1/jobs/${id}/cancel`, { method: 'POST' });
  await until(async () => (await open()).length === 0, 'an empty queue');
});

const concerns = (id: string) => (message: JsonMessage) => message.session_id === id && message.type !== 'custom';
const of = (socket: JsonWire, id: string) => socket.messages.filter(concerns(id));
const typesOf = (socket: JsonWire, id: string) => of(socket, id).map(({ type }) => type);
const completes = (id: string) => (message: JsonMessage) =>
  concerns(id)(message) && message.type === 'generation_complete';
const fails = (id: string) => (message: JsonMessage) => concerns(id)(message) && message.type === 'generation_error';
const galleryOf = (socket: JsonWire, action: string) =>
  socket.messages.flatMap((message) =>
    message.type === 'gallery_update' && message.action === action ? [entrySchema.parse(message.data)] : [],
  );
const subscribe = (session_id: unknown) => ({ type: 'subscribe', session_id });

async function call(path: string, body?: unknown, method?: string): Promise<{ status: number; json: never }> {
  const answer = await house.call(path, {
    ...(body === undefined ? {} : { body }),
    ...(method === undefined ? {} : { method }),
  });
  return { status: answer.status, json: JSON.parse(answer.text) as never };
}

async function start(script: Record<string, unknown> = {}, params: Record<string, unknown> = {}): Promise<string> {
  const body = { prompt: 'a red fox', num_inference_steps: 4, rehearsal: { stepMs: 5, ...script }, ...params };
  const { status, json } = await call('/api/generate', body);
  expect([status, json]).toMatchObject([200, { status: 'started', message: expect.any(String) }]);
  return (json as { session_id: string }).session_id;
}

function wellFormed(socket: JsonWire): void {
  for (const message of socket.messages) {
    expect(messageSchema(message.type as MessageType).safeParse(message).error?.issues ?? []).toEqual([]);
    expect(message.timestamp).toMatch(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/);
  }
}

describe('the socket', () => {
  it('tells a socket that never subscribes everything, from the start to the images, with every step', async () => {
    const socket = await openJsonWire(house.url, '/ws');
    const id = await start({ stepMs: 40 }, { num_images: 2 });
    await socket.next('the end', completes(id));
    const types = typesOf(socket, id);
    expect(types.slice(0, 2)).toEqual(['generation_start', 'progress']);
    expect(types.at(-1)).toBe('generation_complete');
    const messages = of(socket, id);
    expect(messages[0]).toMatchObject({ prompt: 'a red fox' });
    const progress = messages.filter(({ type }) => type === 'generation_progress');
    expect(new Set(progress.map(({ step }) => step))).toEqual(new Set([0, 1, 2, 3, 4]));
    expect(progress.find(({ step }) => step === 2)).toMatchObject({
      ...{ total_steps: 4, progress_percent: 50, message: 'Generating... 50%' },
    });
    expect(progress.at(-1)).toMatchObject({ progress_percent: 100 });
    const end = messages.at(-1) as JsonMessage & { image_paths: string[]; metadata: Record<string, unknown> };
    expect(end.metadata).toMatchObject({ prompt: 'a red fox', created_at: expect.any(String) });
    expect(end.image_paths).toHaveLength(2);
    for (const path of end.image_paths)
      for (const address of [path, `/api/images/file/${path}`, `/api/images/file/${encodeURIComponent(path)}`]) {
        const file = await house.call(address);
        expect([file.status, file.headers.get('content-type')], address).toEqual([200, 'image/png']);
      }
    const part = await house.call(end.image_paths[0] ?? '', { headers: { range: 'bytes=0-3' } });
    expect([part.status, part.bytes.length]).toEqual([206, 4]);
    wellFormed(socket);
    socket.close();
  });

  it('tells a socket that has subscribed its sessions only, and what concerns none', async () => {
    const socket = await openJsonWire(house.url, '/ws');
    socket.send(subscribe('mine'));
    socket.send(subscribe(undefined));
    socket.send(subscribe(7));
    const other = await start();
    const id = await start({}, { session_id: 'mine' });
    expect(id).toBe('mine');
    await socket.next('the end', completes(id));
    await until(() => galleryOf(socket, 'new_image').length === 2, 'both images');
    expect(of(socket, other)).toEqual([]);
    expect(typesOf(socket, id)[0]).toBe('generation_start');
    socket.close();
  });

  it('tells a late subscriber what it has not had: of a waiting session nothing, of a running one start and newest progress, of an ended one the end', async () => {
    const early = await openJsonWire(house.url, '/ws');
    const ended = await start();
    await early.next('the end', completes(ended));
    const running = await start({ hangAtStep: 3 });
    await early.next('progress', (message) => concerns(running)(message) && message.progress_percent === 50);
    const hanging = await Promise.all([1, 2, 3].map(() => start({ hangAtStep: 1 })));
    const waiting = await start();
    const late = await openJsonWire(house.url, '/ws');
    for (const id of [waiting, running, ended]) late.send(subscribe(id));
    await late.next('the end', completes(ended));
    await late.next('the newest progress', (message) => concerns(running)(message) && message.progress_percent === 50);
    expect(typesOf(late, running)).toEqual(['generation_start', 'generation_progress']);
    expect(typesOf(late, ended)).toEqual(['generation_complete']);
    expect(of(late, waiting)).toEqual([]);
    const before = early.messages.length;
    for (const id of [ended, running]) early.send(subscribe(id));
    early.send({ type: 'ping' });
    await early.next('the pong', ({ type }) => type === 'pong');
    await call(`/api/cancel/${running}`, {});
    await early.next('the cancel', fails(running));
    await late.next('the cancel', fails(running));
    const after = early.messages.slice(before).filter(({ type }) => type !== 'pong');
    expect(after.map(({ type, session_id }) => [type, session_id])).toEqual([['generation_error', running]]);
    for (const id of hanging) await call(`/api/cancel/${id}`, {});
    await late.next('what waited', completes(waiting));
    expect(typesOf(late, waiting)[0]).toBe('generation_start');
    for (const socket of [early, late]) socket.close();
  });

  it('tells a socket that never subscribes what runs already, start first', async () => {
    const early = await openJsonWire(house.url, '/ws');
    const id = await start({ hangAtStep: 3 });
    const isHalf = (message: JsonMessage) => concerns(id)(message) && message.progress_percent === 50;
    await early.next('progress', isHalf);
    const late = await openJsonWire(house.url, '/ws');
    await late.next('progress', isHalf);
    expect(typesOf(late, id)).toEqual(['generation_start', 'generation_progress']);
    for (const socket of [early, late]) socket.close();
  });

  it('ALL-4: keeps two sessions apart that run at once', async () => {
    const [one, two] = [await openJsonWire(house.url, '/ws'), await openJsonWire(house.url, '/ws')];
    one.send(subscribe('one'));
    two.send(subscribe('two'));
    await Promise.all([
      start({ stepMs: 20 }, { session_id: 'one', prompt: 'the first', num_inference_steps: 10 }),
      start({ stepMs: 20 }, { session_id: 'two', prompt: 'the second', num_inference_steps: 5 }),
    ]);
    for (const [socket, id] of [
      [one, 'one'],
      [two, 'two'],
    ] as const)
      await socket.next('the end', completes(id));
    expect(new Set(of(one, 'one').flatMap(({ total_steps }) => total_steps ?? []))).toEqual(new Set([10]));
    expect([of(one, 'two'), of(two, 'one')]).toEqual([[], []]);
    for (const socket of [one, two]) socket.close();
  });

  it('tells a failure once, never falls over a retry, and passes on notes of the embedding program', async () => {
    const socket = await openJsonWire(house.url, '/ws');
    const failing = await start({ fail: { atStep: 3, code: 'out_of_memory', retryable: false } });
    const error = await socket.next('the error', fails(failing));
    expect(error.error).toContain('Rehearsed');
    const id = await start({ transient: { attempts: 1, atStep: 3 }, stepMs: 30 });
    await socket.next('progress', (message) => concerns(id)(message) && message.step === 1);
    await house.call(`/v1/jobs/${id}/notes`, { body: { mood: 'good' } });
    const note = await socket.next('the note', ({ type }) => type === 'custom');
    expect(note).toMatchObject({ session_id: id, data: { mood: 'good' } });
    await socket.next('the end', completes(id));
    const percents = of(socket, id).flatMap(({ progress_percent }) => (progress_percent as number | undefined) ?? []);
    expect(percents).toEqual([...percents].sort((left, right) => left - right));
    expect(typesOf(socket, id).filter((type) => type === 'generation_start')).toHaveLength(1);
    wellFormed(socket);
    socket.close();
  });

  it('sends previews to sockets that were opened for them, to no others', async () => {
    const [with_, without] = [await openJsonWire(house.url, '/ws?previews=true'), await openJsonWire(house.url, '/ws')];
    const id = await start({ stepMs: 40 });
    for (const socket of [with_, without]) await socket.next('the end', completes(id));
    const previews = of(with_, id).flatMap(({ preview }) => (preview as string | undefined) ?? []);
    expect(previews.length).toBeGreaterThan(0);
    expect(
      Buffer.from(previews[0] ?? '', 'base64')
        .subarray(0, 2)
        .toString('hex'),
    ).toBe('ffd8');
    expect(of(without, id).some(({ preview }) => preview !== undefined)).toBe(false);
    for (const socket of [with_, without]) socket.close();
  });

  it('answers a ping to its sender only, and ALL-5: survives garbage of every sort', async () => {
    const quiet = await openJsonWire(house.url, '/ws');
    const near = fc.record({ type: fc.constantFrom('subscribe', 'ping', 'subscribed'), session_id: fc.jsonValue() });
    const piece = fc.oneof(
      fc.string(),
      fc.json(),
      fc.uint8Array({ maxLength: 64 }),
      near.map((value) => JSON.stringify(value)),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(piece, { maxLength: 8 }), async (garbage) => {
        const socket = await openJsonWire(house.url, '/ws');
        for (const each of garbage) socket.sendRaw(each);
        socket.send({ type: 'ping' });
        await socket.next('the pong', ({ type }) => type === 'pong');
        socket.close();
      }),
      { numRuns: 40 },
    );
    expect(quiet.messages).toEqual([]);
    quiet.close();
  });
});

describe('HTTP', () => {
  it('fills in what a submission leaves out, takes nulls and odd keys, and names the field of bad values', async () => {
    const id = await start(
      { stepMs: 1 },
      { num_inference_steps: null, seed: null, width: '512', height: 520, nonsense: 1 },
    );
    const job = (await call(`/v1/jobs/${id}`)).json as { job: { request: Record<string, unknown>; via: string } };
    expect(job.job).toMatchObject({
      via: 'artist-session',
      request: { prompt: 'a red fox', width: 512, height: 520, steps: 30, guidance: 7.5, count: 1 },
    });
    const bad = {
      prompt: '  ',
      width: 513,
      height: 2056,
      num_inference_steps: 151,
      guidance_scale: 0,
      num_images: 5,
      seed: -1,
      session_id: 'a b',
    };
    for (const [field, value] of Object.entries(bad)) {
      const answer = await house.call('/api/generate', { body: { prompt: 'x', [field]: value } });
      const { detail, error } = JSON.parse(answer.text) as { detail: string; error: string };
      expect([answer.status, detail], field).toEqual([422, expect.stringContaining(field)]);
      expect(error).toBe(detail);
      expect(answer.headers.get('x-request-id')).toMatch(/.+/);
    }
    expect((await call('/api/generate', { prompt: 'x', session_id: id })).status).toBe(200);
    expect(await call('/api/generate', { prompt: 'x', session_id: id })).toMatchObject({
      status: 409,
      json: { detail: expect.any(String), error: expect.any(String) },
    });
  });

  it('cancels what waits or runs, and finds nothing to cancel in what has ended', async () => {
    const socket = await openJsonWire(house.url, '/ws');
    const id = await start({ hangAtStep: 2 });
    await socket.next('the start', concerns(id));
    expect((await call(`/api/cancel/${id}`, {})).json).toMatchObject({ success: true, session_id: id });
    await socket.next('the end', fails(id));
    for (const gone of [id, 'nobody']) expect((await call(`/api/cancel/${gone}`, {})).status).toBe(404);
    socket.close();
  });

  it('shows the gallery newest first, features and removes images by any form of their path, and pushes all of it', async () => {
    const socket = await openJsonWire(house.url, '/ws');
    const id = await start({ stepMs: 1 }, { prompt: 'an owl in the gallery', num_images: 2 });
    await socket.next('the end', completes(id));
    const native = await house.call('/v1/jobs', {
      body: { kind: 'image', request: { prompt: 'an owl of another', width: 64, height: 64, steps: 1 } },
    });
    const { job } = JSON.parse(native.text) as { job: { id: string } };
    await socket.next('the other end', completes(job.id));
    const list = async (query: string) => z.array(entrySchema).parse((await call(`/api/images${query}`)).json);
    const owls = await list('?search=owl');
    expect(owls.map(({ prompt }) => prompt)).toEqual(['an owl of another', ...Array(2).fill('an owl in the gallery')]);
    expect(owls[0]).toMatchObject({
      featured: false,
      filename: expect.stringMatching(/\.png$/),
      full_url: owls[0]?.path,
    });
    expect((await house.call(owls[0]?.thumbnail_url ?? '')).status).toBe(200);
    expect(await list('?limit=1')).toHaveLength(1);
    const { path = '', filename = '' } = owls[1] ?? {};
    for (const [index, form] of [encodeURIComponent(path), filename, path.slice(1), path].entries()) {
      const featured = index % 2 === 0;
      const answer = await call(`/api/images/${form}/featured?featured=${featured}`, undefined, 'PUT');
      expect(answer, form).toMatchObject({ status: 200, json: { success: true, featured } });
      await until(
        () =>
          galleryOf(socket, 'featured').filter((entry) => entry.filename === filename && entry.featured === featured)
            .length > Math.floor(index / 2),
        'the push',
      );
    }
    await house.call(`/v1/jobs/${id}`, { method: 'PATCH', body: { favorite: true } });
    expect((await list('?search=gallery')).every((entry) => entry.featured)).toBe(true);
    expect((await call(`/api/images/${encodeURIComponent(path)}`, undefined, 'DELETE')).json).toMatchObject({
      success: true,
    });
    await until(
      () => galleryOf(socket, 'deleted').some((entry) => entry.filename === filename && entry.path === path),
      'the removal',
    );
    expect((await call(`/api/images/${filename}`, undefined, 'DELETE')).status).toBe(404);
    expect((await house.call(path)).status).toBe(404);
    expect(await house.call(`/v1/jobs/${job.id}`, { method: 'DELETE' })).toMatchObject({ status: 204 });
    await until(
      () => galleryOf(socket, 'deleted').some((entry) => entry.path === owls[0]?.path),
      'the removal of a whole job',
    );
    expect((await list('?search=owl')).map((entry) => entry.path)).toEqual([owls[2]?.path]);
    wellFormed(socket);
    socket.close();
  });

  it('tells open sockets and waiting jobs in /health', async () => {
    const before = (await call('/health')).json as Record<string, unknown>;
    const socket = await openJsonWire(house.url, '/ws');
    const other = await openJsonWire(house.url, '/v1/stream');
    const hanging = await Promise.all([1, 2, 3, 4].map(() => start({ hangAtStep: 1 })));
    await start();
    await until(
      async () => ((await call('/health')).json as { generation_queue: number }).generation_queue === 1,
      'the queue',
    );
    expect((await call('/health')).json).toMatchObject({
      status: 'ok',
      websocket_connections: (before.websocket_connections as number) + 1,
    });
    for (const id of hanging) await call(`/api/cancel/${id}`, {});
    socket.close();
    other.close();
  });

  it('ALL-1: knows sessions of images only', async () => {
    const song = await house.call('/v1/jobs', {
      body: {
        kind: 'music',
        engine: 'rehearsal',
        request: { prompt: 'a song', lengthMs: 3000, extra: { rehearsal: { stepMs: 1 } } },
      },
    });
    const { job } = JSON.parse(song.text) as { job: { id: string } };
    expect((await call(`/api/cancel/${job.id}`, {})).status).toBe(404);
    const socket = await openJsonWire(house.url, '/ws');
    socket.send(subscribe(job.id));
    const id = await start({}, { session_id: 'an image beside it'.replaceAll(' ', '-') });
    socket.send(subscribe(id));
    await socket.next('the end', completes(id));
    expect(of(socket, job.id)).toEqual([]);
    socket.close();
  });
});

describe('a server that starts again', () => {
  it('shows running and ended sessions as before, and never less', async () => {
    const first = await startHouse({ ...ENGINE, drainMs: 0 });
    const submit = (on: House, body: object) => on.call('/api/generate', { body: { prompt: 'x', ...body } });
    const socket = await openJsonWire(first.url, '/ws');
    await submit(first, { session_id: 'ended', rehearsal: { stepMs: 1 } });
    await socket.next('the end', completes('ended'));
    await submit(first, { session_id: 'running', num_inference_steps: 10, rehearsal: { stepMs: 5, hangAtStep: 6 } });
    await socket.next('progress', (message) => concerns('running')(message) && message.progress_percent === 50);
    await first.server.stop();
    expect((await socket.untilClosed()).code).toBe(1012);
    expect(socket.messages.at(-1)).toMatchObject({ type: 'custom', data: { event: 'draining' } });
    const second = await startHouse({ ...ENGINE, dataDir: first.dataDir });
    const again = await openJsonWire(second.url, '/ws');
    for (const id of ['ended', 'running']) again.send(subscribe(id));
    const end = await again.next('the end', completes('ended'));
    const { timestamp: _, ...told } = end;
    expect(socket.messages.find(completes('ended'))).toMatchObject(told);
    const progress = await again.next(
      'progress',
      (message) => concerns('running')(message) && message.progress_percent !== undefined,
    );
    expect(progress.progress_percent).toBe(50);
    expect(typesOf(again, 'running')[0]).toBe('generation_start');
    again.close();
    await second.stop();
    await first.stop();
  });
});

describe('with keys', () => {
  const ADA = 'ada-key-0123456789abcdef';
  const EVE = 'eve-key-0123456789abcdef';

  it('takes them in the address and in headers, signs images, and shows nobody the sessions of others', async () => {
    const keyed = await startHouse({ ...ENGINE, apiKeys: `ada:${ADA},eve:${EVE}` });
    await expect(openJsonWire(keyed.url, '/ws')).rejects.toThrow('401');
    const eve = await openJsonWire(keyed.url, `/ws?token=${EVE}`);
    const ada = await openJsonWire(keyed.url, '/ws', { 'x-api-key': ADA });
    const body = { prompt: 'secret', session_id: 'chosen', rehearsal: { stepMs: 1 } };
    expect((await keyed.call('/api/generate', { body })).status).toBe(401);
    eve.send(subscribe('chosen'));
    await keyed.call('/api/generate', { body, key: ADA });
    const end = await ada.next('the end', completes('chosen'));
    const [path = ''] = end.image_paths as string[];
    expect(path).toContain('signature=');
    for (const address of [
      path,
      `/api/images/file/${path}`,
      `/api/images/file/${encodeURIComponent(path)}${path.slice(path.indexOf('?'))}`,
    ])
      expect((await keyed.call(address)).status, address).toBe(200);
    const [bare = ''] = path.split('?', 1);
    expect((await keyed.call(bare)).status).toBe(401);
    expect((await keyed.call(bare, { key: EVE })).status).toBe(404);
    expect((await keyed.call(`${bare}?${path.split('?')[1]?.replace('signature=', 'signature=x')}`)).status).toBe(401);
    expect((await keyed.call(path, { method: 'DELETE' })).status).toBe(401);
    const [image] = galleryOf(ada, 'new_image');
    expect((await keyed.call(image?.thumbnail_url ?? '')).status).toBe(200);
    expect((await keyed.call(`/api/images/${encodeURIComponent(path)}`, { method: 'DELETE', key: EVE })).status).toBe(
      404,
    );
    expect((await keyed.call(`/api/images/${image?.filename}/featured`, { method: 'PUT', key: EVE })).status).toBe(404);
    expect((await keyed.call('/api/cancel/chosen', { method: 'POST', key: EVE })).status).toBe(404);
    expect((await keyed.call('/api/images', { key: EVE })).text).toBe('[]');
    eve.send(subscribe('chosen'));
    eve.send({ type: 'ping' });
    await eve.next('the pong', ({ type }) => type === 'pong');
    expect(eve.messages.map(({ type }) => type)).toEqual(['pong']);
    // An id is an owner's own: eve may use the same.
    expect((await keyed.call('/api/generate', { body: { ...body, prompt: "eve's" }, key: EVE })).status).toBe(200);
    await eve.next('her own end', completes('chosen'));
    for (const socket of [eve, ada]) socket.close();
    await keyed.stop();
  });
});
