import { type Level, RendercastError } from '@rendercast/protocol';
import sharp from 'sharp';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { Bus } from '../events/bus/bus.js';
import type { Store } from '../stores/store.js';
import {
  ALICE,
  ended,
  factsOf,
  jobWhen,
  openRig,
  picture,
  type Rig,
  type RigOptions,
  RUN_LIMITS,
  typesOf,
  VIA,
} from './rig.contract.js';
import { readWhole } from './store-output.js';

/** More than a busy machine needs. */
const SOON = { timeout: 15_000 };

let rig: Rig;
const open = async (options: RigOptions = {}) => {
  rig = await openRig(options);
};
beforeEach(() => open());
afterEach(() => rig.close());
const reopen = async (options: RigOptions) => {
  await rig.close();
  await open(options);
};

const submitted = async (...scripted: Parameters<typeof picture>) =>
  (await rig.queue.submit(ALICE, picture(...scripted), VIA)).job.id;
/** Every level from now on. */
async function hear(): Promise<{ levels: Level[]; previews: number }> {
  const heard = { levels: [] as Level[], previews: 0 };
  const listening = await rig.bus.listen(
    { all: true },
    {
      facts: () => undefined,
      level({ level, preview }) {
        heard.levels.push(level);
        if (preview !== null) heard.previews++;
      },
    },
  );
  listening.wantPreviews(true);
  return heard;
}
const blobKeys = async () => {
  const keys: string[] = [];
  for await (const { key } of rig.blobs.keys()) keys.push(key);
  return keys;
};
const busySlots = () => rig.registry.list()[0]?.busy;
const unavailable = () => new RendercastError('storage_unavailable');

describe('a good day', () => {
  test('a job runs from submit to its picture, every step told as a level', async () => {
    const heard = await hear();
    rig.runner().start();
    const id = await submitted({ stepMs: 5 }, { request: { refinerSteps: 2 } });
    const done = await ended(rig, id);
    expect(done).toMatchObject({ state: 'succeeded', attempt: 1, error: null, ranOn: { backend: 'rehearsal' } });
    expect(await typesOf(rig, id)).toEqual(['queued', 'started', 'stage', 'stage', 'output', 'succeeded']);
    expect(done.progress).toMatchObject({ fraction: 1, step: 6, steps: 6, stage: 'refiner_model', etaMs: 0 });
    const steps = heard.levels.flatMap((level) => (level.kind === 'progress' ? [level.step] : []));
    expect(new Set(steps)).toEqual(new Set([null, 1, 2, 3, 4, 5, 6]));
    expect(heard.previews).toBe(6);
  });

  test('the log names its stages by number', async () => {
    const logged = vi.spyOn(rig.logger, 'info');
    rig.runner().start();
    const jobId = await submitted({ stepMs: 5 }, { request: { refinerSteps: 2 } });
    await ended(rig, jobId);
    expect(logged.mock.calls).toEqual([
      [{ jobId, stage: 'base_model', attempt: 1 }, 'Stage 1'],
      [{ jobId, stage: 'refiner_model', attempt: 1 }, 'Stage 2'],
    ]);
  });

  test('its picture and thumbnail lie in the blobs, as the fact says', async () => {
    rig.runner().start();
    const [output] = (await ended(rig, await submitted())).outputs;
    const artifact = output?.artifact;
    expect(artifact).toMatchObject({ mediaType: 'image/png', width: 64, height: 64, hasThumbnail: true });
    const bytes = await readWhole(rig.blobs.read(artifact?.id ?? '', null));
    expect([bytes.length, (await sharp(bytes).metadata()).format]).toEqual([artifact?.sizeBytes, 'png']);
    const thumbnail = await readWhole(rig.blobs.read(`${artifact?.id}.thumb`, null));
    expect((await sharp(thumbnail).metadata()).format).toBe('webp');
  });

  test('levels are stamped so that anyone can order them, and none follows the end', async () => {
    const heard = await hear();
    rig.runner().start();
    const id = await submitted({ steps: 20, stepMs: 1, finishTwice: true, fallingPercent: true });
    await ended(rig, id);
    const stamps = heard.levels.map(({ attempt, after, tick }) => [attempt, after, tick]);
    for (const [index, stamp] of stamps.slice(1).entries()) {
      const [, , before] = stamps[index] ?? [];
      expect(stamp[2]).toBeGreaterThan(before ?? 0);
      expect(stamp[1]).toBeGreaterThanOrEqual(stamps[index]?.[1] ?? 0);
    }
    const fractions = heard.levels.flatMap((level) => (level.kind === 'progress' ? [level.fraction ?? 0] : []));
    expect(fractions).toEqual([...fractions].sort((left, right) => left - right));
    const count = heard.levels.length;
    await vi.waitFor(() => expect(busySlots()).toBe(0), SOON);
    expect(heard.levels.length).toBe(count);
  });

  test('time left is worked out from the pace, and not before there is one', async () => {
    const heard = await hear();
    rig.runner().start();
    await ended(rig, await submitted({ steps: 20, stepMs: 10, previewEvery: 0 }));
    const etas = heard.levels.flatMap((level) => (level.kind === 'progress' ? [[level.step, level.etaMs]] : []));
    expect(etas[0]).toEqual([null, null]);
    expect(etas.find(([step]) => step === 1)).toEqual([1, null]);
    expect(etas.find(([step]) => step === 10)?.[1]).toBeGreaterThan(50);
  });

  test('runs as many jobs at once as there are slots, and the next as soon as one is free', async () => {
    await reopen({ slots: 2 });
    rig.runner({ pace: { pollMs: 60_000 } }).start();
    const ids = await Promise.all([1, 2, 3, 4, 5].map(() => submitted({ stepMs: 10 })));
    let most = 0;
    const watch = setInterval(() => {
      most = Math.max(most, busySlots() ?? 0);
    }, 2);
    for (const id of ids) expect((await ended(rig, id)).state).toBe('succeeded');
    clearInterval(watch);
    expect(most).toBe(2);
  });
});

