import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { generatedSchema, recordSchema, type TaskRecord } from '@rendercast/protocol/dialects/image-task/index';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import * as z from 'zod';
import { type House, startHouse } from '../support/house.js';
import { type JsonMessage, type JsonWire, openJsonWire } from '../support/json-wire.js';

const pathOf = (task: string) => `/ws/image-generation/${encodeURIComponent(task)}`;
const ofType = (type: string) => (message: JsonMessage) => message['type'] === type;
const withStatus = (status: string) => (message: JsonMessage) => message['status'] === status;
const refusalSchema = z.object({ success: z.literal(false), message: z.string().min(1), detail: z.string().min(1) });

/** The records that a socket heard; each has all its keys. */
function recordsOf(wire: JsonWire): TaskRecord[] {
  return wire.messages.filter(ofType('progress')).map((message) => recordSchema.parse(message));
}

/** Start and end once, nothing falls, the total stays as it is. */
function expectWholeTask(records: readonly TaskRecord[], totalSteps: number): void {
  const percentages = records.map(({ percentage }) => percentage);
  expect(percentages).toStrictEqual([...percentages].sort((left, right) => left - right));
  const running = records.filter(({ status }) => status === 'generating');
  expect(new Set(running.map(({ total_steps }) => total_steps))).toStrictEqual(new Set([totalSteps]));
  for (const { current_step: step, total_steps: steps, percentage } of records)
    expect(percentage).toBeCloseTo((step / steps) * 100);
  expect(records.filter(({ status }) => status === 'completed')).toHaveLength(1);
  expect(records.at(-1)).toMatchObject({
    ...{ status: 'completed', percentage: 100, current_step: totalSteps, total_steps: totalSteps },
    ...{ estimated_remaining: 0, error: null },
  });
}

describe('a task on the engine of the house', () => {
  let house: House;
  beforeAll(async () => {
    house = await startHouse();
  });
  afterAll(() => house.stop());
  const generate = (body: object, path = '/api/media/generate') => house.call(path, { body });

  it('is followed from before it exists over both stages to its image; the last record comes before the answer', async () => {
    const wire = await openJsonWire(house.url, pathOf('task-1'));
    expect(await wire.next('the greeting', ofType('status'))).toMatchObject({ task_id: 'task-1' });
    const prompt = 'a red fox under a yellow moon';
    const answer = await generate({ prompt, task_id: 'task-1', num_inference_steps: 20, width: 128, height: 128 });
    const heard = recordsOf(wire);
    expect(answer.status, answer.text).toBe(200);
    const { image_url: url, ...rest } = answer.as(generatedSchema);
    expect(rest).toMatchObject({ success: true, task_id: 'task-1', image: { width: 128, height: 128, url } });
    expect(url.startsWith(`${house.url}/`)).toBe(true);
    expect((await fetch(url)).headers.get('content-type')).toBe('image/png');
    expectWholeTask(heard, 50);
    expect(heard[0]).toMatchObject({ status: 'pending', current_step: 0, current_stage: '' });
    const stages = heard.filter(({ status }) => status === 'generating').map(({ current_stage: stage }) => stage);
    expect([...new Set(stages)]).toStrictEqual(['base_model', 'refiner_model']);
    expect(heard.some(({ message }) => /^Base model generation: step \d+\/50$/.test(message))).toBe(true);

    const late = await openJsonWire(house.url, `/api${pathOf('task-1')}`);
    expect(await late.next('the state', ofType('progress'))).toMatchObject({ status: 'completed', percentage: 100 });
    for (const each of [wire, late]) {
      expect(each.closed).toBeNull();
      each.close();
    }
  });

  it('answers pings and questions, passes over garbage, and stays open', async () => {
    const wire = await openJsonWire(house.url, pathOf('task "2" ä'));
    wire.sendRaw('garbage');
    wire.sendRaw(Uint8Array.of(1, 2, 3));
    wire.send([1]);
    wire.send({ type: 'get_progress' });
    wire.send({ type: 'ping' });
    await wire.next('the pong', ofType('pong'));
    await wire.next('both states', () => wire.messages.filter(ofType('status')).length === 2);
    expect(wire.messages.every(({ task_id: id, type }) => type === 'pong' || id === 'task "2" ä')).toBe(true);
    wire.close();
  });

  it('is refused with success false, a message and a detail that names the field', async () => {
    const bad: [object, string][] = [
      [{}, 'prompt'],
      [{ prompt: 'ab' }, 'prompt'],
      [{ prompt: 'x'.repeat(501) }, 'prompt'],
      [{ prompt: 'fox', num_inference_steps: 19 }, 'num_inference_steps'],
      [{ prompt: 'fox', guidance_scale: 20.5 }, 'guidance_scale'],
      [{ prompt: 'fox', task_id: 'a/b' }, 'task_id'],
      [{ prompt: 'fox', use_refinement: 'maybe' }, 'use_refinement'],
    ];
    for (const [body, field] of bad) {
      const answer = await generate(body, '/api/media/generate-image');
      expect([answer.status, answer.as(refusalSchema).detail]).toStrictEqual([422, expect.stringContaining(field)]);
    }
    const headers = { 'content-type': 'application/json' };
    const broken = await house.call('/api/media/generate', { method: 'POST', body: '{', headers });
    expect([broken.status, broken.as(refusalSchema).success]).toStrictEqual([422, false]);
  });

  it('says that it can generate', async () => {
    const health = await house.call('/api/media/health');
    expect(health.as(z.object({ generation_available: z.literal(true) }))).toBeDefined();
  });
});

