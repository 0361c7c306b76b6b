import type { ImageRequest } from '@rendercast/protocol';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { type Engine, EngineError } from '../engine.js';
import { createWitness, type Witness, type WitnessOptions, workOf } from '../engine-witness.contract.js';
import { createFaultBook } from '../fault-book.contract.js';
import { LOST_MS, SDAPI_FAULTS } from './fault-rows.contract.js';
import { type BackendWishes, openBackend } from './open-backend.contract.js';
import { type FakeProcess, spawnFake } from './spawn-fake.contract.js';

const REQUEST: ImageRequest = { prompt: 'ours', width: 64, height: 64, steps: 4 };
const MANNERS = { stepMs: 6, partMs: 2, loadMs: 5, next: [], deaf: 'none', slowMs: 0, rateLimit: 0 } as const;

interface Verdict {
  code: string;
  retryable: boolean | null;
  retryAfterMs?: number | undefined;
  witness: Witness;
  tookMs: number;
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
    return { code: 'succeeded', retryable: null, witness, tookMs: performance.now() - startedMs };
  } catch (thrown) {
    if (!(thrown instanceof EngineError)) throw thrown;
    expect(thrown.message).not.toMatch(/127|:\d|\/srv|\/models/);
    expect(witness.outputs).toEqual([]);
    const { code, retryable, retryAfterMs } = thrown;
    return { code, retryable, retryAfterMs, witness, tookMs: performance.now() - startedMs };
  }
}

const book = createFaultBook(SDAPI_FAULTS);

for (const kind of ['sdnext', 'a1111', 'forge', 'sdcpp'] as const) {
  const tellsProgress = kind !== 'sdcpp';
  const tellsTasks = kind === 'a1111' || kind === 'forge';

  describe(`a bad day of ${kind}`, () => {
    let fake: FakeProcess;
    let engine: Engine;
    const open = (wishes: BackendWishes = {}) => openBackend(fake.url, { lostMs: LOST_MS, answerMs: 800, ...wishes });
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

    const judge = (fault: string, verdict: Verdict): void => book.judge(kind, fault, verdict, verdict.tookMs);
    for (const { fault, mishap, verdict: due } of SDAPI_FAULTS.filter(({ on }) => on.includes(kind))) {
      if (mishap === undefined) continue;
      test(`${fault} (${mishap}) ends in ${due}; the next job runs`, async () => {
        await fake.manners({ next: [mishap] });
        const verdict = await runOn(engine, { count: mishap === 'one-short' ? 2 : 1 });
        judge(fault, verdict);
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
      judge('another model', await runOn(engine, { model: 'garden-v2' }));
      const { code, witness } = await runOn(engine, { model: 'garden-v2' });
      expect([code, witness.outputs.length]).toEqual(['succeeded', 1]);
      expect((await runOn(engine, { model: 'house-v1' })).code).toBe('succeeded');
    });

    test('a server that turns deaf in the middle has lost the job; it is used again once it hears', async () => {
      await fake.manners({ stepMs: 30 });
      const running = runOn(engine, { steps: 300 });
      await vi.waitFor(async () => expect((await fake.journal()).at(-1)?.what).toBe('begin'));
      await fake.manners({ deaf: 'all' });
      judge('deaf in mid-run', await running);
      expect((await engine.capabilities()).health).toBe('down');
      await fake.manners({ deaf: 'none', stepMs: 5 });
      await fake.restart(false);
      await expectGoodRun();
    });

    test('a restart of the server ends the job, whether the connection is closed or not', async () => {
      for (const halfOpen of tellsProgress ? [false, true] : [false]) {
        await fake.manners({ stepMs: 30 });
        const running = runOn(engine, { steps: 300 });
        await vi.waitFor(async () => expect((await fake.journal()).at(-1)?.what).toBe('begin'));
        await fake.restart(halfOpen);
        judge(halfOpen ? 'half-open after a restart' : 'restarted in mid-run', await running);
        await fake.manners({ stepMs: 5 });
        await expectGoodRun();
      }
    });

    test('slow answers to questions do no harm', async () => {
      await fake.manners({ slowMs: 60 });
      judge('slow', await runOn(engine));
    });

    test('fields that cannot be taken are named; a sampler that is not there is', async () => {
      const bad = openBackend(fake.url, { passOn: ['batch_size', 'width', 'clip_skip', 'enable_hr'] });
      judge('422 for a field', await runOn(bad, { extra: { enable_hr: 'much' } }));
      if (tellsProgress) judge('unknown sampler', await runOn(bad, { sampler: 'Nonesuch' }));
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
        const startedMs = performance.now();
        await one.run(work, context);
        book.judge(kind, 'progress of another job', 'done', performance.now() - startedMs);
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
      const askedMs = performance.now();
      abort.abort(new Error('not wanted'));
      await expect(run).rejects.toThrow('not wanted');
      book.judge(kind, 'ends after a cancel', 'canceled', performance.now() - askedMs);
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
      book.judge(kind, 'interrupt is lost', 'canceled', performance.now() - startedMs);
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
      const verdict = await runOn(again, {}, {}, { taskId: 'task(left)' });
      expect(await left).toBe(1);
      judge('our restart in mid-run', verdict);
      const { witness } = verdict;
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
      judge('429 before the work', await runOn(engine));
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
    const refused = await runOn(bad);
    book.judge('sdnext', 'password refused', refused, refused.tookMs);
    await good.close();
    await bad.close();
    await fake.stop();
  });

  test('that leads nowhere takes no job on', async () => {
    const engine = openBackend('http://127.0.0.1:9');
    expect((await engine.capabilities()).health).toBe('down');
    const nobody = await runOn(engine);
    book.judge('sdnext', 'not there', nobody, nobody.tookMs);
    await engine.close();
  });
});
