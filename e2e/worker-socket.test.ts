import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createClient } from '@rendercast/client';
import { type Job, snapshotSchema } from '@rendercast/protocol';
import { enginesAnswerSchema, jobAnswerSchema } from '@rendercast/protocol/dialects/native/index';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { createFaultBook } from '../packages/server/src/engines/fault-book.contract.js';
import { WORKER_FAULTS } from './engines/worker-fault-rows.js';
import { type HouseProcess, startHouseProcess } from './proof/house-process.js';
import { call, type House, startHouse, until } from './support/house.js';
import { createRemoteWorker } from './support/remote-worker.js';
import { heldAs, openWorkerWire } from './support/worker-wire.js';

/** Long enough for a busy machine to renew it, short enough to wait for its end. */
const LEASE_MS = 3_000;

async function submit(url: string, engine = 'rig', key?: string): Promise<string> {
  const body = { kind: 'image', engine, request: { prompt: 'a red fox' } };
  return (await call(url, '/v1/jobs', { body, ...(key === undefined ? {} : { key }) })).as(jobAnswerSchema).job.id;
}

async function jobOf(url: string, id: string): Promise<Job> {
  return (await call(url, `/v1/jobs/${id}`)).as(snapshotSchema).job;
}

const jobWhen = (url: string, id: string, fits: (job: Job) => boolean, what: string): Promise<Job> =>
  until(async () => {
    const job = await jobOf(url, id);
    return fits(job) && job;
  }, what);

let house: House;
beforeAll(async () => {
  house = await startHouse({ leaseMs: LEASE_MS });
});
afterAll(() => house.stop());

