import type { ImageRequest, Job } from '@rendercast/protocol';
import { describe, expect, test } from 'vitest';
import { workOf } from '../engine-witness.contract.js';
import { createEmbeddedImage } from './index.js';
import { baseSteps, createOrder, totalSteps } from './order.js';

const jobOf = (request: Partial<ImageRequest>): Job =>
  workOf(createEmbeddedImage(), 'image', { prompt: 'a fox', ...request }, 5).job;
const input = async () => ({ bytes: new Uint8Array([1]) });

describe('an order', () => {
  test('fills in the defaults', async () => {
    expect(await createOrder(jobOf({}), input)).toMatchObject({
      width: 512,
      height: 512,
      steps: 30,
      refinerSteps: 10,
      guidance: 7,
      seed: 5,
      count: 1,
      format: 'png',
      init: null,
    });
  });

  test('counts the steps of both stages and all pictures; a start needs fewer', async () => {
    expect(totalSteps(await createOrder(jobOf({ steps: 20, refinerSteps: 5, count: 3 }), input))).toBe(75);
    const inputs = [{ artifactId: 'a', role: 'init' as const, strength: 0.5 }];
    expect(baseSteps(await createOrder(jobOf({ steps: 20, inputs }), input))).toBe(10);
    expect(
      baseSteps(
        await createOrder(jobOf({ steps: 20, inputs: [{ artifactId: 'a', role: 'init', strength: 0 }] }), input),
      ),
    ).toBe(1);
  });

  test.each<[string, Partial<ImageRequest>]>([
    ['a side over 2048 pixels', { width: 2049 }],
    ['a model it does not have', { model: 'sdxl' }],
    ['a mask', { inputs: [{ artifactId: 'a', role: 'mask' }] }],
    [
      'two inputs',
      {
        inputs: [
          { artifactId: 'a', role: 'init' },
          { artifactId: 'b', role: 'init' },
        ],
      },
    ],
  ])('refuses %s', async (_what, request) => {
    await expect(createOrder(jobOf(request), input)).rejects.toMatchObject({
      code: 'unsupported_request',
      retryable: false,
    });
  });

  test('says which options it had no use for', async () => {
    expect((await createOrder(jobOf({ sampler: 'Euler a' }), input)).ignored).toEqual(['sampler']);
  });
});