describe('a task that takes its time', () => {
  let dataDir: string;
  let house: House;
  const settings = () => ({ dataDir, dialectEngines: 'image-task=rehearsal', drainMs: 0 });
  beforeAll(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'rendercast-task-'));
    house = await startHouse(settings());
  });
  afterAll(async () => {
    await house.stop();
    await rm(dataDir, { recursive: true, force: true });
  });
  const bodyOf = (task_id: string, script: object = {}): object => ({
    ...{ prompt: 'a rehearsal', task_id, num_inference_steps: 20, use_refinement: false },
    rehearsal: { stepMs: 5, previewEvery: 0, ...script },
  });
  const generate = (task: string, script?: object) => house.call('/api/media/generate', { body: bodyOf(task, script) });

  it('that fails or is cancelled keeps what it reached, in a record that says why; the call answers 200', async () => {
    const wire = await openJsonWire(house.url, pathOf('fails'));
    const answer = await generate('fails', { fail: { atStep: 12, code: 'out_of_memory' } });
    const { success, image_url: url, image, message } = answer.as(generatedSchema);
    expect([answer.status, success, url, image]).toStrictEqual([200, false, '', null]);
    const record = recordSchema.parse(await wire.next('the end', withStatus('failed')));
    expect(record).toMatchObject({ error: message, message: `Generation failed: ${message}`, total_steps: 20 });
    expect(record.percentage).toBeGreaterThanOrEqual(50);
    expect(record.current_stage).toBe('base_model');
    wire.close();

    const other = await openJsonWire(house.url, pathOf('cancelled'));
    const answering = generate('cancelled', { hangAtStep: 5 });
    await other.next('a step', (each) => each['current_step'] === 4);
    await house.call('/v1/jobs/cancelled/cancel', { method: 'POST' });
    expect((await answering).as(generatedSchema).success).toBe(false);
    const last = recordSchema.parse(await other.next('the end', withStatus('failed')));
    expect(last.message).toBe(`Generation failed: ${last.error ?? ''}`);
    expect(last.current_step).toBeGreaterThanOrEqual(4);
    other.close();
  });

  it('never falls over a retry, and starts and ends once', async () => {
    const wire = await openJsonWire(house.url, pathOf('again'));
    await generate('again', { transient: { attempts: 1, atStep: 10, retryAfterMs: 1 }, fallingPercent: true });
    const records = recordsOf(wire);
    expectWholeTask(records, 20);
    expect(records.filter(({ status }) => status === 'pending')).toHaveLength(1);
    wire.close();
  });

  it('shows a late reader at once where it stands, and goes on when its caller leaves', async () => {
    const caller = new AbortController();
    const call = fetch(`${house.url}/api/media/generate`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(bodyOf('left', { stepMs: 40 })),
      signal: caller.signal,
    });
    const early = await openJsonWire(house.url, pathOf('left'));
    await early.next('a step', (each) => Number(each['current_step']) >= 3);
    caller.abort();
    await expect(call).rejects.toThrow();
    const late = await openJsonWire(house.url, pathOf('left'));
    const [first] = [await late.next('the state', ofType('progress'))];
    expect(first).toMatchObject({ status: 'generating', total_steps: 20 });
    expect(Number(first['current_step'])).toBeGreaterThanOrEqual(3);
    await late.next('the end', withStatus('completed'));
    expectWholeTask(recordsOf(late), 20);
    early.close();
    late.close();
  });

  it('is joined by the same request while it runs, refuses another, and passes its id on once it has ended', async () => {
    const wire = await openJsonWire(house.url, pathOf('shared'));
    const both = [1, 2].map(() => generate('shared', { stepMs: 30 }));
    await wire.next('a step', withStatus('generating'));
    const other = await generate('shared', { stepMs: 31 });
    expect([other.status, other.as(refusalSchema).success]).toStrictEqual([409, false]);
    const [one, two] = (await Promise.all(both)).map((answer) => answer.as(generatedSchema).image_url);
    expect(two).toBe(one);
    await wire.next('the end', withStatus('completed'));
    const before = recordsOf(wire).length;
    const next = (await generate('shared', { stepMs: 30 })).as(generatedSchema);
    expect(next.image_url).not.toBe(one);
    await wire.next('the second end', () => wire.messages.filter(withStatus('completed')).length === 2);
    const heard = recordsOf(wire).slice(before);
    expect(heard[0]).toMatchObject({ status: 'pending', percentage: 0 });
    expectWholeTask(heard, 20);
    wire.close();
  });

  it('says goodbye when the server goes down, and is shown as before when it is back', async () => {
    await generate('ended');
    const running = generate('running', { stepMs: 100 }).catch(() => null);
    const wire = await openJsonWire(house.url, pathOf('running'));
    await wire.next('a step', withStatus('generating'));
    await house.stop();
    await running;
    expect((await wire.untilClosed()).code).toBe(1012);
    expect(wire.messages.at(-1)).toMatchObject({ type: 'status', task_id: 'running' });
    house = await startHouse(settings());
    const ended = await openJsonWire(house.url, pathOf('ended'));
    expect(await ended.next('its state', ofType('progress'))).toMatchObject({ status: 'completed', total_steps: 20 });
    const again = await openJsonWire(house.url, pathOf('running'));
    expect(await again.next('its end', withStatus('completed'))).toMatchObject({ percentage: 100 });
    ended.close();
    again.close();
  });
});

