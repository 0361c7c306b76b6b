import { enginesAnswerSchema, jobAnswerSchema } from '@rendercast/protocol/dialects/native/index';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Mishap } from '../../packages/server/src/engines/elevenlabs/fake/manners.js';
import type { FakeProcess } from '../../packages/server/src/engines/elevenlabs/fake-process.contract.js';
import { createChance, seedOfRun, timesOfRun } from '../stories/chance.js';
import { readJob } from '../stories/log-over-http.js';
import { call, type House, startHouse, until } from '../support/house.js';
import { backendOf, ENDS, endOf, factsOf, fakeService, KEY, orderSong, paidFor } from './elevenlabs-house.js';

/** What becomes of a job that meets a fault: how it ends, what was paid for it, and how soon that is known. */
interface Row {
  fault: Mishap;
  end: 'succeeded' | 'failed';
  code: string | null;
  paid: number;
  /** From the order to the end, in milliseconds: the waits set below, and room for a busy machine. */
  withinMs: number;
}

const ANSWER_MS = 1_000;
const SILENCE_MS = 400;
const SOON = 8_000;

/** Paid for, and nothing came of it that could be kept: never ordered again by itself. */
const lost = (fault: Mishap, withinMs = SOON): Row => ({
  fault,
  end: 'failed',
  code: 'outcome_unknown',
  paid: 1,
  withinMs,
});
/** Nobody had taken the job on: it waits a little and is made then. */
const waits = (fault: Mishap): Row => ({ fault, end: 'succeeded', code: null, paid: 1, withinMs: 15_000 });
const refused = (fault: Mishap): Row => ({ fault, end: 'failed', code: 'invalid_field', paid: 0, withinMs: SOON });

const MATRIX: readonly Row[] = [
  lost('half-open', SOON + ANSWER_MS),
  lost('cut-before-head'),
  lost('cut-before-sound'),
  lost('cut-in-sound'),
  lost('stall', SOON + SILENCE_MS),
  lost('no-last-boundary'),
  lost('bare-error'),
  lost('bad-gateway'),
  ...(['error', 'no-sound', 'empty', 'not-mp3'] as const).map(
    (fault): Row => ({ fault, end: 'failed', code: 'engine_failed', paid: 1, withinMs: SOON }),
  ),
  waits('concurrent-limit'),
  waits('old-concurrent-limit'),
  waits('rate-limit'),
  waits('system-busy'),
  waits('unavailable'),
  ...(['bad-prompt', 'harmful-prompt', 'bad-plan', 'song-not-found', 'validator', 'plain-words'] as const).map(refused),
];

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
    await fake.behave({ concurrent: 40, only: Object.fromEntries(MATRIX.map(({ fault }) => [`[${fault}]`, [fault]])) });
    for (const { fault } of MATRIX) ids.set(fault, await orderSong(house.url, fault));
  });

  it.each(MATRIX)('ends once, as it should, in time: $fault', async ({ fault, end, code, paid, withinMs }) => {
    const id = ids.get(fault) ?? '';
    const job = await endOf(house.url, id, withinMs);
    expect(Date.parse(job.endedAt ?? '') - Date.parse(job.createdAt)).toBeLessThan(withinMs);
    expect([job.state, job.error?.code ?? null, job.error?.retryable ?? false]).toEqual([end, code, false]);
    const facts = await factsOf(house.url, id);
    expect(facts.filter(({ type }) => ENDS.includes(type)).map(({ type }) => type)).toEqual([end]);
    expect(await paidFor(fake, fault)).toBe(paid);
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

  it('gets cancels at any time, each for its own song, and none is ordered twice', async () => {
    const chance = createChance(seedOfRun(20_261_120));
    await fake.behave({ next: [], workMs: 15, chunkMs: 3, lingerMs: 30 });
    const rounds = timesOfRun('RENDERCAST_TEST_SONG_CANCELS', 30);
    const songs = await Promise.all(
      Array.from({ length: rounds }, async (_, round) => {
        const title = `race-${round}`;
        const id = await orderSong(house.url, title);
        const canceled = chance.happens(0.6);
        if (canceled) {
          await new Promise((resolve) => setTimeout(resolve, chance.between(0, 900)));
          await call(house.url, `/v1/jobs/${id}/cancel`, { method: 'POST' });
        }
        return { id, title, canceled };
      }),
    );
    for (const { id, title, canceled } of songs) {
      const job = await endOf(house.url, id, 30_000);
      expect(canceled ? ['succeeded', 'canceled'] : ['succeeded'], title).toContain(job.state);
      expect((await factsOf(house.url, id)).filter(({ type }) => ENDS.includes(type))).toHaveLength(1);
      expect(await paidFor(fake, title), title).toBeLessThanOrEqual(1);
    }
  });
});
