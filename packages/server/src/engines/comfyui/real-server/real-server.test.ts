import { fileURLToPath } from 'node:url';
import { type Json, RendercastError } from '@rendercast/protocol';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { systemClock } from '../../../clock.js';
import { createSilentLogger } from '../../../logger.js';
import type { Engine } from '../../engine.js';
import { createWitness, type WitnessOptions, workOf } from '../../engine-witness.contract.js';
import { createComfyui } from '../comfyui.js';
import { QUICK, startFake } from '../fake-process.contract.js';
import { optionsSchema } from '../options.js';

const REAL = process.env.RENDERCAST_TEST_COMFYUI_URL;
const WORKFLOWS = fileURLToPath(new URL('.', import.meta.url));

/** What holds at a server of either kind with the node `rendercast_steps.py`. */
function stories(title: string, start: () => Promise<{ url: string; close(): Promise<void> }>): void {
  const isMissing = title === 'a real ComfyUI' && REAL === undefined;
  const why = isMissing ? ' (RENDERCAST_TEST_COMFYUI_URL names no server)' : '';
  describe.skipIf(isMissing)(`${title} with our own node${why}`, () => {
    let server: Awaited<ReturnType<typeof start>>;
    let engine: Engine;
    const open = () =>
      createComfyui({
        ...{ backend: 'real', slots: 1, shared: false, clock: systemClock, logger: createSilentLogger() },
        options: optionsSchema.parse({ ...QUICK, url: server.url, workflows: WORKFLOWS, goneAfterMs: 10_000 }),
      });
    beforeAll(async () => {
      server = await start();
      engine = open();
      await engine.capabilities();
    });
    afterAll(async () => {
      await engine.close();
      await server.close();
    });
    const run = async (extra: Record<string, Json>, options: WitnessOptions & { handle?: Json; on?: Engine } = {}) => {
      const witness = createWitness(options);
      const handles: Json[] = [];
      const request = { prompt: 'x', model: 'steps', steps: 6, extra: { stepMs: 60, ...extra } };
      const work = { ...workOf(engine, 'image', request, Date.now() % 1e9), handle: options.handle ?? null };
      const saveHandle = async (handle: Json) => void handles.push(handle);
      const ended = (options.on ?? engine).run(work, { ...witness.context, saveHandle });
      ended.catch(() => undefined);
      return { witness, handles, ended };
    };

    test('is up and offers the workflow', async () => {
      const { health, models } = await engine.capabilities();
      expect(health).toBe('up');
      expect(models).toContainEqual({ id: 'steps', title: 'Steps for tests' });
    });

    test('tells each step, shows previews and hands in the picture', async () => {
      const { witness, ended } = await run({});
      await ended;
      expect(witness.progress.map(({ step }) => step)).toContain(3);
      expect(witness.previews.length).toBeGreaterThan(1);
      expect(witness.outputs).toHaveLength(1);
    });

    test.each([
      ['error', 'engine_failed'],
      ['out_of_memory', 'out_of_memory'],
    ])('a node that fails by %s is %s', async (fail, code) => {
      const { ended } = await run({ fail });
      await expect(ended).rejects.toMatchObject({ code });
    });

    test('a cancel stops the running prompt', async () => {
      const abort = new AbortController();
      const { ended, witness } = await run(
        { stepMs: 300 },
        { signal: abort.signal, onProgress: (count) => count === 2 && abort.abort(new Error('enough')) },
      );
      await expect(ended).rejects.toThrow('enough');
      await witness.free();
      const answer = (await (await fetch(`${server.url}/prompt`)).json()) as { exec_info: { queue_remaining: number } };
      expect(answer.exec_info.queue_remaining).toBe(0);
    });

    test('a prompt that was left running is adopted', async () => {
      const abort = new AbortController();
      const first = await run({ stepMs: 200 }, { signal: abort.signal });
      await vi.waitFor(() => expect(first.witness.progress.length).toBeGreaterThan(0), { timeout: 10_000 });
      abort.abort(new RendercastError('shutting_down'));
      await expect(first.ended).rejects.toThrow();
      const next = open();
      const second = await run({}, { handle: first.handles[0] ?? null, on: next });
      await second.ended;
      expect(second.handles).toEqual([]);
      expect(second.witness.outputs).toHaveLength(1);
      await next.close();
    });
  });
}

stories('a real ComfyUI', async () => ({ url: REAL ?? '', close: async () => undefined }));
stories('the fake ComfyUI', startFake);