describe('tasks where keys are configured', () => {
  let house: House;
  beforeAll(async () => {
    house = await startHouse({ apiKeys: 'ann:ann-key-0123456789,bob:bob-key-0123456789' });
  });
  afterAll(() => house.stop());

  it('belong to their owner, also by an id that two have chosen; addresses of images are signed', async () => {
    const body = { prompt: 'a red fox', task_id: 'mine', num_inference_steps: 20, width: 64, height: 64 };
    const refused = await house.call('/api/media/generate', { body });
    expect([refused.status, refused.as(refusalSchema).success]).toStrictEqual([401, false]);
    const anns = await openJsonWire(house.url, `${pathOf('mine')}?token=ann-key-0123456789`);
    const bobs = await openJsonWire(house.url, pathOf('mine'), { 'x-api-key': 'bob-key-0123456789' });
    await expect(openJsonWire(house.url, pathOf('mine'))).rejects.toThrow('401');
    const answer = await house.call('/api/media/generate', { body, key: 'ann-key-0123456789' });
    const { image_url: url } = answer.as(generatedSchema);
    expect((await fetch(url)).status).toBe(200);
    expect((await fetch(url.split('?')[0] ?? '')).status).toBe(401);
    await anns.next('the end', withStatus('completed'));
    bobs.send({ type: 'get_progress' });
    await bobs.next('the answer', () => bobs.messages.length === 2);
    expect(bobs.messages.map(({ type }) => type)).toStrictEqual(['status', 'status']);
    anns.close();
    bobs.close();
  });
});
