import { performance } from 'node:perf_hooks';
import type { Worker } from 'node:worker_threads';
import { afterEach, describe, expect, test, vi } from 'vitest';
import type { Engine } from '../engine.js';
import { EngineError } from '../engine.js';
import { createWitness, workOf } from '../engine-witness.contract.js';
import { createEmbeddedMusic } from './index.js';
import { planOf } from './listening.contract.js';
import { createThreadPool } from './thread-pool.js';

/** A promise in milliseconds, on a machine that others use too: one of three tries must keep it. */
const WALL_CLOCK = { retry: 2 };

const LONG = { plan: planOf(['pop'], [['Verse', 120_000]]) };
const SHORT = { plan: planOf(['pop'], [['Verse', 1000]]) };

let engine: Engine | null = null;
const open = () => (engine = createEmbeddedMusic({ threads: 1 }));
afterEach(async () => engine?.close());

/** The next worker thread that this process starts. */
const nextThread = () => new Promise<Worker>((resolve) => process.once('worker', resolve));

describe('the embedded composer in its threads', () => {
  test('turns the death of its thread in mid-song into an error that may be tried again, and works on', async () => {
    const music = open();
    const started = nextThread();
    const witness = createWitness();
    const run = music.run(workOf(music, 'music', LONG, 1), witness.context);
    const failed = expect(run).rejects.toMatchObject({ name: 'EngineError', code: 'engine_failed', retryable: true });
    const thread = await started;
    await vi.waitFor(() => expect(witness.progress.length).toBeGreaterThan(0), { timeout: 45_000 });
    await thread.terminate();
    await failed;
    await witness.free();
    const again = createWitness();
    await music.run(workOf(music, 'music', SHORT, 1), again.context);
    expect(again.outputs).toHaveLength(1);
  });

  test('says that memory ran out when it did', async () => {
    const pool = createThreadPool(1, { resourceLimits: { maxOldGenerationSizeMb: 6, maxYoungGenerationSizeMb: 1 } });
    const lines = Array.from({ length: 200 }, () => 'la '.repeat(160));
    const plan = planOf(
      ['pop'],
      Array.from({ length: 60 }, () => ['Verse', 10_000, { lines }] as const),
    );
    const run = pool.run({ plan, seed: 1, format: 'mp3', request: { plan } }, { heard: () => undefined });
    await expect(run.song).rejects.toMatchObject({ code: 'out_of_memory', retryable: true });
    await run.free;
    await pool.close();
  });

  test('gives up a song within 200 ms of the abort, and its thread takes the next', WALL_CLOCK, async () => {
    const music = open();
    const abort = new AbortController();
    const witness = createWitness({ signal: abort.signal });
    const run = music.run(workOf(music, 'music', LONG, 1), witness.context);
    const ended = run.catch((error: unknown) => error);
    await vi.waitFor(() => expect(witness.progress.length).toBeGreaterThan(1), { timeout: 45_000 });
    const reason = new Error('no longer wanted');
    const before = performance.now();
    abort.abort(reason);
    expect(await ended).toBe(reason);
    expect(performance.now() - before).toBeLessThan(200);
    await witness.free();
    expect(performance.now() - before).toBeLessThan(1000);
    const again = createWitness();
    await music.run(workOf(music, 'music', SHORT, 1), again.context);
    expect(again.outputs).toHaveLength(1);
  });

  test('leaves the event loop free while it works', async () => {
    const music = open();
    const witness = createWitness();
    // The share of the time that the loop itself is at work: no matter how busy the machine is.
    const before = performance.eventLoopUtilization();
    await music.run(workOf(music, 'music', { plan: planOf(['house'], [['Drop', 10_000]]) }, 1), witness.context);
    const { utilization } = performance.eventLoopUtilization(before);
    expect(witness.outputs).toHaveLength(1);
    expect(utilization).toBeLessThan(0.5);
  });

  test('makes as many songs at once as it has threads, and the others after them', async () => {
    engine = createEmbeddedMusic({ threads: 2 });
    const music = engine;
    const witnesses = [1, 2, 3].map(() => createWitness());
    await Promise.all(
      witnesses.map((witness, seed) => music.run(workOf(music, 'music', SHORT, seed), witness.context)),
    );
    expect(new Set(witnesses.map((witness) => witness.outputs[0]?.digest)).size).toBe(3);
  });

  test('ends waiting and running songs when it is closed, and refuses new ones', async () => {
    const music = open();
    const runs = [1, 2].map((seed) =>
      music.run(workOf(music, 'music', LONG, seed), createWitness().context).catch((error: unknown) => error),
    );
    await music.close();
    for (const error of await Promise.all(runs)) expect(error).toMatchObject({ code: 'shutting_down' });
    await expect(music.run(workOf(music, 'music', SHORT, 1), createWitness().context)).rejects.toBeInstanceOf(
      EngineError,
    );
  });

  test.each([['a model that it does not have', { ...SHORT, model: 'music_v9' }]])(
    'refuses %s for good',
    async (_, request) => {
      const music = open();
      const run = music.run(workOf(music, 'music', request, 1), createWitness().context);
      await expect(run).rejects.toMatchObject({ code: 'unsupported_request', retryable: false });
    },
  );

  test('refuses pictures for good', async () => {
    const music = open();
    const run = music.run(workOf(music, 'image', { prompt: 'a fox' }, 1), createWitness().context);
    await expect(run).rejects.toMatchObject({ code: 'unsupported_request', retryable: false });
  });

  test('writes every format when it is asked for', async () => {
    const music = open();
    const formats = [
      ['wav', 'audio/wav', 'RIFF'],
      ['ogg', 'audio/ogg', 'OggS'],
      ['flac', 'audio/flac', 'fLaC'],
    ] as const;
    for (const [format, mediaType, magic] of formats) {
      const witness = createWitness();
      await music.run(
        workOf(music, 'music', { prompt: 'Night / Day: a "song"', lengthMs: 1200, format }, 1),
        witness.context,
      );
      const [output] = witness.outputs;
      expect(output).toMatchObject({ slot: 0, mediaType, durationMs: 1200, name: `Night Day a song.${format}` });
      expect(Buffer.from(output?.bytes.subarray(0, 4) ?? []).toString()).toBe(magic);
    }
  });
});