describe('a bad day', () => {
  test('a transient failure is tried again, and the newest attempt is what counts', async () => {
    rig.runner().start();
    const id = await submitted({ transient: { attempts: 2, atStep: 3 } });
    expect(await ended(rig, id)).toMatchObject({ state: 'succeeded', attempt: 3, failures: 2 });
    expect((await typesOf(rig, id)).filter((type) => type === 'retrying')).toHaveLength(2);
  });

  test('an engine that is out of memory ends the job with that code and how far it came', async () => {
    rig.runner().start();
    const done = await ended(rig, await submitted({ fail: { atStep: 3 } }));
    expect(done).toMatchObject({
      state: 'failed',
      error: { code: 'out_of_memory' },
      progress: { step: 2, fraction: 0.5 },
    });
  });

  test('a run that takes too long is stopped', async () => {
    rig.runner({ limits: { ...RUN_LIMITS, runTimeoutMs: 80 } }).start();
    const done = await ended(rig, await submitted({ steps: 1_000, stepMs: 5, previewEvery: 0 }));
    expect(done).toMatchObject({ state: 'failed', error: { code: 'run_timeout' }, attempt: 1 });
  });

  test('an engine that falls silent is stopped and tried again, until the tries are used up', async () => {
    rig.runner({ limits: { ...RUN_LIMITS, silentTimeoutMs: 50 } }).start();
    const done = await ended(rig, await submitted({ hangAtStep: 2 }));
    expect(done).toMatchObject({ state: 'failed', error: { code: 'silent_timeout' }, attempt: 3 });
  });

  test('a script that cannot be read fails the job without another try', async () => {
    rig.runner().start();
    const done = await ended(rig, await submitted({ hangAtStepp: 2 }));
    expect(done).toMatchObject({ state: 'failed', error: { code: 'invalid_field', retryable: false }, attempt: 1 });
  });
});

