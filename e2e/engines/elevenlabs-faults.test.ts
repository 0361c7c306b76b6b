import { enginesAnswerSchema, jobAnswerSchema } from '@rendercast/protocol/dialects/native/index';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Mishap } from '../../packages/server/src/engines/elevenlabs/fake/manners.js';
import type { FakeProcess } from '../../packages/server/src/engines/elevenlabs/fake-process.contract.js';
import { createFaultBook } from '../../packages/server/src/engines/fault-book.contract.js';
import { recordProof } from '../proof/record.js';
import { type Chance, createChance, seedOfRun, timesOfRun } from '../stories/chance.js';
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

  const ROUNDS = timesOfRun('RENDERCAST_TEST_SONG_CANCELS', 30);
  it('gets cancels at any time, each for its own song, and none is ordered twice', {
    timeout: 60_000 + ROUNDS * 500,
  }, async () => {
    const chance = createChance(seedOfRun(20_261_120));
    await fake.behave({ next: [], workMs: 15, chunkMs: 3, lingerMs: 30 });
    const wrong: string[] = [];
    let canceled = 0;
    // So many at once that some wait, some are under way and some come in.
    for (let round = 0; round < ROUNDS; round += AT_ONCE) {
      const count = Math.min(AT_ONCE, ROUNDS - round);
      const raced = await Promise.all(Array.from({ length: count }, (_, at) => raceOf(round + at, chance)));
      for (const { id } of raced) await endOf(house.url, id, 30_000);
      const paid = (await fake.paid()).map(({ body }) => JSON.stringify(body));
      for (const song of raced) {
        wrong.push(...(await faultsOf(song, paid)));
        canceled += song.canceled ? 1 : 0;
      }
    }
    recordProof({
      name: 'cancel races: elevenlabs',
      count: ROUNDS,
      wrong: wrong.length,
      note: `${canceled} cancels among songs of others; none paid twice`,
    });
    expect(wrong).toEqual([]);
  });
});

/** Songs of one round of cancels. */
const AT_ONCE = 50;

interface RacedSong {
  id: string;
  title: string;
  canceled: boolean;
}

/** Orders a song and cancels it at some moment, or not at all. */
async function raceOf(round: number, chance: Chance): Promise<RacedSong> {
  const title = `race-${round}`;
  const id = await orderSong(house.url, title);
  const canceled = chance.happens(0.6);
  if (canceled) {
    await new Promise((resolve) => setTimeout(resolve, chance.between(0, 900)));
    await call(house.url, `/v1/jobs/${id}/cancel`, { method: 'POST' });
  }
  return { id, title, canceled };
}

/** What is wrong with how it ended: another was hit, it was paid for twice, or it did not end once. */
async function faultsOf({ id, title, canceled }: RacedSong, calls: readonly string[]): Promise<string[]> {
  const job = await readJob(house.url, id);
  const ends = (await factsOf(house.url, id)).filter(({ type }) => ENDS.includes(type)).length;
  const paid = calls.filter((body) => body.includes(`[${title}]`)).length;
  return [
    ...((canceled ? ['succeeded', 'canceled'] : ['succeeded']).includes(job.state) ? [] : [`${title} ${job.state}`]),
    ...(ends === 1 ? [] : [`${title} ended ${ends} times`]),
    ...(paid <= 1 ? [] : [`${title} was paid for ${paid} times`]),
  ];
}
