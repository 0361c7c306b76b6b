import type { Json } from '@rendercast/protocol';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type Engine, type EngineContext, EngineError, type Work } from '../engines/engine.js';
import type { EngineTraits } from '../engines/registry.js';
import { ALICE, BOB, ended, jobWhen, openRig, picture, type Rig, RUN_LIMITS, VIA } from './rig.contract.js';
import { createSteppedClock } from './stepped-clock.contract.js';

let rig: Rig;
beforeEach(async () => {
  rig = await openRig({ slots: 0 });
});
afterEach(() => rig.close());

/** A backend outside the house, played by a function. */
const backend = (
  run: (work: Work, context: EngineContext) => Promise<void>,
  name = 'far-1',
  engine = 'far',
): Engine => ({
  name: engine,
  backend: name,
  capabilities: () => ({ kinds: ['image'], models: [], features: [], slots: 1, health: 'up', message: null }),
  run,
  close: async () => undefined,
});
const add = (engine: Engine, traits: Partial<EngineTraits> = {}) =>
  rig.registry.add(engine, { auto: ['image'], repeatable: true, ...traits });
const submit = async (request: object = {}) =>
  (await rig.queue.submit(ALICE, picture({}, { engine: 'auto', request }), VIA)).job.id;
const untilAborted = ({ signal }: EngineContext) =>
  new Promise<never>((_, reject) =>
    signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true }),
  );

describe('work that lies at a backend', () => {
  test('is adopted by the next attempt with what the one before saved, as often as that is lost', async () => {
    const handles: Json[] = [];
    await add(
      backend(async ({ handle, attempt }, context) => {
        handles.push(handle);
        if (handle === null) await context.saveHandle({ task: 'x7' });
        if (attempt < 3) throw new EngineError('engine_unavailable', 'The line broke.', { retryable: true });
      }),
    );
    rig.runner().start();
    expect((await ended(rig, await submit())).state).toBe('succeeded');
    expect(handles).toEqual([null, { task: 'x7' }, { task: 'x7' }]);
  });

  test('means nothing to another backend', async () => {
    const handles: Json[] = [];
    const play =
      (name: string) =>
      async ({ handle, attempt }: Work, context: EngineContext): Promise<void> => {
        handles.push(handle);
        if (attempt > 1) return;
        await context.saveHandle({ task: name });
        await rig.intakes.set(name, 'paused');
        throw new EngineError('engine_unavailable', 'The line broke.', { retryable: true });
      };
    await add(backend(play('far-1'), 'far-1'));
    await add(backend(play('far-2'), 'far-2'));
    rig.runner().start();
    expect((await ended(rig, await submit())).state).toBe('succeeded');
    expect(handles).toEqual([null, null]);
  });

  test('and must not be repeated ends the job rather than running it elsewhere', async () => {
    let runs = 0;
    const paid = backend(
      async (_, context) => {
        runs++;
        await context.saveHandle('call-1');
        await rig.intakes.set('paid-1', 'paused');
        throw new EngineError('engine_unavailable', 'The line broke.', { retryable: true });
      },
      'paid-1',
      'paid',
    );
    await add(paid, { repeatable: false, adopts: true });
    await add(backend(async () => void runs++, 'free-1', 'free'));
    await rig.intakes.set('free-1', 'paused');
    rig.runner().start();
    const id = await submit();
    await jobWhen(rig, id, ({ failures }) => failures === 1);
    await rig.intakes.set('free-1', 'open');
    expect(await ended(rig, id)).toMatchObject({ state: 'failed', error: { code: 'outcome_unknown' } });
    expect(runs).toBe(1);
  });
});

