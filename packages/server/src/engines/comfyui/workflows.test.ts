import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ImageRequest, MusicRequest } from '@rendercast/protocol';
import sharp from 'sharp';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type * as z from 'zod';
import type { Engine } from '../engine.js';
import { createWitness, type Witness, workOf } from '../engine-witness.contract.js';
import { type Fake, startFake } from './fake-process.contract.js';
import type { optionsSchema } from './options.js';

let fake: Fake;
let folder: string;
let engine: Engine | null = null;
const inputs = new Map<string, { mediaType: string; bytes: Uint8Array }>();

beforeAll(async () => {
  fake = await startFake();
  await fake.manners({ stepMs: 3 });
  const plain = (background: string) =>
    sharp({ create: { width: 128, height: 96, channels: 3, background } })
      .png()
      .toBuffer();
  for (const [id, color] of Object.entries({ a_init: '#a42', a_mask: '#fff', a_edges: '#111' })) {
    inputs.set(id, { mediaType: 'image/png', bytes: await plain(color) });
  }
  inputs.set('a_broken', { mediaType: 'image/png', bytes: Buffer.from('no picture') });
});
afterAll(() => fake.close());
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rendercast-workflows-'));
});
afterEach(async () => {
  await engine?.close();
  engine = null;
  await rm(folder, { recursive: true });
});

const write = (name: string, value: unknown) => writeFile(join(folder, name), JSON.stringify(value));
async function run(
  request: ImageRequest | MusicRequest,
  options: Partial<z.input<typeof optionsSchema>> = {},
): Promise<Witness> {
  engine ??= fake.engine(options);
  const witness = createWitness({ inputs });
  const kind = 'lengthMs' in request ? 'music' : 'image';
  await engine.run(workOf(engine, kind, request, 5), witness.context);
  return witness;
}
/** The graph that the fake wrote into the picture. */
function graphIn(bytes: Uint8Array): Record<string, { class_type: string; inputs: Record<string, unknown> }> {
  const [, text = '{}'] = /prompt\0(\{.*\}\})/.exec(Buffer.from(bytes).toString('latin1')) ?? [];
  return JSON.parse(text) as Record<string, { class_type: string; inputs: Record<string, unknown> }>;
}
const steps = {
  1: {
    class_type: 'RendercastSteps',
    inputs: { steps: 4, step_ms: 2, width: 64, height: 64, seed: 1, fail: 'none' },
    _meta: { title: 'Dream' },
  },
  2: { class_type: 'SaveImage', inputs: { images: ['1', 0], filename_prefix: 'mine' } },
  3: { class_type: 'PreviewImage', inputs: { images: ['1', 0] } },
};
const mapping = { title: 'Dreams', inputs: { seed: '1.seed', steps: '1.steps', width: ['1.width'] } };

describe('the built-in template', () => {
  test('paints the masked part of a picture anew', async () => {
    const witness = await run(
      {
        prompt: 'a fox',
        inputs: [
          { artifactId: 'a_init', role: 'init', strength: 0.7 },
          { artifactId: 'a_mask', role: 'mask' },
        ],
      },
      { metadata: 'kept' },
    );
    const [output] = witness.outputs;
    expect([output?.width, output?.height]).toEqual([128, 96]);
    const nodes = Object.values(graphIn(output?.bytes ?? new Uint8Array()));
    expect(nodes.map(({ class_type }) => class_type)).toEqual(
      expect.arrayContaining(['LoadImageMask', 'SetLatentNoiseMask']),
    );
    expect(nodes.find(({ class_type }) => class_type === 'KSampler')?.inputs.denoise).toBe(0.7);
  });

  test('guides by as many pictures as are given, in order, each with its weight and range', async () => {
    const control = {
      artifactId: 'a_edges',
      role: 'control',
      weight: 0.8,
      startFraction: 0.1,
      endFraction: 0.9,
    } as const;
    const witness = await run(
      {
        prompt: 'a fox',
        width: 64,
        height: 64,
        inputs: [
          { ...control, control: 'edges' },
          { ...control, control: 'depth.safetensors' },
        ],
      },
      {
        metadata: 'kept',
        controls: {
          edges: {
            model: 'canny.safetensors',
            preprocessor: 'Canny',
            inputs: { low_threshold: 0.2, high_threshold: 0.6 },
          },
        },
      },
    );
    const graph = graphIn(witness.outputs[0]?.bytes ?? new Uint8Array());
    expect(graph[23]?.inputs).toMatchObject({
      positive: ['6', 0],
      image: ['21', 0],
      strength: 0.8,
      start_percent: 0.1,
      end_percent: 0.9,
    });
    expect(graph[27]?.inputs).toMatchObject({ positive: ['23', 0], negative: ['23', 1], image: ['24', 0] });
    expect(graph[3]?.inputs).toMatchObject({ positive: ['27', 0], negative: ['27', 1] });
    expect((await engine?.capabilities())?.features).toContain('control');
  });

  test.each([
    [{ inputs: [{ artifactId: 'a_edges', role: 'control', control: 'smell' }] }, 'unsupported_request'],
    [{ inputs: [{ artifactId: 'a_mask', role: 'mask' }] }, 'invalid_field'],
    [{ inputs: [{ artifactId: 'a_broken', role: 'init' }] }, 'invalid_field'],
  ] as const)('refuses %j', async (wish, code) => {
    await expect(run({ prompt: 'a fox', ...wish, inputs: [...wish.inputs] })).rejects.toMatchObject({
      code,
      retryable: false,
    });
  });

  test('takes the workflow out of what it hands in, or leaves it', async () => {
    const stripped = await run({ prompt: 'a secret', width: 64, height: 64 });
    expect(Buffer.from(stripped.outputs[0]?.bytes ?? []).includes('secret')).toBe(false);
    expect((await sharp(stripped.outputs[0]?.bytes).metadata()).format).toBe('png');
    await engine?.close();
    engine = null;
    const kept = await run({ prompt: 'a secret', width: 64, height: 64 }, { metadata: 'kept' });
    expect(Buffer.from(kept.outputs[0]?.bytes ?? []).includes('secret')).toBe(true);
  });

  test('understands the names of samplers that people know, and hands in the format that was asked for', async () => {
    const witness = await run({ prompt: 'a fox', width: 64, height: 64, sampler: 'DPM++ 2M Karras', format: 'webp' });
    expect(witness.outputs[0]).toMatchObject({ mediaType: 'image/webp', name: 'picture-1.webp' });
  });
});

