import type { ImageRequest } from '@rendercast/protocol';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { type Engine, EngineError } from '../engine.js';
import { createWitness, type Witness, type WitnessOptions, workOf } from '../engine-witness.contract.js';
import type { Mishap } from './fake/manners.js';
import type { Kind } from './fake/server-state.js';
import { type BackendWishes, openBackend } from './open-backend.contract.js';
import { type FakeProcess, spawnFake } from './spawn-fake.contract.js';

/** Everything is lost after so long in these tests. */
const LOST_MS = 400;
/** No verdict takes longer than the loss, one answer that is waited for and some room for a busy machine. */
const VERDICT_MS = 5_000;
const REQUEST: ImageRequest = { prompt: 'ours', width: 64, height: 64, steps: 4 };
const MANNERS = { stepMs: 6, partMs: 2, loadMs: 5, next: [], deaf: 'none', slowMs: 0, rateLimit: 0 } as const;

interface Verdict {
  code: string;
  retryable: boolean | null;
  retryAfterMs?: number | undefined;
  witness: Witness;
}

async function runOn(
  engine: Engine,
  more: Partial<ImageRequest> = {},
  options: WitnessOptions = {},
  handle: unknown = null,
): Promise<Verdict> {
  const witness = createWitness({ previews: false, ...options });
  const work = workOf(engine, 'image', { ...REQUEST, ...more }, 7);
  const startedMs = performance.now();
  try {
    await engine.run({ ...work, handle: handle as null }, witness.context);
    return { code: 'succeeded', retryable: null, witness };
  } catch (thrown) {
    if (!(thrown instanceof EngineError)) throw thrown;
    expect(thrown.message).not.toMatch(/127|:\d|\/srv|\/models/);
    expect(witness.outputs).toEqual([]);
    return { code: thrown.code, retryable: thrown.retryable, retryAfterMs: thrown.retryAfterMs, witness };
  } finally {
    expect(performance.now() - startedMs).toBeLessThan(VERDICT_MS);
  }
}

/** What each mishap is, on the servers that can have it. */
const MISHAPS: readonly [Mishap, readonly Kind[], code: string, retryable: boolean][] = [
  ['swallowed-memory', ['sdnext'], 'engine_failed', true],
  ['foreign-interrupt', ['sdnext', 'a1111'], 'engine_failed', true],
  ['honest-memory', ['a1111', 'forge'], 'out_of_memory', true],
  ['error', ['sdnext', 'a1111', 'forge', 'sdcpp'], 'engine_failed', true],
  ['type-error', ['sdnext'], 'engine_failed', false],
  ['rate-limit', ['sdnext'], 'engine_unavailable', true],
  ['no-model', ['sdnext'], 'engine_unavailable', true],
  ['cut', ['sdnext', 'a1111', 'sdcpp'], 'engine_unavailable', true],
  ['deaf', ['sdnext', 'a1111'], 'engine_unavailable', true],
  ['not-json', ['sdnext', 'a1111', 'sdcpp'], 'engine_failed', true],
  ['not-a-picture', ['sdnext', 'sdcpp'], 'engine_failed', true],
  ['one-short', ['sdnext', 'a1111', 'forge', 'sdcpp'], 'engine_failed', true],
];

