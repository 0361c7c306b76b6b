import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createClient, type JobEvent } from '@rendercast/client';
import { type Job, snapshotSchema } from '@rendercast/protocol';
import { enginesAnswerSchema, jobAnswerSchema } from '@rendercast/protocol/dialects/native/index';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { type HouseProcess, startHouseProcess } from './proof/house-process.js';
import { call, type House, startHouse, until } from './support/house.js';
import { contentDigest, createRemoteWorker, PIXEL, wordPath } from './support/remote-worker.js';

const order = (engine = 'rig', rest: object = {}): object => ({
  kind: 'image',
  engine,
  request: { prompt: 'a red fox', ...rest },
});

async function submit(url: string, body: object = order(), key?: string): Promise<string> {
  const answer = await call(url, '/v1/jobs', { body, ...(key === undefined ? {} : { key }) });
  return answer.as(jobAnswerSchema).job.id;
}

async function jobOf(url: string, id: string): Promise<Job> {
  return (await call(url, `/v1/jobs/${id}`)).as(snapshotSchema).job;
}

const ended = (url: string, id: string): Promise<Job> =>
  until(async () => {
    const job = await jobOf(url, id);
    return job.endedAt === null ? null : job;
  }, 'the end of a job');

/** Long enough for a busy machine to renew it, short enough to wait for its end. */
const LEASE_MS = 3_000;

let house: House;
beforeAll(async () => {
  house = await startHouse({ leaseMs: LEASE_MS });
});
afterAll(() => house.stop());