describe('a worker on a socket', () => {
  it('RC-WORKER-16 RC-WORKER-18: claims, reports, brings its output over HTTP and ends well, and a client sees every step', async () => {
    const wire = await openWorkerWire(house.url);
    expect(wire.messages).toMatchObject([{ type: 'welcome', protocol: 'rendercast.worker.v1', leaseMs: LEASE_MS }]);
    const claiming = wire.work();
    const id = await submit(house.url);
    const client = createClient({ url: house.url, webSocket: WebSocket as never });
    const facts: string[] = [];
    const watching = (async () => {
      for await (const event of client.job(id).events({ from: 'start' }))
        if (event.type === 'fact') facts.push(event.fact.type);
    })();
    const work = await claiming;
    expect(work).toMatchObject({ jobId: id, attempt: 1, kind: 'image', leaseMs: LEASE_MS, handle: null });
    // Nobody waits for an answer before the next word.
    const said = [
      { stage: { stage: 'base', index: 1, count: 2, steps: 4 } },
      { progress: { fraction: 0.25, step: 1, steps: 4 } },
      { stage: { stage: 'refiner', index: 2, count: 2, steps: 4 }, progress: { fraction: 0.75, step: 3 } },
    ];
    const answers = said.map((each) => wire.ask('standing', { type: 'report', ...heldAs(work), ...each }));
    for (const answer of await Promise.all(answers)) expect(answer).toMatchObject({ jobId: id, standing: 'held' });
    const { levels } = (await call(house.url, `/v1/jobs/${id}`)).as(snapshotSchema);
    expect(levels.progress).toMatchObject({ attempt: 1, fraction: 0.75, stage: 'refiner' });
    await createRemoteWorker(house.url).upload(work);
    expect(await wire.ask('ended', { type: 'succeed', ...heldAs(work) })).toMatchObject({ state: 'succeeded' });
    await watching;
    client.close();
    expect(facts).toEqual(['queued', 'started', 'stage', 'stage', 'output', 'succeeded']);
    expect(await jobOf(house.url, id)).toMatchObject({ ranOn: { engine: 'rig', backend: 'rig-1' }, attempt: 1 });
    // Its own last word was news to nobody.
    await wire.ask('pong', { type: 'ping' });
    expect(wire.messages.filter((message) => message.type === 'standing' && message.ref === null)).toEqual([]);
    wire.close();
  });

  it('RC-WORKER-17 RC-WORKER-7: is told of a cancel at once, though it asks nothing, and hands back', async () => {
    const wire = await openWorkerWire(house.url);
    const id = await submit(house.url);
    const work = await wire.work();
    const askedMs = performance.now();
    await call(house.url, `/v1/jobs/${id}/cancel`, { method: 'POST' });
    expect(await wire.next('standing')).toEqual({
      type: 'standing',
      ref: null,
      jobId: id,
      standing: 'canceling',
      wantsPreview: false,
    });
    expect(performance.now() - askedMs).toBeLessThan(1_000);
    expect(await wire.ask('ended', { type: 'handBack', ...heldAs(work) })).toMatchObject({ state: 'canceled' });
    expect(await jobOf(house.url, id)).toMatchObject({ state: 'canceled', attempt: 1 });
    wire.close();
  });

  it('RC-WORKER-19 RC-WORKER-21: that loses its line goes on over another one, and what waited on the first takes nothing', async () => {
    const first = await openWorkerWire(house.url);
    const id = await submit(house.url);
    const work = await first.work();
    first.send({ type: 'claim', ref: 'waits' });
    await first.ask('standing', { type: 'report', ...heldAs(work), progress: { fraction: 0.5 } });
    first.cut();
    await first.untilClosed();
    const second = await openWorkerWire(house.url, { leases: [work] });
    expect(second.messages).toMatchObject([{ type: 'welcome', jobs: [{ jobId: id, standing: 'held' }] }]);
    const next = await submit(house.url);
    expect(await second.work()).toMatchObject({ jobId: next, attempt: 1 });
    // What it named is watched again.
    await call(house.url, `/v1/jobs/${id}/cancel`, { method: 'POST' });
    await second.next('standing', ({ jobId, standing }) => jobId === id && standing === 'canceling');
    expect(await second.ask('ended', { type: 'handBack', ...heldAs(work) })).toMatchObject({ state: 'canceled' });
    second.close();
  });

  it('RC-WORKER-17 RC-WORKER-9 RC-WORKER-4: that hangs loses its lease though its line stands, is told so, and its late words change nothing', async () => {
    const stale = await openWorkerWire(house.url, { about: { worker: 'hung-1', engine: 'hung' } });
    const id = await submit(house.url, 'hung');
    const lost = await stale.work();
    const fresh = await openWorkerWire(house.url, { about: { worker: 'hung-2', engine: 'hung' } });
    const work = await fresh.work();
    expect(work).toMatchObject({ jobId: id, attempt: 2 });
    await stale.next('standing', ({ jobId, standing }) => jobId === id && standing === 'superseded');
    const words = [
      { type: 'report' as const, progress: { fraction: 1 }, stage: { stage: 'too late' } },
      { type: 'fail' as const, message: 'too late' },
      { type: 'handBack' as const },
      { type: 'handle' as const, handle: { late: true } },
    ];
    for (const word of words) {
      stale.send({ ...word, ...heldAs(lost), ref: word.type });
      expect(await stale.next('error', ({ ref }) => ref === word.type)).toMatchObject({
        jobId: id,
        error: { code: 'superseded' },
      });
    }
    await fresh.ask('standing', { type: 'report', ...heldAs(work), progress: { fraction: 0.25 } });
    const { job, levels } = (await call(house.url, `/v1/jobs/${id}`)).as(snapshotSchema);
    expect(job).toMatchObject({ state: 'running', attempt: 2, outputs: [], stage: null });
    expect(levels.progress).toMatchObject({ attempt: 2, fraction: 0.25 });
    expect(await fresh.ask('ended', { type: 'handBack', ...heldAs(work) })).toMatchObject({ state: 'queued' });
    await call(house.url, `/v1/jobs/${id}/cancel`, { method: 'POST' });
    for (const wire of [stale, fresh]) wire.close();
  });

  it('RC-WORKER-16: speaks over either line about the same job, with the same lease', async () => {
    const wire = await openWorkerWire(house.url, { about: { worker: 'both-1', engine: 'both' } });
    const http = createRemoteWorker(house.url, { worker: 'both-1', engine: 'both' });
    const id = await submit(house.url, 'both');
    const work = await http.work();
    const { jobs } = await wire.ask('standings', { type: 'heartbeat', leases: [heldAs(work)] });
    expect(jobs).toEqual([{ jobId: id, standing: 'held' }]);
    await wire.ask('standing', { type: 'report', ...heldAs(work), progress: { fraction: 0.5 } });
    await http.report(work, { progress: { fraction: 0.6 } });
    await call(house.url, `/v1/jobs/${id}/cancel`, { method: 'POST' });
    await wire.next('standing', ({ standing }) => standing === 'canceling');
    expect(await http.end(work, 'hand-back')).toEqual({ state: 'canceled' });
    // It was not on this socket that the job was ended.
    await wire.next('standing', ({ standing }) => standing === 'superseded');
    const { engines } = (await call(house.url, '/v1/engines')).as(enginesAnswerSchema);
    expect(engines.find(({ name }) => name === 'both')).toMatchObject({ backend: 'both-1', health: 'up' });
    wire.close();
  });
});

