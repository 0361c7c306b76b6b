import type { Json } from '@rendercast/protocol';
import sharp from 'sharp';
import { afterEach, describe, expect, test } from 'vitest';
import type * as z from 'zod';
import { engineContract } from '../engine.contract.js';
import type { Engine } from '../engine.js';
import { createWitness, workOf } from '../engine-witness.contract.js';
import { createRehearsal } from './rehearsal.js';
import type { scriptSchema } from './script.js';

type ScriptInput = z.input<typeof scriptSchema>;

const scripted = (script: ScriptInput) => {
  const rehearsal = JSON.parse(JSON.stringify(script)) as Json;
  return { prompt: 'a fox', width: 64, height: 64, extra: { rehearsal } };
};

engineContract({
  name: 'rehearsal',
  open: () => createRehearsal(),
  abortWithinMs: 500,
  jobs: [
    {
      title: 'a picture over two stages',
      kind: 'image',
      request: { ...scripted({ stepMs: 5 }), steps: 6, refinerSteps: 2, count: 2 },
      outputs: 2,
      mediaType: 'image/png',
    },
    {
      title: 'a song of two sections',
      kind: 'music',
      request: {
        plan: {
          positiveStyles: [],
          negativeStyles: [],
          sections: ['Verse', 'Chorus'].map((name) => ({
            name,
            durationMs: 1_000,
            positiveStyles: [],
            negativeStyles: [],
            lines: [],
          })),
        },
        extra: { rehearsal: { stepMs: 5, steps: 6 } },
      },
      outputs: 1,
      mediaType: 'audio/wav',
    },
  ],
});

describe('a scripted bad day', () => {
  let engine: Engine = createRehearsal();
  afterEach(async () => {
    await engine.close();
    engine = createRehearsal();
  });
  const play = (script: ScriptInput, options: Parameters<typeof createWitness>[0] = {}, attempt = 1) => {
    const witness = createWitness(options);
    const work = { ...workOf(engine, 'image', scripted({ stepMs: 1, steps: 6, ...script }), 1), attempt };
    return { witness, ended: engine.run(work, witness.context) };
  };

  test('runs out of memory at the step that was named', async () => {
    const { witness, ended } = play({ fail: { atStep: 4 } });
    await expect(ended).rejects.toMatchObject({ code: 'out_of_memory', retryable: false });
    expect(witness.progress).toHaveLength(3);
  });

  test('fails the first attempts only, and says when to come back', async () => {
    const transient = { attempts: 2, retryAfterMs: 900 };
    await expect(play({ transient }, {}, 2).ended).rejects.toMatchObject({ retryable: true, retryAfterMs: 900 });
    await expect(play({ transient }, {}, 3).ended).resolves.toBeUndefined();
  });

  test('hangs until it is aborted', async () => {
    const abort = new AbortController();
    const { witness, ended } = play(
      { hangAtStep: 3 },
      { signal: abort.signal, onProgress: (count) => count === 2 && abort.abort(new Error('enough')) },
    );
    await expect(ended).rejects.toThrow('enough');
    expect(witness.outputs).toEqual([]);
  });

  test('works in silence', async () => {
    const { witness, ended } = play({ silence: { atStep: 2, steps: 3 } });
    await ended;
    expect(witness.progress.map(({ step }) => step)).toEqual([1, 5, 6, 6]);
  });

  test('is deaf to an abort for as long as it was told', async () => {
    const abort = new AbortController();
    const { witness, ended } = play(
      { steps: 10_000, deafMs: 60, previewEvery: 0 },
      { signal: abort.signal, onProgress: (count) => count === 2 && abort.abort(new Error('enough')) },
    );
    const startedAt = performance.now();
    await expect(ended).rejects.toThrow('enough');
    expect(performance.now() - startedAt).toBeGreaterThanOrEqual(59);
    expect(witness.progress.length).toBeGreaterThan(2);
  });

  test('reports a percentage that falls', async () => {
    const { witness, ended } = play({ fallingPercent: true });
    await ended;
    expect(witness.progress[2]?.fraction).toBe(0.25);
  });

  test('finishes twice', async () => {
    const { witness, ended } = play({ finishTwice: true });
    await ended;
    expect(witness.outputs.map(({ slot }) => slot)).toEqual([0, 0]);
  });

  test('keeps its backend busy after the run', async () => {
    const { witness, ended } = play({ busyMs: 50 });
    await ended;
    const endedAt = performance.now();
    await witness.free();
    expect(performance.now() - endedAt).toBeGreaterThanOrEqual(40);
  });

  test('refuses a script it does not know, naming the field', async () => {
    const misspelt = { hangAtStepp: 3 } as ScriptInput;
    await expect(play(misspelt).ended).rejects.toMatchObject({ code: 'invalid_field', retryable: false });
    await expect(play({ stepMs: -1 }).ended).rejects.toThrow('request.extra.rehearsal.stepMs');
  });
});

describe('what it hands in', () => {
  test('is a picture of the size that was asked for, in every format', async () => {
    const engine = createRehearsal();
    for (const format of ['png', 'webp', 'jpeg'] as const) {
      const witness = createWitness();
      const request = { ...scripted({ stepMs: 0, steps: 1 }), width: 320, height: 200, format };
      await engine.run(workOf(engine, 'image', request, 3), witness.context);
      const metadata = await sharp(witness.outputs[0]?.bytes).metadata();
      expect([metadata.format, metadata.width, metadata.height]).toEqual([format, 320, 200]);
    }
    await engine.close();
  });

  test('is a song as long as was asked for, and not silence', async () => {
    const engine = createRehearsal();
    const witness = createWitness();
    const request = { prompt: 'a tune', lengthMs: 1_500, extra: { rehearsal: { stepMs: 0, steps: 1 } } };
    await engine.run(workOf(engine, 'music', request, 3), witness.context);
    await engine.close();
    const wave = Buffer.from(witness.outputs[0]?.bytes ?? []);
    expect(wave.readUInt32LE(40)).toBe(wave.length - 44);
    expect((wave.length - 44) / 2 / 22_050).toBeCloseTo(1.5, 3);
    expect(wave.subarray(44).some((byte) => byte !== 0)).toBe(true);
  });
});