describe('a worker at the end of a wire', () => {
  it('RC-WORKER-1 RC-WORKER-5 RC-WORKER-6: claims, reports, brings its output and ends well, and a client sees every step', async () => {
    const worker = createRemoteWorker(house.url);
    const client = createClient({ url: house.url, webSocket: WebSocket as never });
    const claiming = worker.work();
    const id = await submit(house.url);
    const events: JobEvent[] = [];
    const watching = (async () => {
      for await (const event of client.job(id).events({ from: 'start' })) events.push(event);
    })();
    const work = await claiming;
    expect(work).toMatchObject({ jobId: id, attempt: 1, kind: 'image', leaseMs: LEASE_MS, handle: null });
    expect(Object.keys(work).sort()).toEqual(
      ['attempt', 'handle', 'jobId', 'kind', 'lease', 'leaseMs', 'request', 'seed'].sort(),
    );
    await worker.report(work, { stage: { stage: 'base', index: 1, count: 2, steps: 4 } });
    for (const step of [1, 2]) {
      // Each word renews the lease, however long the client takes to come.
      await until(async () => {
        await worker.report(work, { progress: { fraction: step / 4, step, steps: 4 } });
        return events.some((each) => each.type === 'level' && fractionOf(each) === step / 4);
      }, 'the level');
    }
    await worker.report(work, { stage: { stage: 'refiner', index: 2, count: 2, steps: 4 } });
    // What falls is raised to what was reached.
    await worker.report(work, { progress: { fraction: 0.1, step: 1, steps: 4 } });
    const stored = await worker.upload(work);
    expect(stored).toMatchObject({ sizeBytes: PIXEL.length, standing: 'held' });
    expect(await worker.upload(work)).toMatchObject({ artifactId: stored.artifactId });
    expect(await worker.end(work, 'succeed')).toEqual({ state: 'succeeded' });
    // Its answer may have been lost.
    expect(await worker.end(work, 'succeed')).toEqual({ state: 'succeeded' });
    await watching;
    client.close();
    const facts = events.flatMap((each) => (each.type === 'fact' ? [each.fact.type] : []));
    expect(facts).toEqual(['queued', 'started', 'stage', 'stage', 'output', 'succeeded']);
    const fractions = events.flatMap((each) => fractionOf(each) ?? []);
    expect(fractions).toEqual([...fractions].sort((left, right) => left - right));
    const job = await jobOf(house.url, id);
    expect(job).toMatchObject({ ranOn: { engine: 'rig', backend: 'rig-1' }, outputs: [{ slot: 0, attempt: 1 }] });
    const bytes = await call(house.url, `/v1/artifacts/${stored.artifactId}`);
    expect(Buffer.from(bytes.bytes).equals(Buffer.from(PIXEL))).toBe(true);
    expect(job.outputs[0]?.artifact).toMatchObject({
      width: 1,
      height: 1,
      parameters: { seed: 1 },
      hasThumbnail: true,
    });
  });

  it('RC-WORKER-7: hears of a cancel within a second, in a pending heartbeat and in the next answer, and its work is let go', async () => {
    const worker = createRemoteWorker(house.url);
    const id = await submit(house.url);
    const work = await worker.work();
    expect(await worker.heartbeat([work])).toMatchObject({ jobs: [{ jobId: id, standing: 'held' }] });
    const beating = worker.heartbeat([work], 30_000);
    const askedMs = performance.now();
    await call(house.url, `/v1/jobs/${id}/cancel`, { body: { reason: 'changed my mind' } });
    // A heartbeat answers after a third of the lease at the latest; the news may come with the next one.
    let answer = await beating;
    if (answer.jobs[0]?.standing === 'held') answer = await worker.heartbeat([work], 30_000);
    expect(answer.jobs).toEqual([{ jobId: id, standing: 'canceling' }]);
    expect(performance.now() - askedMs).toBeLessThan(1_000);
    expect(await worker.report(work, {})).toMatchObject({ standing: 'canceling', wantsPreview: false });
    expect(await worker.end(work, 'hand-back')).toEqual({ state: 'canceled' });
    expect(await ended(house.url, id)).toMatchObject({ state: 'canceled', attempt: 1 });
  });

  it('RC-WORKER-8: a job ends although its worker takes its time to stop', async () => {
    const worker = createRemoteWorker(house.url);
    const id = await submit(house.url);
    const work = await worker.work();
    await call(house.url, `/v1/jobs/${id}/cancel`, { method: 'POST' });
    expect(
      await until(async () => {
        await worker.heartbeat([work]);
        const job = await jobOf(house.url, id);
        return job.state === 'canceled' && job;
      }, 'the end of the job'),
    ).toMatchObject({ attempt: 1 });
    expect((await worker.say(wordPath(work, 'report'), { body: {} })).code).toBe('superseded');
    expect((await worker.heartbeat([work])).jobs).toEqual([{ jobId: id, standing: 'superseded' }]);
  });

  it('RC-WORKER-4 RC-WORKER-9: when it falls silent its lease ends, another one runs the job, and its late words change nothing', async () => {
    const first = createRemoteWorker(house.url);
    const second = createRemoteWorker(house.url, { worker: 'rig-2' });
    const id = await submit(house.url);
    const lost = await first.work();
    await first.report(lost, { progress: { fraction: 0.5 } });
    const work = await second.work();
    expect(work).toMatchObject({ jobId: id, attempt: 2 });
    await second.report(work, { progress: { fraction: 0.25 } });
    const words: [string, object | undefined][] = [
      ['report', { progress: { fraction: 1 }, stage: { stage: 'too late' } }],
      ['fail', { message: 'too late' }],
      ['hand-back', undefined],
    ];
    for (const [word, body] of words) {
      const answer = await first.say(wordPath(lost, word), body === undefined ? { method: 'POST' } : { body });
      expect([word, answer.status, answer.code]).toEqual([word, 409, 'superseded']);
    }
    await expect(first.upload(lost)).rejects.toThrow('superseded');
    await expect(first.end(lost, 'succeed')).rejects.toThrow('superseded');
    const { job, levels } = (await call(house.url, `/v1/jobs/${id}`)).as(snapshotSchema);
    expect(job).toMatchObject({ state: 'running', attempt: 2, outputs: [], stage: null });
    expect(levels.progress).toMatchObject({ attempt: 2, fraction: 0.25 });
    await second.upload(work);
    await second.end(work, 'succeed');
    expect(await jobOf(house.url, id)).toMatchObject({ state: 'succeeded', attempt: 2, failures: 1 });
  });

  it('RC-WORKER-2: of workers that race for jobs, each job goes to one', async () => {
    const ids = new Set<string>();
    for (let count = 0; count < 12; count += 1) ids.add(await submit(house.url));
    const taken: string[] = [];
    const run = async (name: string): Promise<void> => {
      const worker = createRemoteWorker(house.url, { worker: name });
      for (let work = await worker.claim(); work !== null; work = await worker.claim()) {
        taken.push(work.jobId);
        await worker.upload(work);
        await worker.end(work, 'succeed');
      }
    };
    await Promise.all(['racer-1', 'racer-2', 'racer-3'].map(run));
    expect(taken.sort()).toEqual([...ids].sort());
    for (const id of ids) expect(await jobOf(house.url, id)).toMatchObject({ state: 'succeeded', attempt: 1 });
  });

  it('RC-WORKER-6 RC-WORKER-14: bytes of another digest are refused and leave nothing behind, and a job without an output is no success', async () => {
    const worker = createRemoteWorker(house.url);
    const id = await submit(house.url);
    const work = await worker.work();
    const put = (headers: Record<string, string>, body: Uint8Array = PIXEL) =>
      worker.say(wordPath(work, 'output'), { method: 'PUT', body, headers });
    const good = contentDigest(PIXEL);
    expect((await put({ 'content-type': 'image/png', 'content-digest': contentDigest(PIXEL.subarray(1)) })).code).toBe(
      'invalid_field',
    );
    expect((await put({ 'content-type': 'image/png' })).code).toBe('invalid_field');
    expect((await put({ 'content-type': 'text/html', 'content-digest': good })).code).toBe('unsupported_media');
    expect((await worker.say(wordPath(work, 'succeed'), { method: 'POST' })).code).toBe('invalid_request');
    expect(await jobOf(house.url, id)).toMatchObject({ state: 'running', outputs: [] });
    expect(
      await worker.end(work, 'fail', { code: 'out_of_memory', message: 'The card is full.', retryable: false }),
    ).toEqual({ state: 'failed' });
    expect((await jobOf(house.url, id)).error).toMatchObject({ code: 'out_of_memory', message: 'The card is full.' });
  });

  it('RC-WORKER-10: is an engine of the house while it is here, under a name that is not taken', async () => {
    const worker = createRemoteWorker(house.url, {
      worker: 'passer-by',
      engine: 'passing',
      models: [{ id: 'sdxl', title: 'SDXL' }],
      features: ['refiner'],
    });
    const listed = async () =>
      (await call(house.url, '/v1/engines')).as(enginesAnswerSchema).engines.find(({ name }) => name === 'passing');
    expect(await listed()).toBeUndefined();
    await worker.claim();
    expect(await listed()).toMatchObject({ backend: 'passer-by', models: [{ id: 'sdxl' }], health: 'up', busy: 0 });
    await until(async () => (await listed()) === undefined, 'the worker to be gone');
    const taken = await worker.say('/v1/worker/claim', { body: { ...worker.about, engine: 'embedded-image' } });
    expect(taken.code).toBe('conflict');
  });

  it('RC-WORKER-11: a handle is for a later attempt of the same worker alone', async () => {
    const worker = createRemoteWorker(house.url, { worker: 'adopter', engine: 'adopting', adopts: true });
    const id = await submit(house.url, order('adopting'));
    const work = await worker.work();
    await worker.ask(wordPath(work, 'handle'), { method: 'PUT', body: { handle: { task: 'far-away-1' } } });
    await worker.end(work, 'hand-back');
    const other = createRemoteWorker(house.url, { worker: 'stranger', engine: 'adopting' });
    const strange = await other.work();
    expect(strange).toMatchObject({ jobId: id, attempt: 2, handle: null });
    await other.end(strange, 'hand-back');
    expect(await worker.work()).toMatchObject({ jobId: id, handle: { task: 'far-away-1' } });
  });

  it('RC-WORKER-12: what must not be repeated ends with its outcome unknown when its worker is lost', async () => {
    const worker = createRemoteWorker(house.url, { worker: 'paid-1', engine: 'paid', repeatable: false });
    const id = await submit(house.url, order('paid'));
    await worker.work();
    expect(await ended(house.url, id)).toMatchObject({
      state: 'failed',
      attempt: 1,
      error: { code: 'outcome_unknown' },
    });
    // Its own word that another attempt is right counts.
    const again = await submit(house.url, order('paid'));
    await worker.end(await worker.work(), 'fail', {
      message: 'Nothing was sent yet.',
      retryable: true,
      retryAfterMs: 0,
    });
    expect(await worker.work()).toMatchObject({ jobId: again, attempt: 2 });
  });
});

