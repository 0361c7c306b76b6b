import { describe, expect, test } from 'vitest';
import { createWitness, workOf } from '../engine-witness.contract.js';
import { openBackend } from './open-backend.contract.js';

/*
 * Runs against a real SD.Next, A1111, Forge or stable-diffusion.cpp: RENDERCAST_TEST_SDAPI_URL is its address, with
 * user:password@ before the host where it wants them. It must have a model; small pictures of few steps are made.
 */
const ADDRESS = process.env.RENDERCAST_TEST_SDAPI_URL;
const WHY = 'RENDERCAST_TEST_SDAPI_URL names no real server';
const MINUTES = { timeout: 600_000 };

function open() {
  const url = new URL(ADDRESS ?? '');
  const login = url.username === '' ? {} : { user: url.username, password: decodeURIComponent(url.password) };
  url.username = '';
  url.password = '';
  return openBackend(url.href, { ...login, pollMs: 500, interruptMs: 500, answerMs: 10_000, lostMs: 120_000 });
}

const request = { prompt: 'a red fox in the snow', width: 512, height: 512, steps: 8 };

describe.skipIf(ADDRESS === undefined)(`a real server${ADDRESS === undefined ? ` (${WHY})` : ''}`, () => {
  test('makes a picture with the seed that it was given, and says how far it is', MINUTES, async () => {
    const engine = open();
    const { health, models } = await engine.capabilities();
    expect(health).toBe('up');
    const witness = createWitness();
    const [model] = models;
    const wanted = model === undefined ? request : { ...request, model: model.id };
    await engine.run(workOf(engine, 'image', wanted, 12_345), witness.context);
    expect(witness.outputs).toHaveLength(1);
    const fractions = witness.progress.flatMap(({ fraction }) => (fraction === null ? [] : [fraction]));
    expect(fractions).toEqual(fractions.toSorted((left, right) => left - right));
    expect(fractions.at(-1)).toBe(1);
    await engine.close();
  });

  test('stops a run that is cancelled, and runs the next job', MINUTES, async () => {
    const engine = open();
    const abort = new AbortController();
    const witness = createWitness({
      signal: abort.signal,
      onProgress: (count) => count === 2 && abort.abort(new Error('not wanted')),
    });
    const work = workOf(engine, 'image', { ...request, steps: 60 }, 1);
    await expect(engine.run(work, witness.context)).rejects.toThrow('not wanted');
    await witness.free();
    expect(witness.outputs).toEqual([]);
    const next = createWitness();
    await engine.run(workOf(engine, 'image', request, 2), next.context);
    expect(next.outputs).toHaveLength(1);
    await engine.close();
  });

  test('refuses a sampler that it does not have', MINUTES, async () => {
    const engine = open();
    const witness = createWitness();
    const work = workOf(engine, 'image', { ...request, sampler: 'No Such Sampler' }, 1);
    await expect(engine.run(work, witness.context)).rejects.toMatchObject({ code: 'invalid_field' });
    await engine.close();
  });
});
