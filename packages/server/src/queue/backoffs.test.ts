import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { ALICE, openRig, picture, type Rig, VIA } from './rig.contract.js';
import { createSteppedClock, type SteppedClock } from './stepped-clock.contract.js';

const DAY_MS = 86_400_000;
const BACKOFF_MS = 30_000;

let dir: string;
let rig: Rig;
let clock: SteppedClock;
async function open(wallMs?: number): Promise<void> {
  clock = createSteppedClock(wallMs);
  rig = await openRig({ dir, clock, slots: 1 });
  await rig.queue.sweep();
}
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'rendercast-backoffs-'));
  await open();
});
afterEach(async () => {
  await rig.close();
  await rm(dir, { recursive: true, force: true });
});

const claim = () => rig.queue.claim({ name: 't', inProcess: true, offers: rig.registry.offers(), leaseMs: 1_000 });

/** A job whose first try has just failed. */
async function failed(): Promise<string> {
  const { job } = await rig.queue.submit(ALICE, picture(), VIA);
  await failNow();
  return job.id;
}

async function failNow(): Promise<void> {
  const claimed = await claim();
  if (claimed === null) throw new Error('there was nothing to claim');
  const lease = { jobId: claimed.job.id, attempt: claimed.job.attempt };
  const again = { code: 'engine_failed', message: 'It flickered.', retryable: true, retryAfterMs: BACKOFF_MS } as const;
  await rig.queue.fail(lease, again, null);
}

/** Lets time pass as it does in a house: with a look now and then. */
async function pass(ms: number): Promise<void> {
  clock.step(ms);
  await rig.queue.sweep();
}

describe('a backoff', () => {
  test('is not made longer by a wall clock that is set back, nor shorter', async () => {
    const id = await failed();
    await pass(10_000);
    clock.jump(-DAY_MS);
    await rig.queue.sweep();
    await pass(BACKOFF_MS - 1);
    expect(await claim()).toBeNull();
    await pass(1);
    expect((await claim())?.job).toMatchObject({ id, attempt: 2 });
  });

  test('that begins after the clock was set back has its own length', async () => {
    const id = await failed();
    clock.jump(-DAY_MS);
    await pass(0);
    await pass(BACKOFF_MS);
    await failNow();
    await pass(BACKOFF_MS - 1);
    expect(await claim()).toBeNull();
    await pass(1);
    expect((await claim())?.job).toMatchObject({ id, attempt: 3 });
  });

  test('ends in time also where the clock was set back while the server was down', async () => {
    const wallMs = clock.now();
    const id = await failed();
    await rig.close();
    await open(wallMs - DAY_MS);
    expect(await claim()).toBeNull();
    await pass(BACKOFF_MS);
    expect((await claim())?.job).toMatchObject({ id, attempt: 2 });
  });

  test('of a job that was cancelled meanwhile, or whose time came after all, is forgotten', async () => {
    const id = await failed();
    clock.jump(-DAY_MS);
    await pass(0);
    await rig.queue.cancel(ALICE, id, null);
    const other = await failed();
    clock.jump(-1_000);
    await pass(0);
    clock.jump(DAY_MS);
    await pass(BACKOFF_MS);
    expect((await claim())?.job.id).toBe(other);
    await pass(BACKOFF_MS);
    expect(await claim()).toBeNull();
  });

  test('rings when it has ended, so that nobody has to ask', async () => {
    await failed();
    clock.jump(-DAY_MS);
    await pass(0);
    let rings = 0;
    rig.queue.onWork(() => {
      rings += 1;
    });
    await pass(BACKOFF_MS - 1);
    expect(rings).toBe(0);
    await pass(1);
    expect(rings).toBe(1);
  });
});