describe('with keys', () => {
  const KEYS = { ada: 'ada-key-0123456789abcdef', rig: 'rig-key-0123456789abcdef', rog: 'rog-key-0123456789abcdef' };
  let keyed: House;
  beforeAll(async () => {
    keyed = await startHouse({
      apiKeys: `ada:${KEYS.ada},rig:${KEYS.rig}:worker,rog:${KEYS.rog}:worker`,
      maxFileBytes: 5_000,
    });
  });
  afterAll(() => keyed.stop());

  it('RC-WORKER-3: only keys with the role worker take jobs, and each knows only what it holds', async () => {
    const file = await call(keyed.url, '/v1/files', {
      key: KEYS.ada,
      body: PIXEL,
      headers: { 'content-type': 'image/png' },
    });
    const { artifact } = JSON.parse(file.text) as { artifact: { id: string } };
    const wish = { ...order('rig', { inputs: [{ artifactId: artifact.id }] }), tags: ['secret-tag'] };
    const id = await submit(keyed.url, wish, KEYS.ada);
    const ada = createRemoteWorker(keyed.url, { key: KEYS.ada });
    expect((await ada.say('/v1/worker/claim', { body: ada.about })).code).toBe('forbidden');
    expect((await createRemoteWorker(keyed.url).say('/v1/worker/claim', { body: ada.about })).code).toBe(
      'unauthorized',
    );
    const worker = createRemoteWorker(keyed.url, { key: KEYS.rig });
    const work = await worker.work();
    expect(JSON.stringify(work)).not.toMatch(/ada|secret-tag/);
    const bytes = await worker.ask(wordPath(work, `inputs/${artifact.id}`));
    expect(Buffer.from(bytes.bytes).equals(Buffer.from(PIXEL))).toBe(true);
    expect((await worker.say(wordPath(work, 'inputs/a_another'))).code).toBe('not_found');
    // Another worker's key opens nothing with a word that it was not given, nor does an attempt that was guessed.
    const rogue = createRemoteWorker(keyed.url, { key: KEYS.rog, worker: 'rog-1' });
    for (const lease of [work.lease, '1.open', '1.x', 'x', '2.open']) {
      const answer = await rogue.say(wordPath({ jobId: id, lease }, 'report'), { body: { progress: { fraction: 1 } } });
      expect([lease, answer.code]).toEqual([lease, 'not_found']);
    }
    expect((await rogue.heartbeat([work])).jobs).toEqual([{ jobId: id, standing: 'superseded' }]);
    expect(await worker.heartbeat([work])).toMatchObject({ jobs: [{ standing: 'held' }] });
    expect((await worker.say(`/v1/jobs/${id}`)).code).toBe('forbidden');
    const large = new Uint8Array(6_000);
    await expect(worker.upload(work, large)).rejects.toThrow('too_large');
    await worker.upload(work);
    await worker.end(work, 'succeed');
  });

  it('RC-WORKER-1: what makes no sense is refused, and the job goes on', async () => {
    const worker = createRemoteWorker(keyed.url, { key: KEYS.rig });
    await submit(keyed.url, order(), KEYS.ada);
    const work = await worker.work();
    const bodies: [string, unknown][] = [
      ['report', { progress: { fraction: 1.5 } }],
      ['report', { progress: { fraction: 'half' } }],
      ['report', { stage: { stage: '' } }],
      ['report', { preview: { mediaType: 'image/svg+xml', width: 1, height: 1, base64: '' } }],
      ['report', { preview: { mediaType: 'image/png', width: 1, height: 1, base64: '<not base64>' } }],
      ['report', { preview: { mediaType: 'image/png', width: 1, height: 1, base64: 'A'.repeat(140_000) } }],
      ['fail', { code: 'canceled', message: 'x' }],
      ['fail', { message: '' }],
      ['report', []],
      ['report', null],
    ];
    for (const [word, body] of bodies) {
      const answer = await worker.say(wordPath(work, word), { body });
      expect([word, body, answer.status]).toEqual([word, body, 422]);
    }
    expect(
      (
        await worker.say(wordPath(work, 'report'), {
          body: '{"progress":',
          method: 'POST',
          headers: { 'content-type': 'application/json' },
        })
      ).code,
    ).toBe('invalid_request');
    const bad = { ...worker.about, worker: '../../etc', slots: 1e9 };
    expect((await worker.say('/v1/worker/claim', { body: bad })).code).toBe('invalid_field');
    expect((await worker.report(work, {})).standing).toBe('held');
    await worker.end(work, 'hand-back');
  });
});