for (const kind of ['sdnext', 'a1111', 'forge', 'sdcpp'] as const) {
  const tellsProgress = kind !== 'sdcpp';
  const tellsTasks = kind === 'a1111' || kind === 'forge';

  describe(`a bad day of ${kind}`, () => {
    let fake: FakeProcess;
    let engine: Engine;
    const open = (wishes: BackendWishes = {}) => openBackend(fake.url, { lostMs: LOST_MS, answerMs: 300, ...wishes });
    const expectGoodRun = async (one = engine) => {
      await vi.waitFor(async () => expect((await one.capabilities()).slots).toBe(1));
      expect((await runOn(one)).code).toBe('succeeded');
    };
    beforeAll(async () => {
      fake = await spawnFake(kind);
    });
    afterAll(() => fake.stop());
    beforeEach(async () => {
      await fake.manners(MANNERS as never);
      engine = open();
    });
    afterEach(() => engine.close());

    for (const [mishap, kinds, code, retryable] of MISHAPS.filter(([, kinds]) => kinds.includes(kind))) {
      test(`${mishap} ends in ${code}${retryable ? ', may be tried again' : ''}; the next job runs`, async () => {
        expect(kinds).toContain(kind);
        await fake.manners({ next: [mishap] });
        const verdict = await runOn(engine, { count: mishap === 'one-short' ? 2 : 1 });
        expect([verdict.code, verdict.retryable]).toEqual([code, retryable]);
        if (mishap === 'rate-limit') expect(verdict.retryAfterMs).toBeGreaterThan(1_000);
        const fractions = verdict.witness.progress.map(({ fraction }) => fraction);
        expect(fractions).not.toContain(1.01);
        await expectGoodRun();
      });
    }

    testIf(tellsProgress, 'another model than the one asked for is no success', async () => {
      await fake.manners({ next: ['wrong-model'] });
      await runOn(engine, { model: 'house-v1' });
      await fake.manners({ next: ['wrong-model'] });
      const verdict = await runOn(engine, { model: 'garden-v2' });
      expect([verdict.code, verdict.retryable]).toEqual(['engine_failed', false]);
      const { code, witness } = await runOn(engine, { model: 'garden-v2' });
      expect([code, witness.outputs.length]).toEqual(['succeeded', 1]);
      expect((await runOn(engine, { model: 'house-v1' })).code).toBe('succeeded');
    });

    test('a server that turns deaf in the middle has lost the job; it is used again once it hears', async () => {
      await fake.manners({ stepMs: 30 });
      const running = runOn(engine, { steps: 30 });
      await vi.waitFor(async () => expect((await fake.journal()).at(-1)?.what).toBe('begin'));
      await fake.manners({ deaf: 'all' });
      const verdict = await running;
      expect([verdict.code, verdict.retryable]).toEqual(['engine_unavailable', true]);
      expect((await engine.capabilities()).health).toBe('down');
      await fake.manners({ deaf: 'none', stepMs: 5 });
      await fake.restart(false);
      await expectGoodRun();
    });

    test('a restart of the server ends the job, whether the connection is closed or not', async () => {
      for (const halfOpen of tellsProgress ? [false, true] : [false]) {
        await fake.manners({ stepMs: 30 });
        const running = runOn(engine, { steps: 30 });
        await vi.waitFor(async () => expect((await fake.journal()).at(-1)?.what).toBe('begin'));
        await fake.restart(halfOpen);
        const verdict = await running;
        expect([verdict.code, verdict.retryable]).toEqual(['engine_unavailable', true]);
        await fake.manners({ stepMs: 5 });
        await expectGoodRun();
      }
    });

    test('slow answers to questions do no harm', async () => {
      await fake.manners({ slowMs: 60 });
      expect((await runOn(engine)).code).toBe('succeeded');
    });

    test('fields that cannot be taken are named; a sampler that is not there is', async () => {
      const bad = openBackend(fake.url, { passOn: ['batch_size', 'width', 'clip_skip', 'enable_hr'] });
      const wrongType = await runOn(bad, { extra: { enable_hr: 'much' } });
      expect([wrongType.code, wrongType.retryable]).toEqual(['invalid_field', false]);
      if (tellsProgress) {
        const sampler = await runOn(bad, { sampler: 'Nonesuch' });
        expect([sampler.code, sampler.retryable]).toEqual(['invalid_field', false]);
      }
      await bad.close();
    });

    test('the work of others before ours is waited for, and its progress is not ours', async () => {
      await fake.manners({ stepMs: 20 });
      for (const shared of [false, true]) {
        const one = open({ shared });
        const foreign = fake.foreign({ prompt: 'theirs', seed: 1, steps: 20, width: 64, height: 64 });
        await vi.waitFor(async () => expect((await fake.journal()).at(-1)).toMatchObject({ what: 'begin' }));
        let endedFirst = false;
        void foreign.then(() => {
          endedFirst = true;
        });
        const told: boolean[] = [];
        const witness = createWitness();
        const context = {
          ...witness.context,
          progress: (report: { fraction: number | null }) => {
            if (report.fraction !== null) told.push(endedFirst);
            witness.context.progress(report);
          },
          preview: () => void told.push(endedFirst),
        };
        const work = workOf(one, 'image', REQUEST, 7);
        await one.run(work, context);
        expect(await foreign).toBe(1);
        expect(witness.outputs).toHaveLength(1);
        // The answer to the other's request may reach the test a moment after its progress has ended.
        expect(told.slice(1)).not.toContain(false);
        await one.close();
      }
    });

    test('a result that comes after a cancel is thrown away, and its place stays taken until then', async () => {
      await fake.manners({ stepMs: 20 });
      const one = open({ shared: true, marginMs: 60_000 });
      const abort = new AbortController();
      const witness = createWitness({ signal: abort.signal });
      const run = one.run(workOf(one, 'image', { ...REQUEST, steps: 20 }, 7), witness.context);
      await vi.waitFor(async () => expect((await fake.journal()).at(-1)).toMatchObject({ what: 'begin' }));
      abort.abort(new Error('not wanted'));
      await expect(run).rejects.toThrow('not wanted');
      const ended = async () => (await fake.journal()).at(-1)?.what === 'end';
      expect(await ended()).toBe(false);
      await witness.free();
      expect(await ended()).toBe(true);
      expect(witness.outputs).toEqual([]);
      expect((await fake.journal()).some(({ what }) => what === 'interrupt')).toBe(false);
      await one.close();
      await fake.restart(false);
    });

    testIf(tellsProgress, 'an interrupt that gets lost is repeated until it took', async () => {
      await fake.manners({ stepMs: 30, lostInterrupts: 3 });
      await fake.restart(false);
      const abort = new AbortController();
      const witness = createWitness({ signal: abort.signal, onProgress: () => abort.abort(new Error('not wanted')) });
      const startedMs = performance.now();
      await expect(engine.run(workOf(engine, 'image', { ...REQUEST, steps: 200 }, 7), witness.context)).rejects.toThrow(
        'not wanted',
      );
      await witness.free();
      expect(performance.now() - startedMs).toBeLessThan(4_000); // 200 steps take six seconds
      expect((await fake.journal()).filter(({ what }) => what === 'interrupt').length).toBeGreaterThan(3);
      await fake.manners({ lostInterrupts: 0 });
      await fake.restart(false);
    });

    testIf(kind === 'a1111', 'beside others an interrupt that took is not sent again', async () => {
      await fake.restart(false);
      await fake.manners({ stepMs: 20, partMs: 200 });
      const one = open({ shared: true, marginMs: 500, lostMs: 5_000 });
      const abort = new AbortController();
      const witness = createWitness({ signal: abort.signal, previews: false });
      const run = one.run(workOf(one, 'image', { ...REQUEST, steps: 300 }, 7), witness.context);
      await vi.waitFor(async () => expect((await fake.journal()).at(-1)).toMatchObject({ what: 'begin' }));
      const theirs = fake.foreign({ prompt: 'theirs', seed: 1, steps: 8, width: 64 });
      abort.abort(new Error('not wanted'));
      await expect(run).rejects.toThrow('not wanted');
      await witness.free();
      expect(await theirs).toBe(1);
      // It went on for 200 ms after the interrupt, and looked as if six seconds were left to do.
      const interrupts = (await fake.journal()).filter(({ what }) => what === 'interrupt');
      expect(interrupts.map(({ prompt }) => prompt)).toEqual(['ours']);
      await one.close();
    });

    testIf(tellsProgress, 'after our restart the place counts as taken until the server is idle', async () => {
      await fake.manners({ stepMs: 20 });
      const left = fake.foreign({ prompt: 'left', force_task_id: 'task(left)', seed: 1, steps: 20, width: 64 });
      await vi.waitFor(async () => expect((await fake.journal()).at(-1)).toMatchObject({ what: 'begin' }));
      const again = open();
      expect((await again.capabilities()).slots).toBe(0);
      const { code, witness } = await runOn(again, {}, {}, { taskId: 'task(left)' });
      expect(await left).toBe(1);
      expect(code).toBe('succeeded');
      expect(witness.stages[0]?.stage).toBe('waiting');
      const journal = (await fake.journal()).slice(-4).map(({ what, prompt }) => `${what} ${prompt}`);
      expect(journal).toEqual(['begin left', 'end left', 'begin ours', 'end ours']);
      expect((await again.capabilities()).slots).toBe(1);
      await again.close();
    });

    testIf(tellsTasks, 'without the web page the figure of all work is followed', async () => {
      await fake.manners({ webPage: false });
      const one = open();
      const { code, witness } = await runOn(one, { steps: 12, count: 2 });
      expect(code).toBe('succeeded');
      expect(witness.progress.filter(({ fraction }) => fraction !== null).length).toBeGreaterThan(3);
      await one.close();
      await fake.manners({ webPage: true });
    });

    testIf(kind === 'sdnext', 'a server that was asked too often takes no job on', async () => {
      await engine.capabilities();
      await fake.manners({ rateLimit: 1 });
      const verdict = await runOn(engine);
      expect([verdict.code, verdict.retryable]).toEqual(['engine_unavailable', true]);
    });
  });
}

