import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { resultSchema, serverMessageSchema } from '@rendercast/protocol/dialects/music-render/index';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import * as z from 'zod';
import { type House, startHouse, until } from '../support/house.js';
import { type JsonMessage, openJsonWire } from '../support/json-wire.js';
import { holdEngine } from '../support/test-page.js';

const planOf = (title: string, duration_ms = 3_000): object => ({
  title,
  positive_global_styles: ['calm'],
  negative_global_styles: [],
  sections: [{ section_name: 'Intro', duration_ms, positive_local_styles: [], negative_local_styles: [], lines: [] }],
});
const STAGES = ['connected', 'validating', 'validated', 'generating', 'processing', 'saving', 'extracting', 'complete'];
const messageWith = (type: string) => (message: JsonMessage) => message['type'] === type;
const atStage = (stage: string) => (message: JsonMessage) => message['stage'] === stage;
const statusSchema = z.object({
  stage: z.string(),
  progress_percent: z.int(),
  result: resultSchema.nullable(),
  error: z.string().nullable(),
});

function expectWholeRender(messages: readonly JsonMessage[]): void {
  for (const message of messages) expect(serverMessageSchema.safeParse(message).error?.issues).toBeUndefined();
  const progress = messages.filter(messageWith('progress'));
  expect([...new Set(progress.map(({ stage }) => stage))]).toStrictEqual(STAGES);
  const percents = progress.map((message) => Number(message['progress_percent']));
  expect(percents).toStrictEqual([...new Set(percents)].sort((left, right) => left - right));
  expect(percents.at(-1)).toBe(100);
  expect(messages.at(-1)?.['type']).toBe('result');
}

