import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { until } from '../support/house.js';
import { type JsonMessage, openJsonWire } from '../support/json-wire.js';
import {
  completes,
  concerns,
  expectWellFormed,
  fails,
  galleryOf,
  of,
  subscribe,
  tellSessionStories,
  typesOf,
} from '../support/session-talk.js';

const talk = tellSessionStories();
const { call, start } = talk;

describe('the socket', () => {
  it('tells a socket that never subscribes everything, from the start to the images, with every step', async () => {
    const socket = await openJsonWire(talk.house.url, '/ws');
    // It is open a moment before it hears: from then on it is told all.
    const before = await start({ hangAtStep: 1 });
    await socket.next('what runs already', concerns(before));
    const id = await start({ stepMs: 40 }, { num_images: 2 });
    await socket.next('the end', completes(id));
    await call(`/api/cancel/${before}`, {});
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
        const file = await talk.house.call(address);
        expect([file.status, file.headers.get('content-type')], address).toEqual([200, 'image/png']);
      }
    const part = await talk.house.call(end.image_paths[0] ?? '', { headers: { range: 'bytes=0-3' } });
    expect([part.status, part.bytes.length]).toEqual([206, 4]);
    expectWellFormed(socket);
    socket.close();
  });

  it('tells a socket that has subscribed its sessions only, and what concerns none', async () => {
    const socket = await openJsonWire(talk.house.url, '/ws');
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
    const early = await openJsonWire(talk.house.url, '/ws');
    const ended = await start();
    await early.next('the end', completes(ended));
    const running = await start({ hangAtStep: 3 });
    await early.next('progress', (message) => concerns(running)(message) && message.progress_percent === 50);
    const hanging = await Promise.all([1, 2, 3].map(() => start({ hangAtStep: 1 })));
    const waiting = await start();
    const late = await openJsonWire(talk.house.url, '/ws');
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
    const after = early.messages
      .slice(before)
      .filter((message) => [ended, running].some((id) => concerns(id)(message)));
    expect(after.map(({ type, session_id }) => [type, session_id])).toEqual([['generation_error', running]]);
    for (const id of hanging) await call(`/api/cancel/${id}`, {});
    await late.next('what waited', completes(waiting));
    expect(typesOf(late, waiting)[0]).toBe('generation_start');
    for (const socket of [early, late]) socket.close();
  });

  it('tells a socket that never subscribes what runs already, start first', async () => {
    const early = await openJsonWire(talk.house.url, '/ws');
    const id = await start({ hangAtStep: 3 });
    const isHalf = (message: JsonMessage) => concerns(id)(message) && message.progress_percent === 50;
    await early.next('progress', isHalf);
    const late = await openJsonWire(talk.house.url, '/ws');
    await late.next('progress', isHalf);
    expect(typesOf(late, id)).toEqual(['generation_start', 'generation_progress']);
    for (const socket of [early, late]) socket.close();
  });

  it('ALL-4: keeps two sessions apart that run at once', async () => {
    const [one, two] = [await openJsonWire(talk.house.url, '/ws'), await openJsonWire(talk.house.url, '/ws')];
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
    const socket = await openJsonWire(talk.house.url, '/ws');
    const failing = await start({ fail: { atStep: 3, code: 'out_of_memory', retryable: false } });
    const error = await socket.next('the error', fails(failing));
    expect(error.error).toContain('Rehearsed');
    const id = await start({ transient: { attempts: 1, atStep: 3 }, stepMs: 30 });
    await socket.next('progress', (message) => concerns(id)(message) && message.step === 1);
    await talk.house.call(`/v1/jobs/${id}/notes`, { body: { mood: 'good' } });
    const note = await socket.next('the note', ({ type }) => type === 'custom');
    expect(note).toMatchObject({ session_id: id, data: { mood: 'good' } });
    await socket.next('the end', completes(id));
    const percents = of(socket, id).flatMap(({ progress_percent }) => (progress_percent as number | undefined) ?? []);
    expect(percents).toEqual([...percents].sort((left, right) => left - right));
    expect(typesOf(socket, id).filter((type) => type === 'generation_start')).toHaveLength(1);
    expectWellFormed(socket);
    socket.close();
  });

  it('sends previews to sockets that were opened for them, to no others', async () => {
    const [with_, without] = [
      await openJsonWire(talk.house.url, '/ws?previews=true'),
      await openJsonWire(talk.house.url, '/ws'),
    ];
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
    const quiet = await openJsonWire(talk.house.url, '/ws');
    const near = fc.record({ type: fc.constantFrom('subscribe', 'ping', 'subscribed'), session_id: fc.jsonValue() });
    const piece = fc.oneof(
      fc.string(),
      fc.json(),
      fc.uint8Array({ maxLength: 64 }),
      near.map((value) => JSON.stringify(value)),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(piece, { maxLength: 8 }), async (garbage) => {
        const socket = await openJsonWire(talk.house.url, '/ws');
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