describe('who may have a socket of workers', () => {
  const KEYS = { ada: 'ada-key-0123456789abcdef', rig: 'rig-key-0123456789abcdef', rog: 'rog-key-0123456789abcdef' };
  let keyed: House;
  beforeAll(async () => {
    const apiKeys = `ada:${KEYS.ada},rig:${KEYS.rig}:worker,rog:${KEYS.rog}:worker`;
    keyed = await startHouse({ apiKeys, maxFrameBytes: 200_000, maxMessagesPerSecond: 20 });
  });
  afterAll(() => keyed.stop());

  it('RC-WORKER-3 RC-WORKER-16: only keys with the role worker, said by header or in hello, and each for what it holds', async () => {
    const user = await openWorkerWire(keyed.url, { token: KEYS.ada });
    expect(await user.untilClosed()).toEqual({ code: 4403, reason: 'forbidden' });
    const nobody = await openWorkerWire(keyed.url, { token: 'nobody' });
    expect(await nobody.untilClosed()).toEqual({ code: 4401, reason: 'unauthorized' });
    const passer = await openWorkerWire(keyed.url, { key: KEYS.rig, about: { engine: 'embedded-image' } });
    expect(await passer.untilClosed()).toEqual({ code: 1008, reason: 'conflict' });
    const wire = await openWorkerWire(keyed.url, { key: KEYS.rig });
    const id = await submit(keyed.url, 'rig', KEYS.ada);
    const work = await wire.work();
    expect(JSON.stringify(wire.messages)).not.toContain('ada');
    const rogue = await openWorkerWire(keyed.url, { token: KEYS.rog, about: { worker: 'rog-1' }, leases: [work] });
    expect(rogue.messages).toMatchObject([{ type: 'welcome', jobs: [{ jobId: id, standing: 'superseded' }] }]);
    for (const lease of [work.lease, '1.open', '2.open']) {
      rogue.send({ type: 'report', ref: lease, jobId: id, lease, progress: { fraction: 1 } });
      expect(await rogue.next('error', ({ ref }) => ref === lease)).toMatchObject({ error: { code: 'not_found' } });
    }
    expect(await wire.ask('standings', { type: 'heartbeat', leases: [heldAs(work)] })).toMatchObject({
      jobs: [{ standing: 'held' }],
    });
    await wire.ask('ended', { type: 'handBack', ...heldAs(work) });
    for (const each of [wire, rogue]) each.close();
  });

  it('RC-SOCKET-2 RC-SOCKET-3 RC-WORKER-1: what makes no sense is answered, a frame over the limit and too many of them close', async () => {
    const wire = await openWorkerWire(keyed.url, { key: KEYS.rig });
    const nonsense = [
      'no JSON',
      '[]',
      '{"type":"submit"}',
      '{"type":"report","jobId":"j"}',
      '{"type":"claim","waitMs":-1}',
      JSON.stringify({ type: 'fail', jobId: 'j', lease: 'x', code: 'canceled', message: 'x' }),
    ];
    for (const [index, text] of nonsense.entries()) {
      wire.send(text);
      await until(
        () => wire.messages.filter(({ type }) => type === 'error').length === index + 1,
        `a refusal of ${text}`,
      );
    }
    const codes = wire.messages.flatMap((message) => (message.type === 'error' ? [message.error.code] : []));
    const [bad, field] = ['invalid_request', 'invalid_field'];
    expect(codes).toEqual([bad, bad, bad, field, field, field]);
    wire.send('x'.repeat(200_001));
    expect((await wire.untilClosed()).code).toBe(1009);
    const noisy = await openWorkerWire(keyed.url, { key: KEYS.rig });
    for (let count = 0; count < 400 && noisy.closed === null; count += 1) noisy.send({ type: 'ping' });
    expect((await noisy.untilClosed()).code).toBe(4429);
  });
});

describe('over restarts of the server', () => {
  let dataDir: string;
  let running: HouseProcess;
  beforeAll(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'rendercast-worker-socket-'));
  });
  afterAll(async () => {
    await running.kill();
    await rm(dataDir, { recursive: true, force: true });
  });

  it('RC-WORKER-13 RC-WORKER-19: a job that was claimed on a socket goes on after the server was killed, over a new one', async () => {
    running = await startHouseProcess({ leaseMs: 10_000, dataDir });
    const { port } = running;
    const before = await openWorkerWire(running.url);
    const id = await submit(running.url);
    const work = await before.work();
    const startedMs = performance.now();
    await before.ask('standing', { type: 'report', ...heldAs(work), progress: { fraction: 0.5, step: 5, steps: 10 } });
    await running.kill();
    await before.untilClosed();
    running = await startHouseProcess({ leaseMs: 10_000, dataDir, port });
    const after = await openWorkerWire(running.url, { leases: [work] });
    expect(after.messages).toMatchObject([{ type: 'welcome', jobs: [{ jobId: id, standing: 'held' }] }]);
    await after.ask('standing', { type: 'report', ...heldAs(work), progress: { fraction: 0.6, step: 6, steps: 10 } });
    await createRemoteWorker(running.url).upload(work);
    expect(await after.ask('ended', { type: 'succeed', ...heldAs(work) })).toMatchObject({ state: 'succeeded' });
    expect(await jobWhen(running.url, id, ({ endedAt }) => endedAt !== null, 'the end')).toMatchObject({
      state: 'succeeded',
      attempt: 1,
      failures: 0,
      outputs: [{ attempt: 1 }],
    });
    createFaultBook(WORKER_FAULTS).judge('worker', 'our restart in mid-run', 'done', performance.now() - startedMs);
    after.close();
    expect(running.errors).toEqual([]);
  });
});