describe('a render on the engine of the house', () => {
  let house: House;
  beforeAll(async () => {
    house = await startHouse();
  });
  afterAll(() => house.stop());

  it('goes from the plan over every stage to a song that can be downloaded and played, and closes with 1000', async () => {
    const wire = await openJsonWire(house.url, '/render/ws');
    await wire.next('the greeting', atStage('connected'));
    wire.send({ type: 'render', composition_plan: planOf('  Night  Walk, No. 1!') });
    expect(await wire.untilClosed()).toMatchObject({ code: 1000 });
    expectWholeRender(wire.messages);
    const result = resultSchema.parse(wire.messages.at(-1)?.['data']);
    expect(result.filename).toMatch(/^_night_walk_no_1_[0-9a-f]{8}\.mp3$/);
    expect(result).toMatchObject({ content_type: 'audio/mpeg', composition_plan: planOf('  Night  Walk, No. 1!') });
    expect(result.download_url).toBe(`/render/download/${result.filename}`);
    expect(result.file_path).toBe(result.filename);
    for (const message of wire.messages.slice(1)) expect(JSON.stringify(message)).toContain(result.request_id);
    expect(wire.messages.find(atStage('generating'))?.['message']).toContain('embedded-music');

    const whole = await house.call(result.download_url);
    expect([whole.status, whole.bytes.length]).toStrictEqual([200, result.file_size_bytes]);
    expect(whole.headers.get('content-length')).toBe(String(result.file_size_bytes));
    expect(whole.headers.get('content-disposition')).toContain(`attachment; filename="${result.filename}"`);
    const part = await house.call(result.stream_url, { headers: { range: 'bytes=10-19' } });
    expect([part.status, part.bytes]).toStrictEqual([206, whole.bytes.slice(10, 20)]);
    expect(part.headers.get('content-type')).toBe('audio/mpeg');
    expect(part.headers.get('content-disposition')).toMatch(/^inline/);
    expect(whole.headers.get('accept-ranges')).toBe('bytes');
    const unknown = await house.call('/render/download/night_walk_00000000.mp3');
    expect([unknown.status, unknown.text]).toStrictEqual([404, expect.stringContaining('"detail"')]);
    const status = (await house.call(`/render/status/${result.request_id}`)).as(statusSchema);
    expect(status).toMatchObject({ stage: 'complete', progress_percent: 100, error: null, result });
    expect((await house.call('/render/status/j_none')).status).toBe(404);
  });

  it('answers POST /render with the result, and makes a new song of the same plan once that was handed over', async () => {
    const one = (await house.call('/render', { body: planOf('Twice') })).as(resultSchema);
    const two = (await house.call('/render', { body: { composition_plan: planOf('Twice') } })).as(resultSchema);
    expect(two.request_id).not.toBe(one.request_id);
    expect(one.filename).toMatch(/^twice_[0-9a-f]{8}\.mp3$/);
  });

  it('makes a plan from words that can be rendered as it is', async () => {
    const answer = await house.call('/plan', { body: { prompt: 'a calm piano piece', music_length_ms: 3_000 } });
    expect(answer.status, answer.text).toBe(200);
    const plan = answer.as(z.object({ sections: z.array(z.object({ duration_ms: z.int().min(3_000) })) }));
    expect(plan.sections.length).toBeGreaterThan(0);
    const song = await house.call('/render', { body: JSON.parse(answer.text) as object });
    expect(song.status, song.text).toBe(200);
    expect((await house.call('/plan', { body: { prompt: ' ' } })).status).toBe(422);
  });

  const BAD: [string, string | Uint8Array, string, string][] = [
    ['no JSON', '{"type":', 'INVALID_REQUEST', ''],
    ['no object', '[1]', 'INVALID_REQUEST', ''],
    ['bytes', Uint8Array.of(1, 2), 'INVALID_REQUEST', ''],
    ['another type', '{"type":"sing","composition_plan":{}}', 'INVALID_REQUEST', 'type'],
    ['no plan', '{"type":"render"}', 'INVALID_REQUEST', 'composition_plan'],
    ['a wrong type', '{"composition_plan":{"title":1,"sections":[]}}', 'INVALID_REQUEST', 'title'],
    ['a missing field', '{"composition_plan":{"sections":[{"duration_ms":3000}]}}', 'INVALID_REQUEST', 'section_name'],
    ['a plan that nests too deep', `{"composition_plan":${'['.repeat(100)}${']'.repeat(100)}}`, 'INVALID_REQUEST', ''],
    ['no sections', '{"composition_plan":{}}', 'VALIDATION_ERROR', 'sections'],
    ['an empty list of sections', '{"composition_plan":{"sections":[]}}', 'VALIDATION_ERROR', 'sections'],
    ['null for sections', '{"composition_plan":{"sections":null}}', 'VALIDATION_ERROR', 'sections'],
    ['a short section', JSON.stringify({ composition_plan: planOf('x', 2_999) }), 'VALIDATION_ERROR', 'duration_ms'],
    ['a long song', JSON.stringify({ composition_plan: planOf('x', 600_001) }), 'VALIDATION_ERROR', 'sections'],
  ];
  it.each(BAD)('refuses %s with the very next message, and closes with 1000', async (_name, data, code, field) => {
    const wire = await openJsonWire(house.url, '/render/ws');
    await wire.next('the greeting', atStage('connected'));
    wire.sendRaw(data);
    expect(await wire.untilClosed()).toMatchObject({ code: 1000 });
    expect(wire.messages).toHaveLength(2);
    expect(wire.messages[1]).toMatchObject({ type: 'error', error_code: code });
    expect(wire.messages[1]?.['message']).toContain(field);
  });

  it('refuses a bad plan over HTTP with 422 and a detail that names the field', async () => {
    const answer = await house.call('/render', { body: planOf('x', 1) });
    expect([answer.status, answer.text]).toStrictEqual([422, expect.stringContaining('sections.0.duration_ms')]);
    expect(answer.as(z.object({ detail: z.string() })).detail).not.toBe('');
    const headers = { 'content-type': 'application/json' };
    for (const body of ['{', '[]', 'null', ''])
      expect((await house.call('/render', { method: 'POST', body, headers })).status).toBe(422);
  });
});