describe('cancel', () => {
  const endless = { steps: 10_000, stepMs: 5, previewEvery: 0 };

  test('stops a running job soon, and only this one', async () => {
    rig.runner({ pace: { cancelMs: 60_000 } }).start();
    const [id, other] = [await submitted(endless), await submitted({ steps: 30, stepMs: 5 })];
    await jobWhen(rig, id, ({ stage }) => stage !== null);
    const askedAt = performance.now();
    await rig.queue.cancel(ALICE, id, 'enough');
    expect(await ended(rig, id)).toMatchObject({ state: 'canceled' });
    expect(performance.now() - askedAt).toBeLessThan(500);
    expect((await factsOf(rig, id)).slice(-2)).toMatchObject([
      { type: 'canceling', reason: 'enough' },
      { type: 'canceled', reason: 'enough', progress: { stage: 'base_model' } },
    ]);
    expect((await ended(rig, other)).state).toBe('succeeded');
  });

  test('is seen although every hint is lost', async () => {
    const deafBus: Bus = { ...rig.bus, listen: async () => ({ wantPreviews: () => undefined, stop: () => undefined }) };
    rig.runner({ bus: deafBus }).start();
    const id = await submitted(endless);
    await jobWhen(rig, id, ({ stage }) => stage !== null);
    await rig.queue.cancel(ALICE, id, null);
    expect((await ended(rig, id)).state).toBe('canceled');
  });

  test('ends the job of an engine that is deaf to it; its slot stays taken until it has really stopped', async () => {
    rig.runner().start();
    const heard = await hear();
    const id = await submitted({ ...endless, deafMs: 2_600 });
    await jobWhen(rig, id, ({ stage }) => stage !== null);
    await rig.queue.cancel(ALICE, id, null);
    expect((await ended(rig, id)).state).toBe('canceled');
    const count = heard.levels.length;
    expect(busySlots()).toBe(1);
    await vi.waitFor(() => expect(busySlots()).toBe(0), { timeout: 3_000 });
    expect(heard.levels.length).toBe(count);
    expect((await typesOf(rig, id)).filter((type) => type === 'output')).toEqual([]);
  });

  test('leaves the outputs that were made', async () => {
    rig.runner().start();
    const id = await submitted({ outputs: 16, stepMs: 0, steps: 1 }, { request: { width: 1_024, height: 1_024 } });
    await jobWhen(rig, id, ({ outputs }) => outputs.length >= 1);
    await rig.queue.cancel(ALICE, id, null);
    const done = await ended(rig, id);
    expect(done.outputs.length).toBeGreaterThanOrEqual(1);
    const kept = done.outputs.map(({ artifact }) => artifact.id);
    await vi.waitFor(async () => {
      const files = (await blobKeys()).filter((key) => !key.endsWith('.thumb'));
      expect(files.sort()).toEqual([...kept].sort());
    }, SOON);
  });

  test('of a job whose backend is busy afterwards does not free the slot early', async () => {
    await reopen({ slots: 1 });
    rig.runner().start();
    const first = await submitted({ busyMs: 300 });
    const next = await submitted();
    await ended(rig, first);
    const endedAt = performance.now();
    await jobWhen(rig, next, ({ state }) => state !== 'queued');
    expect(performance.now() - endedAt).toBeGreaterThanOrEqual(250);
  });
});

