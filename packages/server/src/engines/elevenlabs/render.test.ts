import type { Json, MusicRequest } from '@rendercast/protocol';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { systemClock } from '../../clock.js';
import { createSilentLogger } from '../../logger.js';
import type { Engine, EngineContext } from '../engine.js';
import { createWitness, type Witness, workOf } from '../engine-witness.contract.js';
import { type FakeProcess, startFake } from './fake-process.contract.js';
import { elevenLabs } from './index.js';

const KEY = 'fake-key-0123456789';

let fake: FakeProcess;
let engine: Engine;
beforeAll(async () => {
  fake = await startFake({}, KEY);
});
afterAll(() => fake.close());
beforeEach(async () => {
  await fake.behave({ workMs: 20, chunkBytes: 16_000, saysLength: false, lineEnd: 'crlf', next: [] });
  engine = open();
});
afterEach(() => engine.close());

const open = (options: object = {}): Engine =>
  elevenLabs.create({
    backend: 'songs',
    slots: null,
    shared: false,
    options: elevenLabs.options.parse({ apiKey: KEY, url: fake.url, ...options }),
    clock: systemClock,
    logger: createSilentLogger(),
  });

/** A witness that writes down the private words, too, and how many calls the service had seen at each. */
function attentive(signal?: AbortSignal): {
  witness: Witness;
  handles: { word: Json; calls: number }[];
  context: EngineContext;
} {
  const witness = createWitness(signal === undefined ? {} : { signal });
  const handles: { word: Json; calls: number }[] = [];
  const saveHandle = async (word: Json): Promise<void> => {
    handles.push({ word, calls: (await fake.journal()).calls.length });
  };
  return { witness, handles, context: { ...witness.context, saveHandle } };
}

const song: MusicRequest = { prompt: 'a calm evening', lengthMs: 4_000 };

describe('one song', () => {
  test('leaves its word before the call does, and keeps it', async () => {
    const before = (await fake.journal()).calls.length;
    const { handles, context } = attentive();
    await engine.run(workOf(engine, 'music', song, 1), context);
    expect(handles).toEqual([{ word: { call: expect.any(String) }, calls: before }]);
  });

  test('takes its word back when the service is known to have done nothing, and only then', async () => {
    for (const [mishap, last] of [
      ['concurrent-limit', null],
      ['bad-prompt', null],
      ['cut-before-head', { call: expect.any(String) }],
      ['error', { call: expect.any(String) }],
    ] as const) {
      await fake.behave({ next: [mishap] });
      const { handles, context } = attentive();
      await expect(engine.run(workOf(engine, 'music', song, 1), context)).rejects.toThrow();
      expect(handles.at(-1)?.word, mishap).toEqual(last);
    }
  });

  test('of which an earlier attempt left a word is not ordered again', async () => {
    const before = (await fake.journal()).calls.length;
    const work = { ...workOf(engine, 'music', song, 1), handle: { call: 'earlier' } };
    await expect(engine.run(work, createWitness().context)).rejects.toMatchObject({
      code: 'outcome_unknown',
      retryable: false,
    });
    expect((await fake.journal()).calls).toHaveLength(before);
  });

  test('shows no fraction before its first byte, and none at all where nobody knows how long it is', async () => {
    const known = createWitness();
    await engine.run(workOf(engine, 'music', song, 1), known.context);
    const first = known.order.indexOf('stage', 1);
    const reports = known.order.slice(0, first).filter((each) => each === 'progress').length;
    expect(known.progress.slice(0, reports).every(({ fraction }) => fraction === null)).toBe(true);
    expect(known.stages.map(({ stage }) => stage)).toEqual(['generating', 'receiving']);
    const unknown = createWitness();
    await engine.run(workOf(engine, 'music', { prompt: 'as long as it takes' }, 1), unknown.context);
    expect(unknown.progress.slice(0, -1).every(({ fraction }) => fraction === null)).toBe(true);
    expect(unknown.progress.at(-1)).toEqual({ fraction: 1 });
  });

  test('is heard as it comes, from both routes, and is the finished file then', async () => {
    for (const stream of [false, true]) {
      const other = open({ stream });
      const witness = createWitness();
      await fake.behave({ chunkBytes: 5_000 });
      await other.run(workOf(other, 'music', song, 1), witness.context);
      const heard = Buffer.concat(witness.grown.map(({ bytes }) => bytes));
      expect(witness.grown.length).toBeGreaterThan(3);
      expect(heard.equals(witness.outputs[0]?.bytes ?? Buffer.alloc(0))).toBe(true);
      await other.close();
    }
  });

  test('closes its connection when it is aborted, wherever it stands', async () => {
    await fake.behave({ workMs: 200, chunkBytes: 500, chunkMs: 50 });
    for (const afterReports of [1, 3]) {
      const stop = new AbortController();
      const witness = createWitness({
        signal: stop.signal,
        onProgress: (count) => void (count === afterReports && setTimeout(() => stop.abort(new Error('enough')), 60)),
      });
      await expect(engine.run(workOf(engine, 'music', song, 1), witness.context)).rejects.toThrow('enough');
      await vi.waitFor(async () => expect((await fake.journal()).running).toBe(0), 10_000);
      expect((await fake.journal()).calls.at(-1)?.end).toBe('gone');
      expect(witness.outputs).toEqual([]);
    }
  });

  test('is the same whether lines end with CRLF or LF, and whether its length is told', async () => {
    const songs = new Set<string>();
    for (const lineEnd of ['crlf', 'lf'] as const)
      for (const saysLength of [false, true]) {
        await fake.behave({ lineEnd, saysLength, chunkBytes: 1_000, chunkMs: 0 });
        const { outputs } = await run(song);
        songs.add(outputs[0]?.digest ?? '');
        expect(Math.abs((outputs[0]?.durationMs ?? 0) - 4_000)).toBeLessThan(40);
      }
    expect(songs.size).toBe(1);
  });
});

async function run(request: MusicRequest): Promise<Witness> {
  const witness = createWitness();
  await engine.run(workOf(engine, 'music', request, 1), witness.context);
  return witness;
}

describe('a plan', () => {
  test('is asked for without cost, and comes back in the words of the house', async () => {
    const paid = (await fake.paid()).length;
    for (const model of ['music_v1', 'music_v2_5']) {
      const planner = open({ model });
      const plan = await planner.plan?.({ prompt: 'rain', lengthMs: 9_001, seed: 1 });
      await planner.close();
      expect(plan?.sections.map(({ name, lines }) => [name, lines])).toEqual([
        ['Intro', []],
        ['Verse', ['a line to sing']],
        ['Chorus', ['a line to sing']],
      ]);
      expect(plan?.sections.reduce((sum, { durationMs }) => sum + durationMs, 0)).toBe(9_001);
    }
    expect((await fake.paid()).length).toBe(paid);
  });

  test('that cannot be had ends with an error of the table', async () => {
    const planner = open({ apiKey: 'another-key' });
    const failing = planner.plan?.({ prompt: 'rain', lengthMs: null, seed: 1 });
    await expect(failing).rejects.toMatchObject({ name: 'RendercastError', code: 'engine_unavailable' });
    await expect(engine.plan?.({ prompt: 'rain', lengthMs: 1_000, seed: 1 })).rejects.toMatchObject({
      code: 'invalid_field',
    });
    await planner.close();
  });
});
