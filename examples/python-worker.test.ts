import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { type Job, snapshotSchema } from '@rendercast/protocol';
import { jobAnswerSchema } from '@rendercast/protocol/dialects/native/index';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { call, type House, startHouse, until } from '../e2e/support/house.js';
import { runClient } from '../e2e/support/run-client.js';

const PAGE = fileURLToPath(new URL('dialects/image-task.ts', import.meta.url));
const PROGRAM = fileURLToPath(new URL('python-worker/diffusers_worker.py', import.meta.url));
/** Any Python 3.8 or newer will do: the worker needs nothing but its standard library. */
const PYTHON = process.env.RENDERCAST_TEST_PYTHON ?? null;

let house: House;
const workers: ChildProcess[] = [];
beforeAll(async () => {
  house = await startHouse({ leaseMs: 1_500, dialectEngines: 'image-task=diffusers' });
});
afterAll(async () => {
  for (const worker of workers) worker.kill('SIGKILL');
  await house.stop();
});

/** Starts the worker; answers how it ends. */
function start(...more: string[]): { child: ChildProcess; ended: Promise<{ code: number | null; said: string }> } {
  const args = [PROGRAM, '--stand-in', '--url', house.url, ...more];
  const child = spawn(PYTHON ?? 'python3', args, { stdio: ['ignore', 'pipe', 'inherit'] });
  workers.push(child);
  let said = '';
  child.stdout.on('data', (text: Buffer) => (said += text.toString()));
  return { child, ended: once(child, 'exit').then(([code]) => ({ code: code as number | null, said })) };
}

async function submit(request: object): Promise<string> {
  const body = {
    kind: 'image',
    engine: 'diffusers',
    request: { prompt: 'a red fox', width: 128, height: 128, steps: 6, ...request },
  };
  return (await call(house.url, '/v1/jobs', { body })).as(jobAnswerSchema).job.id;
}

const jobWhen = (id: string, fits: (job: Job) => boolean, what: string): Promise<Job> =>
  until(async () => {
    const { job } = (await call(house.url, `/v1/jobs/${id}`)).as(snapshotSchema);
    return fits(job) && job;
  }, what);
const ended = (id: string): Promise<Job> => jobWhen(id, ({ endedAt }) => endedAt !== null, 'the end of a job');

describe('the worker for diffusers, with a pipeline that stands in', () => {
  it('paints with base and refiner, stops for a cancel, and tells that memory ran out', async ({ skip }) => {
    if (PYTHON === null) return skip('no Python is named (RENDERCAST_TEST_PYTHON names one)');
    const { ended: gone } = start('--jobs', '3');
    const painted = await ended(await submit({ refinerSteps: 4, count: 2, seed: 11 }));
    expect(painted).toMatchObject({
      state: 'succeeded',
      ranOn: { engine: 'diffusers', backend: 'diffusers-1' },
      stage: 'refiner_model',
      stageIndex: 4,
      stageCount: 4,
      steps: 20,
      progress: { fraction: 1, step: 20 },
    });
    expect(painted.outputs.map(({ artifact }) => artifact)).toMatchObject([
      { width: 128, height: 128, parameters: { seed: 11, steps: 6, refinerSteps: 4 } },
      { width: 128, height: 128, parameters: { seed: 12 } },
    ]);
    const slow = await submit({ steps: 500, extra: { standIn: { stepMs: 20 } } });
    await jobWhen(slow, ({ stage }) => stage !== null, 'a job that runs');
    await call(house.url, `/v1/jobs/${slow}/cancel`, { method: 'POST' });
    const askedMs = performance.now();
    expect(await ended(slow)).toMatchObject({ state: 'canceled' });
    expect(performance.now() - askedMs).toBeLessThan(2_000);
    const large = await ended(await submit({ extra: { standIn: { memoryAtStep: 3 } } }));
    expect(large).toMatchObject({ state: 'failed', attempt: 1, error: { code: 'out_of_memory', retryable: false } });
    const { code, said } = await gone;
    expect([code, said.match(/^ok {3}/gm)?.length]).toEqual([0, 3]);
  }, 60_000);

  it('RC-WORKER-15: keeps its lease by heartbeats while the pipeline is busy with one long step', async ({ skip }) => {
    if (PYTHON === null) return skip('no Python is named (RENDERCAST_TEST_PYTHON names one)');
    const { ended: gone } = start('--jobs', '1');
    const job = await ended(await submit({ steps: 1, extra: { standIn: { stepMs: 2_500 } } }));
    expect(job).toMatchObject({ state: 'succeeded', attempt: 1, failures: 0 });
    expect((await gone).code).toBe(0);
  }, 60_000);

  it('serves the image task of another front end, step by step', async ({ skip }) => {
    if (PYTHON === null) return skip('no Python is named (RENDERCAST_TEST_PYTHON names one)');
    const { child, ended: gone } = start();
    // A page as it was written for another server claims that every record is whole and the percentage never falls.
    await runClient(process.execPath, ['--import', 'tsx', PAGE], { RENDERCAST_URL: house.url });
    child.kill();
    await gone;
  }, 60_000);

  it('ends with 1 when the server will have none of it', async ({ skip }) => {
    if (PYTHON === null) return skip('no Python is named (RENDERCAST_TEST_PYTHON names one)');
    const { code, said } = await start('--engine', 'embedded-image').ended;
    expect(code).toBe(1);
    expect(said).toContain('FAIL the server will have none of it: conflict');
  }, 60_000);
});