describe('a lost lease', () => {
  test('ends the attempt without a fact, a level or a byte, and the job goes on elsewhere', async () => {
    let losing = true;
    const wrapStore = (store: Store): Store => ({
      ...store,
      renew: async (leases, leaseMs) => (losing ? [] : await store.renew(leases, leaseMs)),
    });
    await reopen({ wrapStore });
    const heard = await hear();
    // Short, but not so short that a busy machine loses the second lease as well.
    const short = { ...RUN_LIMITS, leaseMs: 1_000 };
    rig.runner({ limits: short }).start();
    // Deaf for longer than it takes to finish: the superseded attempt does its whole work in vain.
    const id = await submitted({ steps: 30, stepMs: 60, previewEvery: 0, deafMs: 10_000 });
    await jobWhen(rig, id, ({ attempt }) => attempt === 1);
    rig.queue.start();
    await jobWhen(rig, id, ({ failures }) => failures === 1);
    losing = false;
    const doneFirst = heard.levels.length;
    const done = await ended(rig, id);
    await vi.waitFor(() => expect(busySlots()).toBe(0), { timeout: 20_000 });

    expect(done).toMatchObject({ state: 'succeeded', attempt: 2, failures: 1 });
    const facts = await factsOf(rig, id);
    const lostAt = facts.findIndex(({ type }) => type === 'retrying');
    expect(facts[lostAt]).toMatchObject({ error: { code: 'worker_lost' }, counted: true });
    expect(facts.slice(lostAt + 1).every((fact) => !('attempt' in fact) || fact.attempt === 2)).toBe(true);
    expect(heard.levels.slice(doneFirst).every(({ attempt }) => attempt === 2)).toBe(true);
    const kept = done.outputs.map(({ artifact }) => artifact.id);
    expect((await blobKeys()).filter((key) => !key.endsWith('.thumb'))).toEqual(kept);
  });

  test('is noticed by the runner itself when it cannot renew in time', async () => {
    const wrapStore = (store: Store): Store => ({ ...store, renew: () => Promise.reject(unavailable()) });
    await reopen({ wrapStore });
    rig.runner({ limits: { ...RUN_LIMITS, leaseMs: 100 } }).start();
    const id = await submitted({ steps: 10_000, stepMs: 5 });
    await jobWhen(rig, id, ({ stage }) => stage !== null);
    await vi.waitFor(() => expect(busySlots()).toBe(0), { timeout: 20_000 });
    expect((await typesOf(rig, id)).at(-1)).toBe('stage');
  });
});

describe('while facts cannot be stored', () => {
  const failing = (isHit: (types: string[]) => boolean, times: number) => {
    let left = times;
    return (store: Store): Store => ({
      ...store,
      append: async (append) => {
        if (left > 0 && isHit(append.bodies.map(({ type }) => type))) {
          left--;
          throw unavailable();
        }
        return await store.append(append);
      },
    });
  };

  test('finished work is held and stored once it can be', async () => {
    await reopen({ wrapStore: failing((types) => types.includes('succeeded'), 3) });
    rig.runner().start();
    const id = await submitted();
    await jobWhen(rig, id, ({ outputs }) => outputs.length === 1);
    const done = await ended(rig, id);
    expect(done).toMatchObject({ state: 'succeeded', attempt: 1 });
    expect((await typesOf(rig, id)).filter((type) => type === 'succeeded')).toHaveLength(1);
  });

  test('stages and outputs wait too, and that is not held against the engine', async () => {
    await reopen({ wrapStore: failing((types) => types.includes('stage') || types.includes('output'), 4) });
    rig.runner({ limits: { ...RUN_LIMITS, silentTimeoutMs: 150 } }).start();
    const done = await ended(rig, await submitted());
    expect(done).toMatchObject({ state: 'succeeded', attempt: 1 });
    expect((await blobKeys()).length).toBe(2);
  });
});

describe('draining', () => {
  test('lets running jobs end within the grace', async () => {
    const runner = rig.runner();
    runner.start();
    const id = await submitted({ steps: 20, stepMs: 5 });
    await jobWhen(rig, id, ({ state }) => state === 'running');
    await runner.drain(5_000);
    expect(await ended(rig, id)).toMatchObject({ state: 'succeeded', attempt: 1 });
    expect(runner.running()).toBe(0);
  });

  test('hands back what does not end in time, at no cost to its tries, and the next runner takes it', async () => {
    const runner = rig.runner();
    runner.start();
    const id = await submitted({ steps: 40, stepMs: 10, previewEvery: 0 });
    await jobWhen(rig, id, ({ stage }) => stage !== null);
    await runner.drain(0);
    const back = await jobWhen(rig, id, ({ state }) => state === 'queued');
    expect(back).toMatchObject({ failures: 0, error: { code: 'shutting_down' } });
    const late = await submitted();
    expect((await jobWhen(rig, late, () => true)).state).toBe('queued');
    rig.runner().start();
    expect(await ended(rig, id)).toMatchObject({ state: 'succeeded', attempt: 2 });
  });
});
