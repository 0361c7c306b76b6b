import { jobAnswerSchema } from '@rendercast/protocol/dialects/native/index';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createFaultBook, type Ended } from '../../packages/server/src/engines/fault-book.contract.js';
import { readJob } from '../stories/log-over-http.js';
import { call, type House, startHouse, until } from '../support/house.js';
import { contentDigest, createRemoteWorker, PIXEL, wordPath } from '../support/remote-worker.js';
import { heldAs, openWorkerWire, type WorkerWire } from '../support/worker-wire.js';
import { ENDS, factsOf } from './elevenlabs-house.js';
import { WORKER_FAULTS, WORKER_LEASE_MS } from './worker-fault-rows.js';

const book = createFaultBook(WORKER_FAULTS);

let house: House;
beforeAll(async () => {
  house = await startHouse({ leaseMs: WORKER_LEASE_MS });
});
afterAll(() => house.stop());

/** A worker of an engine of its own, with a job of it in hand. */
async function atWork(engine: string, more: { repeatable?: boolean } = {}) {
  const about = { worker: `${engine}-1`, engine, kinds: ['image' as const], ...more };
  const wire = await openWorkerWire(house.url, { about });
  const body = { kind: 'image', engine, request: { prompt: 'a red fox' } };
  const { id } = (await call(house.url, '/v1/jobs', { body })).as(jobAnswerSchema).job;
  const work = await wire.work();
  expect(work.jobId).toBe(id);
  return { about, wire, id, work, startedMs: performance.now() };
}

const cancel = (id: string) => call(house.url, `/v1/jobs/${id}/cancel`, { method: 'POST' });

/** How the job stands after its end: one end, and the code of it. */
async function endedOf(id: string): Promise<Ended> {
  const job = await until(async () => {
    const now = await readJob(house.url, id);
    return now.endedAt === null ? null : now;
  }, 'the end of the job');
  const ends = (await factsOf(house.url, id)).filter(({ type }) => ENDS.includes(type));
  expect(ends.map(({ type }) => type)).toEqual([job.state]);
  if (job.state !== 'failed') return job.state === 'succeeded' ? 'done' : 'canceled';
  return { code: job.error?.code ?? 'none', retryable: job.error?.retryable ?? false };
}

const took = ({ startedMs }: { startedMs: number }): number => performance.now() - startedMs;

async function finish(wire: WorkerWire, work: Parameters<typeof heldAs>[0]): Promise<string> {
  return (await wire.ask('ended', { type: 'succeed', ...heldAs(work) })).state;
}

describe('a remote worker', () => {
  it('that falls silent loses its job to another, and its late words change nothing', async () => {
    const first = await atWork('silent');
    const second = await openWorkerWire(house.url, { about: { ...first.about, worker: 'silent-2' } });
    const work = await second.work();
    const retrying = (await factsOf(house.url, first.id)).find(({ type }) => type === 'retrying');
    const { error } = retrying as Extract<NonNullable<typeof retrying>, { type: 'retrying' }>;
    book.judge('worker', 'deaf in mid-run', error, took(first));
    const askedMs = performance.now();
    const late = await createRemoteWorker(house.url, first.about).say(wordPath(first.work, 'succeed'), { body: {} });
    book.judge(
      'worker',
      'late words of a lost attempt',
      { code: late.code, retryable: false },
      performance.now() - askedMs,
    );
    await createRemoteWorker(house.url).upload(work);
    expect(await finish(second, work)).toBe('succeeded');
    // Its answer may have been lost.
    const again = performance.now();
    expect(await finish(second, work)).toBe('succeeded');
    book.judge('worker', 'ends twice', await endedOf(first.id), performance.now() - again);
    for (const { close } of [first.wire, second]) close();
  });

  it('that may have been paid leaves the outcome unknown when it falls silent', async () => {
    const lost = await atWork('paid', { repeatable: false });
    lost.wire.cut();
    book.judge('worker', 'away for good, not repeatable', await endedOf(lost.id), took(lost));
  });

  it('that goes on after a cancel ends nothing any more', async () => {
    const slow = await atWork('slow');
    await createRemoteWorker(house.url).upload(slow.work);
    const askedMs = performance.now();
    await cancel(slow.id);
    book.judge('worker', 'ends after a cancel', await endedOf(slow.id), performance.now() - askedMs);
    slow.wire.send({ type: 'succeed', ref: 'late', ...heldAs(slow.work) });
    expect(await slow.wire.next('error', ({ ref }) => ref === 'late')).toMatchObject({ error: { code: 'superseded' } });
    expect(await endedOf(slow.id)).toBe('canceled');
    slow.wire.close();
  });

  it('whose line is cut goes on over another', async () => {
    const cut = await atWork('cut');
    cut.wire.cut();
    const wire = await openWorkerWire(house.url, { about: cut.about, leases: [cut.work] });
    await createRemoteWorker(house.url).upload(cut.work);
    expect(await finish(wire, cut.work)).toBe('succeeded');
    book.judge('worker', 'socket cut in mid-run', await endedOf(cut.id), took(cut));
    expect(await readJob(house.url, cut.id)).toMatchObject({ attempt: 1, failures: 0 });
    wire.close();
  });

  it('whose output arrives damaged is told so, and one that ran out of memory is believed', async () => {
    const damaged = await atWork('damaged');
    const answer = await createRemoteWorker(house.url).say(wordPath(damaged.work, 'output'), {
      method: 'PUT',
      body: PIXEL.subarray(1),
      headers: { 'content-type': 'image/png', 'content-digest': contentDigest(PIXEL) },
    });
    book.judge('worker', 'output is damaged', { code: answer.code, retryable: false }, took(damaged));
    const failure = { code: 'out_of_memory', message: 'The card is full.', retryable: false };
    await damaged.wire.ask('ended', { type: 'fail', ...heldAs(damaged.work), ...failure });
    book.judge('worker', 'out of memory', await endedOf(damaged.id), took(damaged));
    damaged.wire.close();
  });
});
