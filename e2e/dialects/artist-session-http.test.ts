import { type Entry, entrySchema } from '@rendercast/protocol/dialects/artist-session/index';
import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { type House, startHouse, until } from '../support/house.js';
import { openJsonWire } from '../support/json-wire.js';
import {
  completes,
  concerns,
  expectWellFormed,
  fails,
  galleryOf,
  of,
  SESSION_ENGINE,
  subscribe,
  tellSessionStories,
  typesOf,
} from '../support/session-talk.js';

const talk = tellSessionStories();
const { call, start } = talk;

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
      seed: 1.5,
      session_id: 'a b',
    };
    for (const [field, value] of Object.entries(bad)) {
      const answer = await talk.house.call('/api/generate', { body: { prompt: 'x', [field]: value } });
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
    const socket = await openJsonWire(talk.house.url, '/ws');
    const id = await start({ hangAtStep: 2 });
    await socket.next('the start', concerns(id));
    expect((await call(`/api/cancel/${id}`, {})).json).toMatchObject({ success: true, session_id: id });
    await socket.next('the end', fails(id));
    for (const gone of [id, 'nobody']) expect((await call(`/api/cancel/${gone}`, {})).status).toBe(404);
    socket.close();
  });

  it('shows the gallery newest first, features and removes images by any form of their path, and pushes all of it', async () => {
    const socket = await openJsonWire(talk.house.url, '/ws');
    const id = await start({ stepMs: 1 }, { prompt: 'an owl in the gallery', num_images: 2 });
    await socket.next('the end', completes(id));
    const native = await talk.house.call('/v1/jobs', {
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
    expect((await talk.house.call(owls[0]?.thumbnail_url ?? '')).status).toBe(200);
    expect(await list('?limit=1')).toHaveLength(1);
    const { path, filename } = owls[1] as Entry;
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
    await talk.house.call(`/v1/jobs/${id}`, { method: 'PATCH', body: { favorite: true } });
    expect((await list('?search=gallery')).every((entry) => entry.featured)).toBe(true);
    expect((await call(`/api/images/${encodeURIComponent(path)}`, undefined, 'DELETE')).json).toMatchObject({
      success: true,
    });
    await until(
      () => galleryOf(socket, 'deleted').some((entry) => entry.filename === filename && entry.path === path),
      'the removal',
    );
    expect((await call(`/api/images/${filename}`, undefined, 'DELETE')).status).toBe(404);
    expect((await talk.house.call(path)).status).toBe(404);
    expect(await talk.house.call(`/v1/jobs/${job.id}`, { method: 'DELETE' })).toMatchObject({ status: 204 });
    await until(
      () => galleryOf(socket, 'deleted').some((entry) => entry.path === owls[0]?.path),
      'the removal of a whole job',
    );
    expect((await list('?search=owl')).map((entry) => entry.path)).toEqual([owls[2]?.path]);
    expectWellFormed(socket);
    socket.close();
  });

  it('tells open sockets and waiting jobs in /health', async () => {
    const before = (await call('/health')).json as Record<string, unknown>;
    const socket = await openJsonWire(talk.house.url, '/ws');
    const other = await openJsonWire(talk.house.url, '/v1/stream');
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
    const song = await talk.house.call('/v1/jobs', {
      body: {
        kind: 'music',
        engine: 'rehearsal',
        request: { prompt: 'a song', lengthMs: 3000, extra: { rehearsal: { stepMs: 1 } } },
      },
    });
    const { job } = JSON.parse(song.text) as { job: { id: string } };
    expect((await call(`/api/cancel/${job.id}`, {})).status).toBe(404);
    const socket = await openJsonWire(talk.house.url, '/ws');
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
    const first = await startHouse({ ...SESSION_ENGINE, drainMs: 0 });
    const submit = (on: House, body: object) => on.call('/api/generate', { body: { prompt: 'x', ...body } });
    const socket = await openJsonWire(first.url, '/ws');
    await submit(first, { session_id: 'ended', rehearsal: { stepMs: 1 } });
    await socket.next('the end', completes('ended'));
    await submit(first, { session_id: 'running', num_inference_steps: 10, rehearsal: { stepMs: 5, hangAtStep: 6 } });
    await socket.next('progress', (message) => concerns('running')(message) && message.progress_percent === 50);
    await first.server.stop();
    expect((await socket.untilClosed()).code).toBe(1012);
    expect(socket.messages.at(-1)).toMatchObject({ type: 'custom', data: { event: 'draining' } });
    const second = await startHouse({ ...SESSION_ENGINE, dataDir: first.dataDir });
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
    const keyed = await startHouse({ ...SESSION_ENGINE, apiKeys: `ada:${ADA},eve:${EVE}` });
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
    for (const [index, put] of [path, `/api/images/${path}`, `/api/images${path}`].entries()) {
      const featured = index % 2 === 0;
      const address = `${put}/featured?featured=${featured}`;
      const answer = await keyed.call(address, { method: 'PUT', key: ADA });
      expect([answer.status, answer.text], address).toEqual([200, expect.stringContaining(`"featured":${featured}`)]);
      for (const key of [undefined, EVE]) {
        const refused = await keyed.call(address, { method: 'PUT', ...(key === undefined ? {} : { key }) });
        expect(refused.status, address).toBe(key === undefined ? 401 : 404);
      }
    }
    expect((await keyed.call(path, { method: 'PUT', key: ADA })).status).toBe(404);
    expect((await keyed.call(`${path}/featured?featured=maybe`, { method: 'PUT', key: ADA })).status).toBe(422);
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
