import { afterAll, beforeAll, expect, it } from 'vitest';
import type { FakeProcess } from '../../packages/server/src/engines/elevenlabs/fake-process.contract.js';
import { recordProof } from '../proof/record.js';
import { createChance, seedOfRun, timesOfRun } from '../stories/chance.js';
import { readJob } from '../stories/log-over-http.js';
import { call, type House, startHouse } from '../support/house.js';
import { backendOf, ENDS, endOf, factsOf, fakeService, orderSong } from './elevenlabs-house.js';

/** Songs that are cancelled at some moment, or not at all; thousands when asked for. */
const ROUNDS = timesOfRun('RENDERCAST_TEST_SONG_CANCELS', 30);
const chance = createChance(seedOfRun(20_261_120));
/** Songs of one round: some wait, some are under way and some come in. */
const AT_ONCE = 50;

let fake: FakeProcess;
let house: House;
beforeAll(async () => {
  fake = await fakeService({ retryAfterS: 0, workMs: 15, chunkMs: 3, lingerMs: 30, concurrent: 40 });
  house = await startHouse({ backends: backendOf(fake, { slots: 40 }) });
});
afterAll(async () => {
  await house.stop();
  await fake.close();
});

interface RacedSong {
  id: string;
  title: string;
  canceled: boolean;
}

/** Orders a song and cancels it at some moment, or not at all. */
async function race(round: number): Promise<RacedSong> {
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
  const { state, error } = await readJob(house.url, id);
  const ends = (await factsOf(house.url, id)).filter(({ type }) => ENDS.includes(type)).length;
  const paid = calls.filter((body) => body.includes(`[${title}]`)).length;
  const isRight = (canceled ? ['succeeded', 'canceled'] : ['succeeded']).includes(state);
  return [
    ...(isRight ? [] : [`${title} ${state} ${error?.code ?? ''}`]),
    ...(ends === 1 ? [] : [`${title} ended ${ends} times`]),
    ...(paid <= 1 ? [] : [`${title} was paid for ${paid} times`]),
  ];
}

it(`${ROUNDS} cancels at any time each hit their own song, and none is ordered twice`, {
  timeout: 60_000 + ROUNDS * 1_000,
}, async () => {
  const wrong: string[] = [];
  let canceled = 0;
  for (let round = 0; round < ROUNDS; round += AT_ONCE) {
    const count = Math.min(AT_ONCE, ROUNDS - round);
    const raced = await Promise.all(Array.from({ length: count }, (_, at) => race(round + at)));
    for (const { id } of raced) await endOf(house.url, id, 60_000);
    const paid = (await fake.paid()).map(({ body }) => JSON.stringify(body));
    for (const song of raced) {
      wrong.push(...(await faultsOf(song, paid)));
      canceled += song.canceled ? 1 : 0;
    }
  }
  const note = `${canceled} cancels among songs of others; none paid twice`;
  recordProof({ name: 'cancel races: elevenlabs', count: ROUNDS, wrong: wrong.length, note });
  expect(wrong).toEqual([]);
});
