import { readFileSync } from 'node:fs';
import type { ImageRequest } from '@rendercast/protocol';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { sdapiOptionsSchema } from './options.js';
import { createJobPace } from './pace.js';
import { createPartAccount } from './part-account.js';
import { type Pass, reachOfShare, stepsOf } from './passes.js';
import type { ServerTraits } from './probe.js';
import { compose } from './request-body.js';
import { errorOf, isRightModel } from './verdict.js';
import { type GlobalProgress, globalProgressSchema } from './wire.js';

const fixture = (name: string): unknown =>
  JSON.parse(readFileSync(new URL(`./fixtures/${name}.json`, import.meta.url), 'utf8'));

describe('one figure of what SD.Next says', () => {
  test('is right over two iterations with a second pass each, and never falls', () => {
    const { passes, said } = fixture('sdnext-progress') as {
      passes: Pass[];
      said: { answer: unknown; fraction: number | null }[];
    };
    const account = createPartAccount(passes);
    for (const { answer, fraction } of said) {
      const reach = account.hear(globalProgressSchema.parse(answer));
      if (fraction === null) expect(reach.fraction).toBeNull();
      else expect(reach.fraction).toBeCloseTo(fraction, 3);
    }
  });

  test('never says more than was done, whichever looks are missed', () => {
    const passes: Pass[] = [
      { stage: 'base', steps: 10 },
      { stage: 'hires', steps: 5 },
      { stage: 'base', steps: 10 },
      { stage: 'hires', steps: 5 },
    ];
    const truth = passes.flatMap((pass, at) =>
      Array.from({ length: pass.steps }, (_, step) => ({
        said: saidOf(`p${at}`, step + 1, pass.steps),
        done: (stepsOf(passes.slice(0, at)) + step + 1) / stepsOf(passes),
      })),
    );
    const looks = fc.subarray(truth, { minLength: 1 });
    fc.assert(
      fc.property(looks, (seen) => {
        const account = createPartAccount(passes);
        let before = 0;
        for (const { said, done } of seen) {
          const { fraction } = account.hear(said);
          expect(fraction).toBeLessThanOrEqual(done + 1e-9);
          expect(fraction).toBeGreaterThanOrEqual(before - 1e-9);
          before = fraction ?? 0;
        }
      }),
    );
  });
});

const saidOf = (id: string, step: number, steps: number): GlobalProgress =>
  globalProgressSchema.parse({
    id,
    progress: step / steps,
    state: { job: 'Inference', job_count: 1, job_no: 0, sampling_step: step, sampling_steps: steps },
  });

test('the share of A1111 becomes a stage, a step and a fraction by steps', () => {
  const passes: Pass[] = [
    { stage: 'base', steps: 20 },
    { stage: 'hires', steps: 10 },
  ];
  expect(reachOfShare(passes, 0.25)).toEqual({ fraction: 10 / 30, step: 10, stage: 'base', pass: 0 });
  expect(reachOfShare(passes, 0.75)).toEqual({ fraction: 25 / 30, step: 25, stage: 'hires', pass: 1 });
  expect(reachOfShare(passes, 1)).toMatchObject({ fraction: 1, step: 30 });
});

test('the time that is left is told by the fastest stretch, and is nothing before there are two', () => {
  const pace = createJobPace();
  pace.hear(0.1, 0);
  pace.hear(0.2, 1_000);
  expect(pace.leastLeftMs()).toBe(0);
  pace.hear(0.3, 1_500);
  expect(pace.leastLeftMs()).toBeCloseTo(0.7 * 5_000);
});

describe('an answer that is an error', () => {
  const forms = fixture('errors') as {
    title: string;
    status: number;
    body: string;
    code: string;
    retryable: boolean;
  }[];
  for (const { title, status, body, code, retryable } of forms) {
    test(`${title}: ${code}${retryable ? ', may be tried again' : ''}`, () => {
      const verdict = errorOf({ status, retryAfter: null, text: body });
      expect({ code: verdict.code, retryable: verdict.retryable }).toEqual({ code, retryable });
      expect(verdict.message).not.toMatch(/\/|\d{3}|127|Error/);
    });
  }

  test('says how long to wait when the server does', () => {
    expect(errorOf({ status: 429, retryAfter: '7', text: '' }).retryAfterMs).toBe(7_000);
  });
});

test('a model is known by its hash, else by its name, else not at all', () => {
  const model = { title: 'fox [aaaa1111]', model_name: 'fox', hash: 'aaaa1111', sha256: null };
  const info = {
    ...{ seed: 1, all_seeds: [1], steps: 1, sampler_name: null, cfg_scale: null, index_of_first_image: null },
    ...{ sd_model_hash: null, sd_model_name: null },
  };
  expect(isRightModel(model, { ...info, sd_model_hash: 'aaaa1111' })).toBe(true);
  expect(isRightModel(model, { ...info, sd_model_hash: 'bbbb2222' })).toBe(false);
  expect(isRightModel(model, { ...info, sd_model_name: 'hen' })).toBe(false);
  expect(isRightModel(model, info)).toBeNull();
});

