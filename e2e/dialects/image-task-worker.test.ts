import { generatedSchema, recordSchema } from '@rendercast/protocol/dialects/image-task/index';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type House, startHouse } from '../support/house.js';
import { type JsonWire, openJsonWire } from '../support/json-wire.js';
import { createRemoteWorker, PIXEL } from '../support/remote-worker.js';
import { heldAs, openWorkerWire, type WorkerWire } from '../support/worker-wire.js';

/** Steps of the two stages of each job here. */
const BASE = 20;
const REFINER = 30;

describe('a task over a worker with base and refiner', () => {
  let house: House;
  let worker: WorkerWire;
  beforeAll(async () => {
    house = await startHouse({ dialectEngines: 'image-task=stages' });
    const about = { worker: 'stages-1', engine: 'stages', features: ['steps', 'refiner', 'previews'] };
    worker = await openWorkerWire(house.url, { about });
  });
  afterAll(async () => {
    worker.close();
    await house.stop();
  });

  const open = (task: string): Promise<JsonWire> => openJsonWire(house.url, `/ws/image-generation/${task}`);
  const generate = (task_id: string) =>
    house.call('/api/media/generate', { body: { prompt: 'a red fox', task_id, num_inference_steps: BASE } });
  const recordsOf = (wire: JsonWire) =>
    wire.messages.filter(({ type }) => type === 'progress').map((message) => recordSchema.parse(message));

  /** Reports every step of both stages, as long as the job is wanted. Answers whether it was to the end. */
  async function paint(work: Awaited<ReturnType<WorkerWire['work']>>): Promise<boolean> {
    const steps = BASE + REFINER;
    for (let step = 1; step <= steps; step += 1) {
      const isNew = step === 1 || step === BASE + 1;
      const stage = {
        stage: step <= BASE ? 'base_model' : 'refiner_model',
        index: step <= BASE ? 1 : 2,
        count: 2,
        steps,
      };
      const { standing } = await worker.ask('standing', {
        ...{ type: 'report' as const, ...heldAs(work), progress: { fraction: step / steps, step, steps } },
        ...(isNew ? { stage } : {}),
      });
      if (standing !== 'held') return false;
    }
    return true;
  }

  it('is followed step by step over both stages, and answers with the image', async () => {
    const wire = await open('far-1');
    const answering = generate('far-1');
    const work = await worker.work();
    expect(work.request).toMatchObject({ steps: BASE, refinerSteps: REFINER });
    expect(await paint(work)).toBe(true);
    await createRemoteWorker(house.url).upload(work);
    expect(await worker.ask('ended', { type: 'succeed', ...heldAs(work) })).toMatchObject({ state: 'succeeded' });
    const answer = await answering;
    expect(answer.as(generatedSchema)).toMatchObject({
      success: true,
      task_id: 'far-1',
      image: { width: 1, height: 1 },
    });
    const { image_url: url } = answer.as(generatedSchema);
    expect(Buffer.from(await (await fetch(url)).arrayBuffer()).equals(Buffer.from(PIXEL))).toBe(true);
    const records = recordsOf(wire);
    const running = records.filter(({ status }) => status === 'generating');
    expect(new Set(running.map(({ total_steps }) => total_steps))).toEqual(new Set([BASE + REFINER]));
    expect([...new Set(running.map(({ current_stage }) => current_stage))].filter((stage) => stage !== '')).toEqual([
      'base_model',
      'refiner_model',
    ]);
    const percentages = records.map(({ percentage }) => percentage);
    expect(percentages).toEqual(percentages.toSorted((left, right) => left - right));
    expect(records.at(-1)).toMatchObject({ status: 'completed', percentage: 100, current_step: BASE + REFINER });
    wire.close();
  });

  it('that is cancelled is taken from the worker, and its reader hears the end', async () => {
    const wire = await open('far-2');
    const answering = generate('far-2');
    const work = await worker.work();
    await worker.ask('standing', { type: 'report', ...heldAs(work), stage: { stage: 'base_model', steps: 50 } });
    await house.call(`/v1/jobs/${work.jobId}/cancel`, { method: 'POST' });
    await worker.next('standing', ({ jobId, standing }) => jobId === work.jobId && standing === 'canceling');
    expect(await worker.ask('ended', { type: 'handBack', ...heldAs(work) })).toMatchObject({ state: 'canceled' });
    expect(JSON.parse((await answering).text)).toMatchObject({ success: false, image_url: '' });
    expect(await wire.next('the end', ({ status }) => status === 'failed')).toMatchObject({ task_id: 'far-2' });
    wire.close();
  });
});
