import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import {
  ALICE,
  artifactOf,
  factsOf,
  LIMITS,
  openRig,
  picture,
  type Rig,
  type RigOptions,
  typesOf,
  VIA,
} from './rig.contract.js';
import { createSteppedClock, type SteppedClock } from './stepped-clock.contract.js';

let rig: Rig;
let clock: SteppedClock;
async function open(options: RigOptions = {}): Promise<void> {
  clock = createSteppedClock();
  rig = await openRig({ clock, slots: 1, ...options });
}
beforeEach(() => open());
afterEach(() => rig.close());
const reopen = async (options: RigOptions) => {
  await rig.close();
  await open(options);
};

const submitted = async (command = picture()) => (await rig.queue.submit(ALICE, command, VIA)).job;
const claimed = async () => {
  const claim = await rig.queue.claim({ name: 't', inProcess: true, offers: rig.registry.offers(), leaseMs: 1_000 });
  if (claim === null) throw new Error('there was nothing to claim');
  return { job: claim.job, lease: { jobId: claim.job.id, attempt: claim.job.attempt } };
};
const reached = { fraction: 0.5, stage: 'base_model', step: 2, steps: 4, etaMs: null, elapsedMs: 1_200 };
const FLAKY = { code: 'engine_failed', message: 'It flickered.', retryable: true } as const;

describe('an attempt', () => {
  test('that fails is tried again after a growing wait, until its tries are used up', async () => {
    const job = await submitted();
    const waits: number[] = [];
    for (let attempt = 1; attempt <= LIMITS.maxAttempts; attempt++) {
      const { lease } = await claimed();
      const after = await rig.queue.fail(lease, FLAKY, reached);
      if (after.notBefore === null) continue;
      const waitMs = Date.parse(after.notBefore) - clock.now();
      waits.push(waitMs);
      await expect(claimed()).rejects.toThrow('nothing to claim');
      clock.step(waitMs);
    }
    expect(waits[0]).toBeGreaterThanOrEqual(10);
    expect(waits[0]).toBeLessThanOrEqual(20);
    expect(waits[1]).toBeGreaterThanOrEqual(20);
    expect(await typesOf(rig, job.id)).toEqual([
      'queued',
      'started',
      'retrying',
      'started',
      'retrying',
      'started',
      'failed',
    ]);
    const end = (await rig.store.find(job.id, null))?.job;
    expect(end).toMatchObject({ state: 'failed', error: FLAKY, progress: reached, attempt: 3 });
  });

  test('waits as long as the backend asks', async () => {
    await submitted();
    const { lease } = await claimed();
    const after = await rig.queue.fail(lease, { ...FLAKY, retryAfterMs: 30_000 }, null);
    expect(Date.parse(after.notBefore ?? '') - clock.now()).toBe(30_000);
  });

  test('that fails for good ends the job at once', async () => {
    await submitted();
    const { lease } = await claimed();
    const failure = { code: 'out_of_memory', message: 'No room.', retryable: false } as const;
    expect(await rig.queue.fail(lease, failure, null)).toMatchObject({ state: 'failed', error: failure });
  });

  test('that is handed back costs no try and may start again at once', async () => {
    const job = await submitted();
    for (let round = 0; round < 5; round++) await rig.queue.handBack((await claimed()).lease, null);
    const now = (await rig.store.find(job.id, null))?.job;
    expect(now).toMatchObject({ state: 'queued', failures: 0, attempt: 5 });
  });

  test('that was superseded changes nothing any more', async () => {
    const job = await submitted();
    const old = (await claimed()).lease;
    clock.step(1_001);
    await rig.queue.sweep();
    clock.step(1_000);
    const { lease } = await claimed();
    const before = await factsOf(rig, job.id);
    const refused = { code: 'superseded' };
    const artifact = await artifactOf(rig, job.id);
    await expect(rig.queue.report(old, { type: 'output', slot: 0, artifact })).rejects.toMatchObject(refused);
    await expect(rig.queue.succeed(old, reached)).rejects.toMatchObject(refused);
    await expect(rig.queue.fail(old, FLAKY, null)).rejects.toMatchObject(refused);
    await expect(rig.queue.handBack(old, null)).rejects.toMatchObject(refused);
    expect(await rig.queue.renew([old, lease], 1_000)).toEqual([job.id]);
    expect(await factsOf(rig, job.id)).toEqual(before);
    expect(await rig.queue.succeed(lease, reached)).toMatchObject({ state: 'succeeded', attempt: 2 });
  });

  test('keeps durations at zero or above when the wall clock is set back', async () => {
    const job = await submitted();
    const { lease } = await claimed();
    clock.jump(-3_600_000);
    await rig.queue.succeed(lease, reached);
    const end = (await rig.store.find(job.id, null))?.job;
    expect(end?.timings).toEqual({ queuedMs: 0, runMs: 1_200, totalMs: 1_200 });
  });
});