describe('a workflow of the operator', () => {
  test('is chosen by model or by extra.workflow, and gets what its mapping binds', async () => {
    await write('dream.json', steps);
    await write('dream.map.json', { ...mapping, extra: { pause: '1.step_ms' } });
    const options = { workflows: folder, metadata: 'kept' } as const;
    const byModel = await run({ prompt: 'ignored', model: 'dream', steps: 3, width: 96 }, options);
    expect(byModel.outputs).toHaveLength(1);
    expect(byModel.stages.map(({ stage }) => stage)).toContain('Dream');
    expect((await engine?.capabilities())?.models).toContainEqual({ id: 'dream', title: 'Dreams' });
    const byName = await run({ prompt: 'ignored', extra: { workflow: 'dream', pause: 1 } });
    expect(graphIn(byName.outputs[0]?.bytes ?? new Uint8Array())[1]?.inputs).toMatchObject({
      seed: 5,
      steps: 4,
      step_ms: 1,
    });
  });

  test('may hand in its picture over the socket', async () => {
    await write('wire.json', {
      ...steps,
      2: { class_type: 'SaveImageWebsocket', inputs: { images: ['1', 0] } },
      3: steps[3],
    });
    await write('wire.map.json', { ...mapping, outputs: ['2'] });
    const witness = await run({ prompt: 'x', model: 'wire' }, { workflows: folder });
    expect(witness.outputs).toHaveLength(1);
    expect(witness.outputs[0]).toMatchObject({ mediaType: 'image/png', width: 64 });
  });

  test('may make songs', async () => {
    await write('tune.json', {
      1: { class_type: 'RehearsalSaveWave', inputs: { seconds: 1, seed: 1, filename_prefix: 'tune' } },
    });
    await write('tune.map.json', { kind: 'music', inputs: { seconds: '1.seconds', seed: '1.seed' } });
    const witness = await run({ prompt: 'a tune', lengthMs: 2_000, model: 'tune' }, { workflows: folder });
    expect(witness.outputs[0]).toMatchObject({ mediaType: 'audio/wav', durationMs: 2_000, name: 'song-1.wav' });
    expect((await engine?.capabilities())?.kinds).toEqual(['image', 'music']);
  });

  test('that runs in part only is a failure, and what runs is stopped', async () => {
    const bad = { class_type: 'SaveImage', inputs: { images: ['9', 0], filename_prefix: 'bad' } };
    await write('half.json', { ...steps, 4: bad });
    await write('half.map.json', {});
    const before = (await fake.state()).posted.length;
    await expect(run({ prompt: 'x', model: 'half' }, { workflows: folder })).rejects.toMatchObject({
      ...{ code: 'engine_failed', retryable: false },
    });
    const { posted, endings } = await fake.state();
    expect(posted).toHaveLength(before + 1);
    expect(endings.filter(({ id, how }) => id === posted.at(-1) && how === 'success')).toEqual([]);
  });

  test('that needs what is not installed is not offered, and the backend says why', async () => {
    await write('odd.json', { ...steps, 1: { ...steps[1], class_type: 'NotInstalled' } });
    await write('odd.map.json', { inputs: { seed: '1.seed' } });
    engine = fake.engine({ workflows: folder });
    const { models, message, health } = await engine.capabilities();
    expect([health, models.some(({ id }) => id === 'odd')]).toEqual(['up', false]);
    expect(message).toBe('The workflow "odd" needs the node "NotInstalled", which is not installed.');
    await expect(run({ prompt: 'x', model: 'odd' })).rejects.toMatchObject({ code: 'unsupported_request' });
  });

  test.each([
    [
      'binds a node that is not there',
      { inputs: { seed: '7.seed' } },
      steps,
      /binds seed to 7\.seed: it has no such node/,
    ],
    ['binds an input that is not there', { inputs: { seed: '1.seeed' } }, steps, /no such input/],
    ['has an unknown key', { imputs: {} }, steps, /mapping file/],
    ['is in the format of the editor', {}, { nodes: [], links: [] }, /export it in API format/],
  ])('that %s is refused at the start, in words', async (_, map, graph, words) => {
    await write('wrong.json', graph);
    await write('wrong.map.json', map);
    expect(() => fake.engine({ workflows: folder })).toThrow(words);
  });
});
