import { snapshotAnswerSchema } from '@rendercast/protocol/dialects/native/index';
import sharp from 'sharp';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type FakeProcess, spawnFake } from '../../packages/server/src/engines/sdapi/spawn-fake.contract.js';
import { about, completes, dataOf, expectWellFormed, of } from '../support/feed-talk.js';
import { type House, startHouse, until } from '../support/house.js';
import { type JsonWire, openJsonWire } from '../support/json-wire.js';

describe.each([
  ['sdnext', 'image/jpeg'],
  ['a1111', 'image/png'],
] as const)('the feed over %s', (kind, mediaType) => {
  let fake: FakeProcess;
  let house: House;
  let socket: JsonWire;

  beforeAll(async () => {
    fake = await spawnFake(kind);
    const backends = [{ name: 'studio', engine: 'sdapi', url: fake.url, pollMs: 30, interruptMs: 50 }];
    house = await startHouse({ backends: JSON.stringify(backends), dialectEngines: 'progress-feed=sdapi' });
    socket = await openJsonWire(house.url, '/ws/progress');
    socket.send({ type: 'subscribe', include_previews: true });
    await socket.next('the confirmation', ({ type }) => type === 'subscription_confirmed');
  });
  beforeEach(() => fake.manners({ stepMs: 30 }));
  afterAll(async () => {
    socket.close();
    await house.stop();
    await fake.stop();
  });

  async function queue(params: Record<string, unknown>): Promise<string> {
    const body = { prompt: 'a red fox', width: 64, height: 64, ...params };
    const answer = await house.call('/generation/queue-generation', { body });
    expect(answer.status).toBe(200);
    return (JSON.parse(answer.text) as { job_id: string }).job_id;
  }
  const end = async (id: string) => dataOf(await socket.next('the end', completes(id)));

  it('shows steps, previews and the pictures of the very job, made with its own seed', async () => {
    const id = await queue({ steps: 12, n_iter: 2, seed: 41, sampler_name: 'Euler a' });
    const ended = await end(id);
    expect(ended).toMatchObject({ status: 'completed', error_message: null });
    const updates = of(socket, id)
      .filter(({ type }) => type === 'progress_update')
      .map(dataOf);
    const fractions = updates.map(({ progress }) => progress as number);
    expect(fractions).toEqual(fractions.toSorted((left, right) => left - right));
    expect(fractions.filter((fraction) => fraction > 0 && fraction < 1).length).toBeGreaterThan(2);
    expect(updates.at(-1)).toMatchObject({ progress: 1, current_step: 24, total_steps: 24 });
    expect(updates.some(({ preview_image }) => typeof preview_image === 'string')).toBe(true);
    const images = ended.images as string[];
    expect(images).toHaveLength(2);
    const file = await house.call(images[0] ?? '');
    expect([file.status, file.headers.get('content-type')]).toEqual([200, mediaType]);
    const jobs = await house.call('/v1/jobs');
    expect(jobs.text).toContain('"seed":41');
    expectWellFormed(socket);
  });

  it('cancels the work at the server, not only the job', async () => {
    const id = await queue({ steps: 300 });
    await socket.next('progress', (message) => about(id)(message) && Number(dataOf(message).progress ?? 0) > 0);
    expect((await house.call(`/generation/jobs/${id}/cancel`, { body: {} })).status).toBe(200);
    expect((await end(id)).status).not.toBe('completed');
    await until(async () => (await fake.journal()).at(-1)?.what === 'end', 'the end of the work');
    expect((await fake.journal()).filter(({ what }) => what === 'interrupt').length).toBeGreaterThan(0);
  });

  it('guides the picture by a control image where the server has ControlNet, and says so where it has none', async () => {
    const image = (
      await sharp({ create: { width: 64, height: 64, channels: 3, background: '#fff' } })
        .png()
        .toBuffer()
    ).toString('base64');
    const unit = { image, control_type: 'canny', weight: 0.7, guidance_start: 0.1, guidance_end: 0.8 };
    const id = await queue({ steps: 3, controlnet_units: [unit] });
    const ended = await end(id);
    if (kind === 'sdnext') {
      expect(ended).toMatchObject({ status: 'failed', error_message: expect.stringContaining('control images') });
      return;
    }
    expect(ended).toMatchObject({ status: 'completed' });
    const sizeBytes = Buffer.from(image, 'base64').length;
    expect((await fake.journal()).findLast(({ what }) => what === 'begin')?.controls).toEqual([
      { module: 'canny', model: 'control_canny [d14c]', weight: 0.7, start: 0.1, end: 0.8, sizeBytes },
    ]);
    const { job } = (await house.call(`/v1/jobs/${id}`)).as(snapshotAnswerSchema);
    expect(job.outputs).toMatchObject([{ artifact: { parameters: { controlVerified: true } } }]);
    expect(job.outputs).toHaveLength(1);
  });

  it('tries again after work that stopped by itself, and names no more than is known', async () => {
    await fake.manners({ stepMs: 5, next: ['foreign-interrupt'] });
    const id = await queue({ steps: 4 });
    expect(await end(id)).toMatchObject({ status: 'completed' });
    const stats = await house.call('/v1/engines');
    expect(stats.text).toContain('"backend":"studio"');
    expect(stats.text).not.toContain(fake.url);
  });
});