describe('a render that takes its time', () => {
  let dataDir: string;
  let house: House;
  beforeAll(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'rendercast-render-'));
    house = await startHouse({ dataDir, dialectEngines: 'music-render=rehearsal', drainMs: 0 });
  });
  afterAll(async () => {
    await house.stop();
    await rm(dataDir, { recursive: true, force: true });
  });

  async function begin(title: string) {
    const wire = await openJsonWire(house.url, '/render/ws');
    wire.send({ composition_plan: planOf(title) });
    const { request_id: id } = await wire.next('the engine', atStage('generating'));
    return { wire, id: String(id) };
  }

  it('goes on when its socket drops, and whoever sends the plan again joins it, until its result was handed over', async () => {
    const { wire, id } = await begin('Lost');
    wire.terminate();
    const joined = await Promise.all([1, 2].map(() => house.call('/render', { body: planOf('Lost') })));
    expect(joined.map((answer) => answer.as(resultSchema).request_id)).toStrictEqual([id, id]);
    const fresh = await openJsonWire(house.url, '/render/ws');
    fresh.send({ composition_plan: planOf('Lost') });
    const { request_id: next } = await fresh.next('the engine', atStage('generating'));
    expect(next).not.toBe(id);
    fresh.close();
  });

  it('that ended while nobody listened is handed over at once to the next who asks', async () => {
    const { wire, id } = await begin('Unheard');
    wire.terminate();
    await until(
      async () => (await house.call(`/render/status/${id}`)).as(statusSchema).stage === 'complete',
      'the end of the render',
    );
    const late = await openJsonWire(house.url, '/render/ws');
    late.send({ composition_plan: planOf('Unheard') });
    await late.untilClosed();
    expectWholeRender(late.messages);
    expect(resultSchema.parse(late.messages.at(-1)?.['data']).request_id).toBe(id);
  });

  it('is one render for two that ask at once', async () => {
    const answers = await Promise.all([1, 2, 3].map(() => house.call('/render', { body: planOf('At once') })));
    expect(new Set(answers.map((answer) => answer.as(resultSchema).request_id)).size).toBe(1);
  });

  it('that is cancelled says SERVER_ERROR before it closes, and passes over what its client says later', async () => {
    const { wire, id } = await begin('Cancelled');
    wire.sendRaw('garbage');
    wire.send({ type: 'render', composition_plan: planOf('Another') });
    await house.call(`/v1/jobs/${id}/cancel`, { method: 'POST' });
    expect(await wire.untilClosed()).toMatchObject({ code: 1000 });
    expect(wire.messages.at(-1)).toMatchObject({ type: 'error', error_code: 'SERVER_ERROR', request_id: id });
    const { error, result } = (await house.call(`/render/status/${id}`)).as(statusSchema);
    expect([error, result]).toStrictEqual([wire.messages.at(-1)?.['message'], null]);
  });

  it('stays at validated while it waits for its turn; cancelled, it is a 500 for who called POST /render', async () => {
    const letGo = await holdEngine(house, 'music');
    const wire = await openJsonWire(house.url, '/render/ws');
    wire.send({ composition_plan: planOf('Waits') });
    const { request_id: id } = await wire.next('its turn', atStage('validated'));
    const calling = house.call('/render', { body: planOf('Waits') });
    const status = (await house.call(`/render/status/${id}`)).as(statusSchema);
    expect([status.stage, status.progress_percent]).toEqual(['validated', 10]);
    expect(wire.messages.map(({ progress_percent: percent }) => percent)).toEqual([0, 5, 10]);
    await house.call(`/v1/jobs/${id}/cancel`, { method: 'POST' });
    const answer = await calling;
    expect([answer.status, answer.as(z.object({ detail: z.string() })).detail]).toEqual([
      500,
      'The render was cancelled.',
    ]);
    await wire.untilClosed();
    await letGo();
  });

  it('says SERVER_ERROR when the server goes down, and is shown and joined as before when it is back', async () => {
    const { wire, id } = await begin('Over a restart');
    const silent = await openJsonWire(house.url, '/render/ws');
    await house.stop();
    expect([(await wire.untilClosed()).code, (await silent.untilClosed()).code]).toStrictEqual([1000, 1000]);
    expect(wire.messages.at(-1)).toMatchObject({ type: 'error', error_code: 'SERVER_ERROR' });
    house = await startHouse({ dataDir, dialectEngines: 'music-render=rehearsal', drainMs: 0 });
    const status = (await house.call(`/render/status/${id}`)).as(statusSchema);
    expect(status.error).toBeNull();
    const answer = await house.call('/render', { body: planOf('Over a restart') });
    expect(answer.as(resultSchema).request_id).toBe(id);
  });
});

describe('renders where keys are configured', () => {
  let house: House;
  beforeAll(async () => {
    house = await startHouse({ apiKeys: 'ann:ann-key-0123456789,bob:bob-key-0123456789' });
  });
  afterAll(() => house.stop());

  it('belong to their owner; the addresses in a result are signed, the socket takes a key in its address', async () => {
    await expect(openJsonWire(house.url, '/render/ws')).rejects.toThrow('401');
    const wire = await openJsonWire(house.url, '/render/ws?token=ann-key-0123456789');
    wire.send({ composition_plan: planOf('Mine') });
    await wire.untilClosed();
    const result = resultSchema.parse(wire.messages.at(-1)?.['data']);
    expect((await house.call(result.stream_url)).bytes.length).toBe(result.file_size_bytes);
    const bare = `/render/stream/${result.filename}`;
    expect((await house.call(bare)).status).toBe(401);
    expect((await house.call(bare, { key: 'bob-key-0123456789' })).status).toBe(404);
    expect((await house.call(bare, { headers: { 'x-api-key': 'ann-key-0123456789' } })).status).toBe(200);
    expect((await house.call(`/render/status/${result.request_id}`, { key: 'bob-key-0123456789' })).status).toBe(404);
  });
});
