import { enginesAnswerSchema, jobAnswerSchema } from '@rendercast/protocol/dialects/native/index';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Mishap } from '../../packages/server/src/engines/elevenlabs/fake/manners.js';
import type { FakeProcess } from '../../packages/server/src/engines/elevenlabs/fake-process.contract.js';
import { createFaultBook } from '../../packages/server/src/engines/fault-book.contract.js';
import { readJob } from '../stories/log-over-http.js';
import { call, type House, startHouse, until } from '../support/house.js';
import { ANSWER_MS, ELEVENLABS_FAULTS, SILENCE_MS } from './elevenlabs-fault-rows.js';
import { backendOf, ENDS, endOf, factsOf, fakeService, KEY, orderSong, paidFor } from './elevenlabs-house.js';

const book = createFaultBook(ELEVENLABS_FAULTS);

let fake: FakeProcess;
let house: House;
beforeAll(async () => {
  fake = await fakeService({ retryAfterS: 0, workMs: 20 });
  const options = { slots: 40, answerTimeoutMs: ANSWER_MS, silenceTimeoutMs: SILENCE_MS };
  house = await startHouse({ backends: backendOf(fake, options) });
});
afterAll(async () => {
  await house.stop();
  await fake.close();
});

describe('a song that meets a fault of the service', () => {
  const ids = new Map<Mishap, string>();
  beforeAll(async () => {
    const only = Object.fromEntries(ELEVENLABS_FAULTS.map(({ mishap }) => [`[${mishap}]`, [mishap]]));
    await fake.behave({ concurrent: 40, only });
    for (const { mishap } of ELEVENLABS_FAULTS) ids.set(mishap, await orderSong(house.url, mishap));
  });

  it.each(ELEVENLABS_FAULTS)('ends once, as it should, in time: $fault ($mishap)', async (row) => {
    const { fault, mishap, paid, withinMs } = row;
    const id = ids.get(mishap) ?? '';
    const job = await endOf(house.url, id, withinMs);
    const tookMs = Date.parse(job.endedAt ?? '') - Date.parse(job.createdAt);
    const { code = 'none', retryable = false } = job.error ?? {};
    book.judge('elevenlabs', fault, job.state === 'succeeded' ? 'done' : { code, retryable }, tookMs);
    const facts = await factsOf(house.url, id);
    const end = job.state === 'succeeded' ? 'succeeded' : 'failed';
    expect(facts.filter(({ type }) => ENDS.includes(type)).map(({ type }) => type)).toEqual([end]);
    expect(await paidFor(fake, mishap)).toBe(paid);
    expect(JSON.stringify(facts)).not.toContain(KEY);
  });

  it('shows the words that the service would take instead', async () => {
    await fake.behave({ next: ['bad-prompt'] });
    const job = await endOf(house.url, await orderSong(house.url, 'suggestion'));
    expect(job.error?.message).toContain('A calm piano ballad.');
  });

  it('is put back as often as the service is full, at no cost to its tries', async () => {
    await fake.behave({ next: Array<Mishap>(4).fill('concurrent-limit') });
    const id = await orderSong(house.url, 'patience');
    const job = await endOf(house.url, id, 20_000);
    expect([job.state, job.failures, job.attempt]).toEqual(['succeeded', 0, 5]);
    expect(await paidFor(fake, 'patience')).toBe(1);
  });

  it('and finds the service full is made once there is room, with all the others', async () => {
    await fake.behave({ concurrent: 2, workMs: 150 });
    const titles = ['full-1', 'full-2', 'full-3', 'full-4', 'full-5'];
    const ids = await Promise.all(titles.map((title) => orderSong(house.url, title)));
    for (const [index, id] of ids.entries()) {
      const job = await endOf(house.url, id, 30_000);
      expect([job.state, job.failures, await paidFor(fake, titles[index] ?? '')]).toEqual(['succeeded', 0, 1]);
    }
    await fake.behave({ concurrent: 40, workMs: 20 });
  });

  it('is paid again only when its user asks for it again', async () => {
    await fake.behave({ next: ['cut-in-sound'] });
    const id = await orderSong(house.url, 'again');
    expect((await endOf(house.url, id)).error?.code).toBe('outcome_unknown');
    const retried = await call(house.url, `/v1/jobs/${id}/retry`, { method: 'POST' });
    expect(retried.status).toBe(201);
    await until(async () => (await paidFor(fake, 'again')) === 2, 'the second order');
  });
});

describe('a service', () => {
  it('that does not take the key is named as the one at fault, and asked no more for now', async () => {
    const options = { apiKey: 'a-key-that-is-wrong' };
    const locked = await startHouse({ backends: backendOf(fake, options) });
    try {
      const job = await endOf(locked.url, await orderSong(locked.url, 'locked'));
      expect(job.error).toMatchObject({ code: 'engine_unavailable', retryable: false });
      expect(job.error?.message).toMatch(/does not take the key/);
      expect(JSON.stringify(job)).not.toContain(options.apiKey);
      await until(async () => {
        const answer = await call(locked.url, '/v1/engines');
        expect(answer.text).not.toContain(options.apiKey);
        return answer.as(enginesAnswerSchema).engines.find(({ backend }) => backend === 'songs')?.health === 'down';
      }, 'the news of its health');
      // What is ordered now waits for better days, and is not spoilt.
      const waiting = await orderSong(locked.url, 'waits');
      const sooner = await call(locked.url, '/v1/jobs', {
        body: { kind: 'music', engine: 'rehearsal', request: { prompt: 'x' } },
      });
      await endOf(locked.url, sooner.as(jobAnswerSchema).job.id);
      expect((await readJob(locked.url, waiting)).state).toBe('queued');
      expect((await fake.journal()).calls.filter(({ body }) => JSON.stringify(body).includes('[waits]'))).toEqual([]);
    } finally {
      await locked.stop();
    }
  });

  it('that is not there is tried again, and costs nothing', async () => {
    const gone = await startHouse({ backends: backendOf({ url: 'http://127.0.0.1:9' }), maxAttempts: 1 });
    try {
      const job = await endOf(gone.url, await orderSong(gone.url, 'nobody'));
      expect(job.error).toMatchObject({ code: 'engine_unavailable', retryable: true });
    } finally {
      await gone.stop();
    }
  });
});
