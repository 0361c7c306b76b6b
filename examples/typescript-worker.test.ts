import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { type Job, snapshotSchema } from '@rendercast/protocol';
import { jobAnswerSchema } from '@rendercast/protocol/dialects/native/index';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { call, type House, startHouse, until } from '../e2e/support/house.js';

const root = fileURLToPath(new URL('..', import.meta.url));
const KEYS = { ada: 'ada-key-0123456789abcdef', rig: 'rig-key-0123456789abcdef' };

let house: House;
beforeAll(async () => {
  house = await startHouse({ apiKeys: `ada:${KEYS.ada},rig:${KEYS.rig}:worker` });
});
afterAll(() => house.stop());

/** Runs the worker to its end; answers what it said. Rejects when it ends with anything but 0. */
async function run(key: string, ...more: string[]): Promise<string> {
  const args = ['--import', 'tsx', 'examples/typescript-worker/worker.ts', '--url', house.url, ...more];
  const env = { ...process.env, RENDERCAST_KEY: key };
  return (await promisify(execFile)(process.execPath, args, { cwd: root, env, timeout: 60_000 })).stdout;
}

async function submit(height: number): Promise<string> {
  const body = { kind: 'image', engine: 'rows', request: { prompt: 'rows', width: 64, height, seed: 7 } };
  return (await call(house.url, '/v1/jobs', { key: KEYS.ada, body })).as(jobAnswerSchema).job.id;
}

const jobWhen = (id: string, fits: (job: Job) => boolean, what: string): Promise<Job> =>
  until(async () => {
    const { job } = (await call(house.url, `/v1/jobs/${id}`, { key: KEYS.ada })).as(snapshotSchema);
    return fits(job) && job;
  }, what);

it.each([
  ['a socket', []],
  ['HTTP', ['--http']],
] as const)(
  'the worker in TypeScript over %s paints a job, stops for a cancel, and ends with 1 where its key may not work',
  async (_, more) => {
    const painted = await submit(64);
    const slow = await submit(4_096);
    const working = run(KEYS.rig, '--jobs', '2', ...more);
    expect(await jobWhen(painted, ({ endedAt }) => endedAt !== null, 'the end of a job')).toMatchObject({
      state: 'succeeded',
      outputs: [{ artifact: { width: 64, height: 64, name: 'rows.png', parameters: { seed: 7 } } }],
      progress: { fraction: 1, step: 64, steps: 64 },
    });
    await jobWhen(slow, ({ stage }) => stage === 'paint', 'a job that runs');
    await call(house.url, `/v1/jobs/${slow}/cancel`, { key: KEYS.ada, method: 'POST' });
    await jobWhen(slow, ({ state }) => state === 'canceled', 'a cancelled job');
    expect(await working).toMatch(/^ok {3}\S+ succeeded\nok {3}\S+ canceled\n$/);
    await expect(run(KEYS.ada, ...more)).rejects.toMatchObject({
      code: 1,
      stdout: expect.stringMatching(/^FAIL .*forbidden/),
    });
  },
  60_000,
);