describe('an engine that must not be repeated', () => {
  test.each([
    ['fails in a way it does not explain', () => Promise.reject(new Error('?')), 'outcome_unknown'],
    ['falls silent', untilAborted, 'outcome_unknown'],
    [
      'judges itself that another try is safe',
      ({ attempt }: { attempt: number }) =>
        attempt === 1
          ? Promise.reject(new EngineError('engine_unavailable', 'Not sent.', { retryable: true }))
          : Promise.resolve(),
      null,
    ],
  ])('and %s', async (_, play, code) => {
    const run = (work: Work, context: EngineContext): Promise<void> => play({ ...work, ...context });
    await add(backend(run), { repeatable: false });
    rig.runner({ limits: { ...RUN_LIMITS, silentTimeoutMs: 60 } }).start();
    const done = await ended(rig, await submit());
    expect(done.error?.code ?? null).toBe(code);
    expect(done.attempt).toBe(code === null ? 2 : 1);
  });

  test('is not handed back at shutdown: nobody knows what became of it', async () => {
    await add(
      backend((_, context) => untilAborted(context)),
      { repeatable: false },
    );
    const runner = rig.runner();
    runner.start();
    const id = await submit();
    await jobWhen(rig, id, ({ state }) => state === 'running');
    await runner.drain(0);
    expect(await ended(rig, id)).toMatchObject({ error: { code: 'outcome_unknown' } });
  });
});

describe('an engine with bad manners', () => {
  test('that shows a huge preview, nonsense numbers and does not wait for answers harms nobody', async () => {
    const sizes: number[] = [];
    const fractions: (number | null)[] = [];
    await rig.bus.listen(
      { all: true },
      {
        facts: () => undefined,
        level({ level }) {
          if (level.kind === 'preview') sizes.push(level.sizeBytes);
          if (level.kind === 'progress') fractions.push(level.fraction);
        },
      },
    );
    await add(
      backend(async (_, context) => {
        void context.stage({ stage: 'one' });
        for (const bytes of [100_001, 100_000]) {
          context.preview({ mediaType: 'image/png', bytes: new Uint8Array(bytes), width: 1, height: 1 });
        }
        for (const fraction of [Number.NaN, -1, 0.5, 0.2, 7, null]) context.progress({ fraction, step: -3 });
        const output = { slot: 0, mediaType: 'text/plain', body: Buffer.from('hi'), name: 'hi.txt', parameters: {} };
        void context.output(output);
      }),
    );
    rig.runner().start();
    const done = await ended(rig, await submit());
    expect(done).toMatchObject({ state: 'succeeded', outputs: [{ artifact: { hasThumbnail: false } }] });
    expect(sizes).toEqual([100_000]);
    expect(fractions.filter((fraction) => fraction !== null)).toEqual([0, 0.5, 0.5, 1, 1, 1]);
  });

  test('that says it is done while its output was refused has not succeeded', async () => {
    const body = (async function* () {
      yield Buffer.from('half');
      throw new Error('the backend hung up');
    })();
    await add(
      backend(async (_, context) => {
        const output = { slot: 0, mediaType: 'image/png', body, name: 'half.png', parameters: {} };
        await context.output(output).catch(() => undefined);
      }),
    );
    rig.runner().start();
    const id = await submit();
    const job = await jobWhen(rig, id, ({ failures }) => failures > 0);
    expect(job.error).toMatchObject({ code: 'engine_failed' });
    expect(job.error?.message).not.toContain('hung up');
    expect(job.outputs).toEqual([]);
  });

  test('that answers a cancel by resolving quietly has not succeeded either', async () => {
    await add(backend((_, context) => untilAborted(context).catch(() => undefined)));
    rig.runner().start();
    const id = await submit();
    await jobWhen(rig, id, ({ state }) => state === 'running');
    await rig.queue.cancel(ALICE, id, null);
    expect((await ended(rig, id)).state).toBe('canceled');
  });

  test('that asks for files beside its own inputs gets none', async () => {
    const artifact = {
      id: 'a_secret',
      jobId: null,
      mediaType: 'image/png',
      sizeBytes: 1,
      digest: '00',
      name: 'x.png',
      width: 1,
      height: 1,
      durationMs: null,
      hasThumbnail: false,
      parameters: null,
      createdAt: '2026-01-01T00:00:00.000Z',
    };
    await rig.store.putArtifact(BOB.owner, artifact);
    await add(backend(async (_, context) => void (await context.input('a_secret'))));
    rig.runner().start();
    expect(await ended(rig, await submit())).toMatchObject({ state: 'failed', error: { code: 'invalid_field' } });
  });
});