/** A test of what only some kinds can show; the others have none of it. */
const testIf = (applies: boolean, name: string, story: () => Promise<void>): void => {
  if (applies) test(name, story);
};

describe('the way to a server', () => {
  test('goes by a sub-path and with a password; without them it is told why it does not', async () => {
    const fake = await spawnFake('sdnext', ['--auth', 'me:secret', '--subpath', '/sd']);
    const good = openBackend(fake.url, { user: 'me', password: 'secret' });
    expect((await good.capabilities()).message).toBe('SD.Next.');
    expect((await runOn(good)).code).toBe('succeeded');
    const bad = openBackend(`${fake.url}/sd`, { user: 'me', password: 'wrong' });
    const { health, message } = await bad.capabilities();
    expect([health, message]).toEqual(['down', 'The server refuses the user and password of its configuration.']);
    expect(await runOn(bad)).toMatchObject({ code: 'engine_unavailable', retryable: true });
    await good.close();
    await bad.close();
    await fake.stop();
  });

  test('that leads nowhere takes no job on', async () => {
    const engine = openBackend('http://127.0.0.1:9');
    expect((await engine.capabilities()).health).toBe('down');
    expect(await runOn(engine)).toMatchObject({ code: 'engine_unavailable', retryable: true });
    await engine.close();
  });
});
