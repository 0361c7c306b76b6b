import type { Job } from '@rendercast/protocol';
import { enginesAnswerSchema, jobAnswerSchema } from '@rendercast/protocol/dialects/native/index';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type FakeProcess, spawnFake } from '../../packages/server/src/engines/sdapi/spawn-fake.contract.js';
import { readJob } from '../stories/log-over-http.js';
import { type House, startHouse, until } from '../support/house.js';
import { openWire } from '../support/socket.js';
import { ENDS, factsOf } from './elevenlabs-house.js';

describe('two servers of one engine', () => {
  const fakes = new Map<string, FakeProcess>();
  let house: House;
  beforeAll(async () => {
    for (const name of ['one', 'two']) fakes.set(name, await spawnFake('a1111'));
    const backends = [...fakes].map(([name, { url }]) => ({
      ...{ name, engine: 'sdapi', url, pollMs: 30, answerMs: 1_000, lostMs: 2_000 },
    }));
    house = await startHouse({ backends: JSON.stringify(backends) });
  });
  afterAll(async () => {
    await house.stop();
    await Promise.all([...fakes.values()].map((fake) => fake.stop()));
  });

  async function submit(request: object = {}, more: object = {}): Promise<string> {
    const body = {
      ...{ kind: 'image', engine: 'sdapi', ...more },
      request: { prompt: 'a red fox', width: 64, height: 64, steps: 3, ...request },
    };
    return (await house.call('/v1/jobs', { body })).as(jobAnswerSchema).job.id;
  }
  const jobWhen = (id: string, fits: (job: Job) => boolean, what: string): Promise<Job> =>
    until(
      async () => {
        const job = await readJob(house.url, id);
        return fits(job) && job;
      },
      what,
      30_000,
    );
  const ended = (id: string) => jobWhen(id, ({ endedAt }) => endedAt !== null, 'the end of a job');
  const engines = async () => (await house.call('/v1/engines')).as(enginesAnswerSchema).engines;
  const metric = async (name: string, backend: string): Promise<number> => {
    const { text } = await house.call('/metrics');
    const line = text.split('\n').find((one) => one.startsWith(`${name}{`) && one.includes(`backend="${backend}"`));
    return Number(line?.split(' ').at(-1));
  };

  it('share the work, and are listed with their models', async () => {
    const jobs = await Promise.all(
      await Promise.all([1, 2, 3, 4].map(() => submit({ steps: 10 }))).then((ids) => ids.map(ended)),
    );
    expect(new Set(jobs.map(({ ranOn }) => ranOn?.backend))).toEqual(new Set(['one', 'two']));
    const listed = (await engines()).filter(({ name }) => name === 'sdapi');
    expect(listed.map(({ backend, health, slots }) => [backend, health, slots])).toEqual([
      ['one', 'up', 1],
      ['two', 'up', 1],
    ]);
    for (const { models } of listed) expect(models.map(({ id }) => id)).toEqual(['house-v1', 'garden-v2']);
    expect(await metric('rendercast_backend_models', 'one')).toBe(2);
  });

  it('say why a job for a model that none of them has waits, and it ends at its deadline', async () => {
    const wire = await openWire(house.url);
    const id = await submit({ model: 'attic-v3' }, { queueTimeoutMs: 2_500 });
    const askedMs = performance.now();
    wire.send({ type: 'subscribe', job: id });
    const { level } = await wire.next('level', (message) => message.level.kind === 'place');
    expect(level).toMatchObject({ kind: 'place', reason: 'no_backend', message: expect.stringContaining('attic-v3') });
    expect(performance.now() - askedMs).toBeLessThan(2_000);
    wire.close();
    expect(await ended(id)).toMatchObject({ state: 'failed', error: { code: 'queue_timeout' }, attempt: 0 });
  });

  it('take over from each other: what ran and what waits when one dies is made by the other, once', async () => {
    for (const fake of fakes.values()) await fake.manners({ stepMs: 30 });
    const running = await submit({ steps: 60 });
    const { ranOn } = await jobWhen(running, ({ stage }) => stage !== null, 'a job that runs');
    const dead = ranOn?.backend ?? '';
    const alive = dead === 'one' ? 'two' : 'one';
    const other = await submit({ steps: 60 });
    const waiting = await submit();
    await fakes.get(dead)?.stop();
    for (const id of [running, other, waiting]) {
      expect(await ended(id)).toMatchObject({ state: 'succeeded', ranOn: { backend: alive } });
      const ends = (await factsOf(house.url, id)).filter(({ type }) => ENDS.includes(type));
      expect(ends.map(({ type }) => type)).toEqual(['succeeded']);
    }
    expect(await readJob(house.url, running)).toMatchObject({ failures: 1, outputs: [{ slot: 0 }] });
    const down = (await engines()).find(({ backend }) => backend === dead);
    expect(down).toMatchObject({ health: 'down', message: 'The server does not answer.' });
    expect(await metric('rendercast_backend_up', dead)).toBe(0);
    expect(await metric('rendercast_backend_up', alive)).toBe(1);
    expect(await metric('rendercast_backend_losses_total', dead)).toBe(1);
  });
});