describe('a backend that goes down', () => {
  test('leaves its job to another that can run it, and waiting jobs go there too', async () => {
    const gone = backend(async () => {
      throw new EngineError('engine_unavailable', 'The line broke.', { retryable: true });
    }, 'far-1');
    const ask = gone.capabilities.bind(gone);
    let isUp = true;
    gone.capabilities = () => (isUp ? ask() : Promise.reject(new Error('gone')));
    const run = gone.run.bind(gone);
    gone.run = (work, context) => {
      isUp = false;
      return run(work, context);
    };
    await add(gone);
    await add(backend(async () => undefined, 'far-2'));
    rig.runner().start();
    const jobs = await Promise.all([submit(), submit(), submit()]);
    for (const id of jobs)
      expect(await ended(rig, id)).toMatchObject({ state: 'succeeded', ranOn: { backend: 'far-2' } });
    const failures = await Promise.all(jobs.map(async (id) => (await rig.store.find(id, null))?.job.failures));
    expect(failures.reduce((sum, count) => (sum ?? 0) + (count ?? 0), 0)).toBe(1);
  });

  test('is told to those who wait for it alone, whose jobs end at their deadline', async () => {
    const gone = backend(async () => undefined);
    gone.capabilities = () => Promise.reject(new Error('gone'));
    await add(gone);
    await rig.registry.refresh();
    rig.runner().start();
    rig.queue.start();
    const { job } = await rig.queue.submit(ALICE, picture({}, { engine: 'far', queueTimeoutMs: 50 }), VIA);
    expect(await ended(rig, job.id)).toMatchObject({ state: 'failed', error: { code: 'queue_timeout' } });
  });
});

describe('the registry', () => {
  test('counts a backend that does not answer as down, and offers it again when it is back', async () => {
    const clock = createSteppedClock();
    await rig.close();
    rig = await openRig({ slots: 0, clock });
    let answers = true;
    const engine = backend(async () => undefined);
    const ask = engine.capabilities.bind(engine);
    engine.capabilities = () => (answers ? ask() : new Promise(() => undefined));
    await add(engine);
    let freed = 0;
    rig.registry.onFree(() => freed++);
    answers = false;
    const asked = rig.registry.refresh();
    clock.step(3_000);
    await asked;
    expect(rig.registry.offers()).toEqual([]);
    expect(rig.registry.list()).toMatchObject([{ health: 'down', message: 'It does not answer.' }]);
    answers = true;
    await rig.registry.refresh();
    expect(rig.registry.offers()).toHaveLength(1);
    expect(freed).toBe(1);
  });

  test('offers no more than there are free slots', async () => {
    await add(backend(async () => undefined));
    const slot = rig.registry.acquire('far-1');
    expect(rig.registry.offers()).toEqual([]);
    expect(rig.registry.acquire('far-1')).toBeNull();
    expect(rig.registry.list()).toMatchObject([{ slots: 1, busy: 1 }]);
    slot?.release();
    slot?.release();
    expect(rig.registry.list()).toMatchObject([{ busy: 0 }]);
    expect(rig.registry.offers()).toHaveLength(1);
  });

  test('offers a backend that all processes share with its slots, to be counted over all of them', async () => {
    await add(
      backend(async () => undefined),
      { shared: true },
    );
    expect(rig.registry.offers()).toMatchObject([{ backend: 'far-1', slots: 1 }]);
  });

  test('takes auto only for the kinds it was registered for, and refuses a name twice', async () => {
    const both = backend(async () => undefined);
    both.capabilities = () => ({
      kinds: ['image', 'music'],
      models: [{ id: 'm', title: 'M' }],
      features: [],
      slots: 1,
      health: 'up',
      message: null,
    });
    await add(both, { auto: ['music'] });
    expect(rig.registry.offers().map(({ kinds, auto, models }) => [kinds, auto, models])).toEqual([
      [['music'], true, ['m']],
      [['image'], false, ['m']],
    ]);
    await expect(add(both)).rejects.toThrow('far-1');
  });
});