describe('a request becomes what the server takes', () => {
  const traits: ServerTraits = {
    ...{ title: 'A1111', tells: 'task', countsParts: false, samplers: [] },
    models: [{ title: 'fox [aaaa1111]', model_name: 'fox', hash: 'aaaa1111', sha256: null }],
    controls: { models: ['control_canny [d14c]'], modules: ['none', 'canny'] },
  };
  const options = sdapiOptionsSchema.parse({ url: 'http://127.0.0.1:7860' });
  const composed = (request: ImageRequest, more: Partial<ServerTraits> = {}, given = options) =>
    compose({
      ...{ request, seed: 7, taskId: 'task(x)', traits: { ...traits, ...more }, options: given },
      read: async (id) => Buffer.from(id),
    });
  const base64 = (text: string) => Buffer.from(text).toString('base64');

  test('with every field in its place, and nothing that could change the server', async () => {
    const { path, body, count, model } = await composed({
      ...{ prompt: 'a fox', negativePrompt: 'hens', width: 512, height: 768, steps: 12, guidance: 5, count: 4 },
      ...{ model: 'fox', sampler: 'Euler a', style: 'ink' },
      extra: { batch_size: 2, n_iter: 2, clip_skip: 2, override_settings: { outdir: '/x' }, alwayson_scripts: {} },
    });
    expect([path, count, model?.model_name]).toEqual(['/sdapi/v1/txt2img', 4, 'fox']);
    expect(body).toEqual({
      ...{ prompt: 'a fox', negative_prompt: 'hens', width: 512, height: 768, steps: 12, cfg_scale: 5, seed: 7 },
      ...{ sampler_name: 'Euler a', styles: ['ink'], batch_size: 2, n_iter: 2, clip_skip: 2 },
      ...{ force_task_id: 'task(x)', send_images: true, save_images: false },
      ...{ override_settings: { sd_model_checkpoint: 'fox [aaaa1111]' }, override_settings_restore_afterwards: true },
    });
  });

  test('from a picture and a mask, with fewer steps for less freedom', async () => {
    const { path, body, passes } = await composed({
      prompt: 'a fox',
      steps: 20,
      inputs: [
        { artifactId: 'picture', role: 'init', strength: 0.5 },
        { artifactId: 'hole', role: 'mask' },
      ],
    });
    expect(path).toBe('/sdapi/v1/img2img');
    expect(body).toMatchObject({ init_images: [base64('picture')], mask: base64('hole'), denoising_strength: 0.5 });
    expect(passes).toEqual([{ stage: 'base', steps: 10 }]);
    await expect(composed({ prompt: 'x', inputs: [{ artifactId: 'hole', role: 'mask' }] })).rejects.toMatchObject({
      code: 'invalid_field',
    });
  });

  test('with control images in the form of the ControlNet extension, and not for servers that would never read them', async () => {
    const request: ImageRequest = {
      prompt: 'a fox',
      inputs: [
        { artifactId: 'edges', role: 'control', control: 'canny', weight: 0.8, startFraction: 0.1, endFraction: 0.9 },
      ],
    };
    const { body } = await composed(request);
    expect(body.alwayson_scripts).toEqual({
      ControlNet: {
        args: [
          {
            ...{ enabled: true, image: base64('edges'), module: 'canny', model: 'control_canny [d14c]' },
            ...{ weight: 0.8, guidance_start: 0.1, guidance_end: 0.9 },
          },
        ],
      },
    });
    const known = sdapiOptionsSchema.parse({
      ...options,
      controls: { canny: { module: 'Canny', model: 'Canny FP16' } },
    });
    const other = await composed(request, { controls: { models: ['x'], modules: ['None'] } }, known);
    expect(other.body.alwayson_scripts).toMatchObject({
      ControlNet: { args: [{ module: 'Canny', model: 'Canny FP16' }] },
    });
    const depth = (control: string): ImageRequest => ({
      prompt: 'a fox',
      inputs: [{ artifactId: 'far', role: 'control', control }],
    });
    // A preprocessor's own name, and a map that is ready.
    const lists = { models: ['control_canny', 'control_depth [400f]'], modules: ['None', 'canny', 'depth_midas'] };
    const unitOf = async (control: string): Promise<unknown> =>
      (await composed(depth(control), { controls: lists })).body.alwayson_scripts;
    expect(await unitOf('depth_midas')).toMatchObject({
      ControlNet: { args: [{ module: 'depth_midas', model: 'control_depth [400f]' }] },
    });
    expect(await unitOf('control_depth [400f]')).toMatchObject({
      ControlNet: { args: [{ module: 'None', model: 'control_depth [400f]' }] },
    });
    await expect(unitOf('pose')).rejects.toMatchObject({ code: 'invalid_field' });
    await expect(composed(request, { controls: null }, known)).rejects.toMatchObject({ code: 'unsupported_request' });
  });

  test('and is refused before anything is sent when the server does not have the model', async () => {
    await expect(composed({ prompt: 'a fox', model: 'hen' })).rejects.toMatchObject({
      code: 'unsupported_request',
      retryable: false,
    });
  });

  test('with passes of its own for a second pass and a refiner', async () => {
    const hires = await composed({
      prompt: 'x',
      steps: 4,
      count: 2,
      extra: { enable_hr: true, hr_second_pass_steps: 2 },
    });
    expect(hires.passes.map(({ stage, steps }) => `${stage} ${steps}`)).toEqual([
      'base 4',
      'hires 2',
      'base 4',
      'hires 2',
    ]);
    const refined = await composed({ prompt: 'x', steps: 4, refinerSteps: 2 }, { countsParts: true });
    expect(refined.passes).toEqual([
      { stage: 'base', steps: 4 },
      { stage: 'refiner', steps: 2 },
    ]);
    const one = await composed({ prompt: 'x', steps: 4, refinerSteps: 2 }, {}, { ...options, refiner: 'polish' });
    expect(one.body).toMatchObject({ steps: 6, refiner_checkpoint: 'polish', refiner_switch_at: 4 / 6 });
  });
});
