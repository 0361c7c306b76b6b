import { describe, expect, it } from 'vitest';
import { generateSchema, submitOf } from './request.js';

const asked = (body: object) => submitOf(generateSchema.parse(body), 'auto');

describe('a submission of a session', () => {
  it('has the defaults of the dialect, also where options are null', () => {
    const request = { prompt: 'fox', width: 1_024, height: 1_024, steps: 30, guidance: 7.5, count: 1 };
    expect(asked({ prompt: 'fox' })).toEqual({ kind: 'image', request, engine: 'auto', priority: 0, tags: [] });
    const keys = ['negative_prompt', 'width', 'height', 'num_inference_steps', 'guidance_scale', 'num_images', 'seed'];
    const nulls = Object.fromEntries([...keys, 'session_id'].map((key) => [key, null]));
    expect(asked({ prompt: 'fox', ...nulls })).toEqual(asked({ prompt: 'fox' }));
  });

  it.each([
    [{ width: 512, height: 2_048 }, true],
    [{ width: 504 }, false],
    [{ height: 2_056 }, false],
    [{ width: 1_020 }, false],
    [{ num_inference_steps: 1 }, true],
    [{ num_inference_steps: 150 }, true],
    [{ num_inference_steps: 0 }, false],
    [{ num_inference_steps: 151 }, false],
    [{ guidance_scale: 1 }, true],
    [{ guidance_scale: 20 }, true],
    [{ guidance_scale: 20.5 }, false],
    [{ num_images: 4 }, true],
    [{ num_images: 5 }, false],
    [{ prompt: ' \n' }, false],
    [{ session_id: 'chosen-1' }, true],
    [{ session_id: '' }, false],
  ])('with %j is taken: %s', (over, isTaken) => {
    expect(generateSchema.safeParse({ prompt: 'fox', ...over }).success).toBe(isTaken);
  });

  it('passes what it does not know on to the engine, and draws a seed for one below zero', () => {
    expect(asked({ prompt: 'fox', mood: 'calm', seed: 7 }).request).toMatchObject({ seed: 7, extra: { mood: 'calm' } });
    expect(asked({ prompt: 'fox', seed: -1 }).request).not.toHaveProperty('seed');
  });
});
