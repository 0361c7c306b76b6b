import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type Fake, startFake } from '../../packages/server/src/engines/comfyui/fake-process.contract.js';
import { type House, startHouse, until } from '../support/house.js';
import { openJsonWire } from '../support/json-wire.js';
import { completes, expectWellFormed, fails, of, typesOf } from '../support/session-talk.js';

const PARAMS = { prompt: 'a red fox', width: 512, height: 512, num_inference_steps: 6 };

let fake: Fake;
let dataDir: string;
let house: House | null = null;
beforeAll(async () => {
  fake = await startFake();
  dataDir = await mkdtemp(join(tmpdir(), 'rendercast-comfy-'));
});
afterEach(async () => {
  await house?.stop();
  house = null;
  await fake.manners();
});
afterAll(async () => {
  await rm(dataDir, { recursive: true, force: true });
  await fake.close();
});

async function open(): Promise<House> {
  const backend = { name: 'comfy-1', engine: 'comfyui', url: fake.url, pollMs: 50, unknownMs: 300, goneAfterMs: 3_000 };
  house = await startHouse({
    ...{ dataDir, backends: JSON.stringify([backend]), dialectEngines: 'artist-session=comfyui', drainMs: 0 },
  });
  return house;
}

async function start(at: House, params: Record<string, unknown> = {}): Promise<string> {
  const answer = await at.call('/api/generate', { body: { ...PARAMS, ...params } });
  expect(answer.status).toBe(200);
  return (JSON.parse(answer.text) as { session_id: string }).session_id;
}

describe('artist-session over a ComfyUI', () => {
  it('tells every step of the server and ends with its pictures', async () => {
    await fake.manners({ stepMs: 60 });
    const at = await open();
    const socket = await openJsonWire(at.url, '/ws');
    const id = await start(at, { num_images: 2 });
    const end = await socket.next('the end', completes(id));
    const steps = of(socket, id).flatMap(({ type, step }) => (type === 'generation_progress' ? [Number(step)] : []));
    expect(steps).toEqual([...steps].sort((left, right) => left - right));
    expect(new Set(steps).size).toBeGreaterThan(4);
    const { image_paths } = end as unknown as { image_paths: string[] };
    expect(image_paths).toHaveLength(2);
    const file = await at.call(image_paths[0] ?? '');
    expect([file.status, file.headers.get('content-type')]).toEqual([200, 'image/png']);
    expectWellFormed(socket);
    socket.close();
  });

  it('cancels the running session and no other, and the next one runs', async () => {
    await fake.manners({ stepMs: 80 });
    const [foreign] = await fake.foreign({ steps: 2 });
    const at = await open();
    const socket = await openJsonWire(at.url, '/ws');
    const id = await start(at, { num_inference_steps: 100 });
    await socket.next(
      'a step',
      ({ type, step, session_id }) => type === 'generation_progress' && session_id === id && Number(step) > 1,
    );
    await at.call(`/api/cancel/${id}`, { method: 'POST' });
    await socket.next('the cancel', fails(id));
    const next = await start(at);
    await socket.next('the end', completes(next));
    const { endings } = await fake.state();
    expect(endings.find((ending) => ending.id === foreign)?.how).toBe('success');
    expect(endings.filter(({ how }) => how === 'interrupted')).toHaveLength(1);
    socket.close();
  });

  it('a restart of ours in mid-run ends with the picture of the same prompt', async () => {
    await fake.manners({ stepMs: 150 });
    const before = (await fake.state()).posted.length;
    const first = await open();
    const id = await start(first, { num_inference_steps: 20, session_id: `kept-${before}` });
    await until(async () => (await fake.state()).running, 'the prompt to run');
    await first.stop();
    const second = await open();
    const socket = await openJsonWire(second.url, '/ws');
    await socket.next('the end', completes(id));
    expect(typesOf(socket, id)).toContain('generation_progress');
    expect((await fake.state()).posted).toHaveLength(before + 1);
    socket.close();
  });
});