describe('over restarts of the server', () => {
  let dataDir: string;
  let running: HouseProcess;
  beforeAll(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'rendercast-workers-'));
  });
  afterAll(async () => {
    await running.kill();
    await rm(dataDir, { recursive: true, force: true });
  });

  it('RC-WORKER-13: it goes on with its lease when the server was killed in mid-job, and its result stands', async () => {
    running = await startHouseProcess({ leaseMs: 10_000, dataDir });
    const { port } = running;
    const worker = createRemoteWorker(() => running.url);
    const id = await submit(running.url);
    const work = await worker.work();
    await worker.report(work, { stage: { stage: 'base', index: 1, count: 1, steps: 10 } });
    await worker.report(work, { progress: { fraction: 0.5, step: 5, steps: 10 } });
    await running.kill();
    running = await startHouseProcess({ leaseMs: 10_000, dataDir, port });
    expect(await worker.report(work, { progress: { fraction: 0.6, step: 6, steps: 10 } })).toMatchObject({
      standing: 'held',
    });
    const { job, levels } = (await call(running.url, `/v1/jobs/${id}`)).as(snapshotSchema);
    expect(job).toMatchObject({ state: 'running', attempt: 1, failures: 0 });
    expect(levels.progress).toMatchObject({ attempt: 1, fraction: 0.6 });
    expect((await worker.heartbeat([work])).jobs).toEqual([{ jobId: id, standing: 'held' }]);
    const engines = (await call(running.url, '/v1/engines')).as(enginesAnswerSchema).engines;
    expect(engines.find(({ name }) => name === 'rig')).toMatchObject({ backend: 'rig-1', busy: 1 });
    await worker.upload(work);
    expect(await worker.end(work, 'succeed')).toEqual({ state: 'succeeded' });
    expect(await jobOf(running.url, id)).toMatchObject({ state: 'succeeded', attempt: 1, outputs: [{ attempt: 1 }] });
    expect(running.errors).toEqual([]);
  });
});

function fractionOf(event: JobEvent): number | null {
  return event.type === 'level' && event.level.kind === 'progress' ? event.level.fraction : null;
}
