import { performance } from 'node:perf_hooks';
import { LIMITS } from '@rendercast/protocol';
import { afterEach, describe, expect, test } from 'vitest';
import { createWitness, workOf } from '../engine-witness.contract.js';
import { commission } from './commission.js';
import { createEmbeddedImage } from './index.js';
import { createOrder } from './order.js';
import { createPainters } from './painters.js';

/** A promise in milliseconds, on a machine that others use too: one of three tries must keep it. */
const WALL_CLOCK = { retry: 2 };

const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

function openEngine(threads = 1) {
  const engine = createEmbeddedImage({ threads });
  closers.push(() => engine.close());
  return engine;
}

describe('painting threads', () => {
  test('stop in the middle of a step within 200 ms, and the next job gets the thread', WALL_CLOCK, async () => {
    const engine = openEngine();
    const abort = new AbortController();
    const reason = new Error('enough');
    // One step of this size takes longer than the promise allows for stopping.
    const request = { prompt: 'pines', width: 2048, height: 2048, steps: 500 };
    let abortedAt = 0;
    const witness = createWitness({
      signal: abort.signal,
      previews: false,
      onProgress(count) {
        if (count !== 3) return;
        abortedAt = performance.now();
        abort.abort(reason);
      },
    });
    await expect(engine.run(workOf(engine, 'image', request, 1), witness.context)).rejects.toBe(reason);
    expect(performance.now() - abortedAt).toBeLessThan(200);
    await witness.free();
    const next = createWitness();
    await engine.run(workOf(engine, 'image', { prompt: 'a dog', width: 64, height: 64, steps: 2 }, 1), next.context);
    expect(next.outputs).toHaveLength(1);
  });

  test('that break down fail the job as retryable, and a new one takes the next job', async () => {
    const painters = createPainters(1);
    closers.push(() => painters.close());
    const signal = new AbortController().signal;
    const engine = openEngine();
    const { job } = workOf(engine, 'image', { prompt: 'a fox', width: 512, height: 512, steps: 500 }, 1);
    const order = await createOrder(job, async () => ({ bytes: new Uint8Array() }));
    const painter = await painters.take(signal);
    const listener = {
      stage: async () => undefined,
      output: async () => undefined,
      progress: () => void painter.worker.terminate(),
      preview: () => undefined,
      wantsPreview: () => false,
    };
    const broken = commission(painter, order, listener);
    await expect(broken.done).rejects.toMatchObject({ code: 'engine_failed', retryable: true });
    const other = await painters.take(signal);
    expect(other).not.toBe(painter);
    await commission(other, { ...order, width: 64, height: 64, steps: 2 }, { ...listener, progress: () => undefined })
      .done;
  });

  test('wait in line when all are busy, and leave the line on abort', async () => {
    const painters = createPainters(1);
    closers.push(() => painters.close());
    const painter = await painters.take(new AbortController().signal);
    const abort = new AbortController();
    const gaveUp = painters.take(abort.signal);
    const waiting = painters.take(new AbortController().signal);
    abort.abort(new Error('no longer'));
    await expect(gaveUp).rejects.toThrow('no longer');
    painter.release();
    expect(await waiting).toBe(painter);
  });

  test('are stopped by a house that cannot store, with its reason', async () => {
    const engine = openEngine();
    const witness = createWitness();
    const fault = new Error('superseded');
    const context = { ...witness.context, output: () => Promise.reject(fault) };
    const request = { prompt: 'a fox', width: 64, height: 64, steps: 2, count: 4 };
    await expect(engine.run(workOf(engine, 'image', request, 1), context)).rejects.toBe(fault);
  });

  test('leave the main loop free while they paint', async () => {
    const engine = openEngine();
    const work = engine.run(workOf(engine, 'image', { prompt: 'a castle', steps: 30 }, 1), createWitness().context);
    // The share of the time that the loop itself is at work: no matter how busy the machine is.
    const before = performance.eventLoopUtilization();
    await work;
    expect(performance.eventLoopUtilization(before).utilization).toBeLessThan(0.5);
  });

  test('show the picture changing, in previews under the limit', async () => {
    const engine = openEngine();
    const witness = createWitness();
    await engine.run(workOf(engine, 'image', { prompt: 'a red fox', steps: 20 }, 1), witness.context);
    expect(witness.previews.length).toBeGreaterThanOrEqual(4);
    for (const { bytes } of witness.previews) expect(bytes.length).toBeLessThan(LIMITS.previewBytes);
    const distinct = new Set(witness.previews.map(({ bytes }) => Buffer.from(bytes).toString('base64')));
    expect(distinct.size).toBe(witness.previews.length);
    expect(witness.stages.map(({ stage, index, count, steps }) => [stage, index, count, steps])).toEqual([
      ['base_model', 1, 2, 27],
      ['refiner_model', 2, 2, 27],
    ]);
  });
});
