import { describe, expect, it } from 'vitest';
import { generateSchema, submitOf } from './request.js';

const asked = (body: object) => submitOf(generateSchema.parse(body), 'auto');

describe('a submission of a task', () => {
  it('has the defaults of the dialect, also where options are null', () => {
    const request = { prompt: 'fox', steps: 50, refinerSteps: 30, guidance: 8 };
    expect(asked({ prompt: 'fox' })).toEqual({ kind: 'image', request, engine: 'auto', priority: 0, tags: [] });
    const nulls = ['task_id', 'title', 'keywords', 'use_refinement', 'num_inference_steps', 'guidance_scale', 'seed'];
    expect(asked({ prompt: 'fox', ...Object.fromEntries(nulls.map((key) => [key, null])) }).request).toEqual(request);
  });

  it('says the same whatever is asked for of the image bank', () => {
    const flags = { use_generation: false, use_pexels: true, high_quality: 'yes' };
    expect(asked({ prompt: 'fox', ...flags })).toEqual(asked({ prompt: 'fox' }));
  });

  it('keeps what it was given', () => {
    const body = { prompt: 'fox', task_id: 'task-1', title: 'A fox', keywords: ['red'], use_refinement: false };
    const figures = { num_inference_steps: '20', guidance_scale: 1, width: 640, height: 480, seed: 7 };
    expect(asked({ ...body, ...figures, negative_prompt: 'blurry', mood: 'calm' })).toMatchObject({
      id: 'task-1',
      request: {
        ...{ prompt: 'fox', steps: 20, refinerSteps: 0, guidance: 1, width: 640, height: 480, seed: 7 },
        ...{ negativePrompt: 'blurry', extra: { title: 'A fox', keywords: ['red'], mood: 'calm' } },
      },
    });
    expect(asked({ prompt: 'fox', seed: -1 }).request).not.toHaveProperty('seed');
  });

  it.each([
    [{ num_inference_steps: 100 }, true],
    [{ num_inference_steps: 101 }, false],
    [{ num_inference_steps: 20.5 }, false],
    [{ guidance_scale: 20 }, true],
    [{ guidance_scale: 0.9 }, false],
    [{ keywords: 'red' }, false],
    [{ prompt: '   ' }, false],
    [{ prompt: 'x'.repeat(500) }, true],
    [{ task_id: '' }, false],
  ])('with %j is taken: %s', (over, isTaken) => {
    expect(generateSchema.safeParse({ prompt: 'fox', ...over }).success).toBe(isTaken);
  });
});
