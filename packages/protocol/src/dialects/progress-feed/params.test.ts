import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { submitSchema } from '../../commands.js';
import { FULL_PLAN, historyOf } from '../../dialect-exam/histories.contract.js';
import type { Job } from '../../job.js';
import { paramsOf, paramsSchema, readParams, shownParamsSchema, submitOf } from './params.js';

const [first] = historyOf(FULL_PLAN).steps;
const job = first !== undefined && 'fact' in first ? first.fact.job : null;
const jobWith = (request: object): Job => ({ ...(job as Job), request: request as Job['request'] });
const shownOf = (input: object) => {
  const submit = submitOf(readParams(input), 'auto');
  expect(submitSchema.safeParse(submit).error?.issues ?? []).toEqual([]);
  return paramsOf(jobWith(submit.request));
};
const DEFAULTS = {
  ...{ prompt: 'x', negative_prompt: null, steps: 20, sampler_name: 'DPM++ 2M', cfg_scale: 7, width: 512, height: 512 },
  ...{ seed: -1, batch_size: 1, n_iter: 1, denoising_strength: null },
};

describe('parameters', () => {
  it('come back with their defaults, nulls counting as absent', () => {
    expect(shownOf({ prompt: 'x' })).toEqual(DEFAULTS);
    expect(
      shownOf(Object.fromEntries(Object.entries(DEFAULTS).map(([key]) => [key, key === 'prompt' ? 'x' : null]))),
    ).toEqual(DEFAULTS);
  });

  it('come back as they were sent, also as the text of form fields', () => {
    const sent = {
      ...{ prompt: 'x', negative_prompt: 'blurred', steps: 1, sampler_name: 'Whatever', cfg_scale: 3.5, width: 64 },
      ...{ height: 2048, seed: 7, batch_size: 2, n_iter: 3, denoising_strength: 0.4 },
    };
    expect(shownOf(sent)).toEqual(sent);
    const texts = Object.fromEntries(Object.entries(sent).map(([key, value]) => [key, String(value)]));
    expect(shownOf(texts)).toEqual(sent);
  });

  it('take any sampler: one that cannot be stored leaves the choice to the engine', () => {
    for (const sampler_name of ['', ' ', 'x'.repeat(500), '\ud800'])
      expect(submitOf(readParams({ prompt: 'x', sampler_name }), 'auto').request).not.toHaveProperty('sampler');
  });

  it('pass unknown keys on to the engine, and pass over those that could not be stored', () => {
    const extraOf = (more: object) =>
      (submitOf(readParams({ prompt: 'x', ...more }), 'auto').request as { extra?: object }).extra;
    expect(extraOf({ rehearsal: { stepMs: 5 }, n_iter: 2 })).toEqual({ rehearsal: { stepMs: 5 }, n_iter: 2 });
    expect(extraOf({ half: '\ud800' })).toEqual({});
  });

  it.each([
    [{}, 'prompt'],
    [{ prompt: ' \n' }, 'prompt'],
    [{ prompt: 'x', steps: 0 }, 'steps'],
    [{ prompt: 'x', steps: 1.5 }, 'steps'],
    [{ prompt: 'x', steps: 'many' }, 'steps'],
    [{ prompt: 'x', width: 63 }, 'width'],
    [{ prompt: 'x', batch_size: 4, n_iter: 5 }, 'batch_size'],
    [{ prompt: 'x', denoising_strength: 1.1 }, 'denoising_strength'],
  ])('that are bad name their field: %j', (input, field) => {
    expect(() => readParams(input)).toThrow(field);
  });

  it('make a lawful job of whatever they take, and every job of another dialect has all of them', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.constantFrom(...Object.keys(DEFAULTS), 'other'), fc.jsonValue()), (input) => {
        const parsed = paramsSchema.safeParse({ prompt: 'x', ...input });
        if (parsed.success)
          expect(submitSchema.safeParse(submitOf(parsed.data, 'auto')).error?.issues ?? []).toEqual([]);
      }),
      { numRuns: 500 },
    );
    for (const request of [
      { prompt: '' },
      { prompt: 'y', count: 6, extra: { n_iter: 4 } },
      { prompt: 'y', count: 6, extra: { n_iter: 'x', batch_size: 3 } },
    ]) {
      const shown = paramsOf(jobWith(request));
      expect(shownParamsSchema.parse(shown)).toEqual(shown);
      expect(shown.batch_size * shown.n_iter).toBe(request.count ?? 1);
    }
  });
});