describe('the sweep', () => {
  test('gives a job of a lost worker another try, and ends it when there is none left', async () => {
    const job = await submitted();
    for (let attempt = 1; attempt <= LIMITS.maxAttempts; attempt++) {
      await claimed();
      expect(await rig.queue.sweep()).toEqual({ lost: 0, overdue: 0 });
      clock.step(1_001);
      expect(await rig.queue.sweep()).toEqual({ lost: 1, overdue: 0 });
      clock.step(200);
    }
    const end = (await rig.store.find(job.id, null))?.job;
    expect(end).toMatchObject({ state: 'failed', error: { code: 'worker_lost' }, failures: 2, attempt: 3 });
  });

  test('ends a job of a lost worker as canceled when that was asked for', async () => {
    await submitted();
    const { job } = await claimed();
    await rig.queue.cancel(ALICE, job.id, 'stop it');
    clock.step(1_001);
    await rig.queue.sweep();
    expect((await factsOf(rig, job.id)).at(-1)).toMatchObject({ type: 'canceled', reason: 'stop it' });
  });

  test('never repeats by itself what must not be repeated', async () => {
    await reopen({ queue: { lossRule: () => ({ repeatable: false }) } });
    const job = await submitted();
    await claimed();
    clock.step(1_001);
    await rig.queue.sweep();
    expect((await rig.store.find(job.id, null))?.job).toMatchObject({
      state: 'failed',
      error: { code: 'outcome_unknown' },
    });
  });

  test('lets a backend look for lost work that it can adopt, as long as a try is left', async () => {
    await reopen({ limits: { maxAttempts: 2 }, queue: { lossRule: () => ({ repeatable: false, adopts: true }) } });
    const job = await submitted();
    for (const state of ['queued', 'failed']) {
      await claimed();
      clock.step(1_001);
      await rig.queue.sweep();
      clock.step(200);
      expect((await rig.store.find(job.id, null))?.job.state).toBe(state);
    }
    expect((await rig.store.find(job.id, null))?.job.error?.code).toBe('outcome_unknown');
  });

  test('ends a job that waited too long', async () => {
    const job = await submitted(picture({}, { queueTimeoutMs: 5_000 }));
    clock.step(4_999);
    expect(await rig.queue.sweep()).toEqual({ lost: 0, overdue: 0 });
    clock.step(2);
    expect(await rig.queue.sweep()).toEqual({ lost: 0, overdue: 1 });
    expect((await rig.store.find(job.id, null))?.job).toMatchObject({
      state: 'failed',
      error: { code: 'queue_timeout' },
    });
  });

  test('after a restart takes the jobs of the process that died at once, and gives them another try', async () => {
    const job = await submitted();
    await claimed();
    const { dir } = rig;
    await rig.bus.close();
    await rig.store.close();
    const next = await openRig({ dir, clock, slots: 1 });
    expect(await next.queue.sweep()).toEqual({ lost: 1, overdue: 0 });
    expect((await next.store.find(job.id, null))?.job).toMatchObject({ state: 'queued', failures: 1 });
    await next.close();
    await open();
  });
});
