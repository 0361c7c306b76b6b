import { jobAnswerSchema } from '@rendercast/protocol/dialects/native/index';
import type { Work } from '@rendercast/protocol/worker/messages';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { recordProof } from '../proof/record.js';
import { createChance, seedOfRun, timesOfRun } from '../stories/chance.js';
import { readJob } from '../stories/log-over-http.js';
import { call, type House, startHouse, until } from '../support/house.js';
import { createRemoteWorker, type RemoteWorker } from '../support/remote-worker.js';
import { heldAs, openWorkerWire, type WorkerWire } from '../support/worker-wire.js';
import { ENDS, factsOf } from './elevenlabs-house.js';

/** Jobs that are cancelled at some moment, or not at all; thousands when asked for. */
const RACES = timesOfRun('RENDERCAST_TEST_WORKER_RACES', 60);
const chance = createChance(seedOfRun(20_261_124));
/** Jobs submitted at once; others of them run beside each cancel. */
const AT_ONCE = 40;
/** Jobs that one worker runs at once. */
const HANDS = 4;

let house: House;
beforeAll(async () => {
  house = await startHouse({ leaseMs: 15_000, maxMessagesPerSecond: 10_000 });
});
afterAll(() => house.stop());

/** What the workers were told to stop, and what each of them ended. */
const stopped = new Set<string>();
let working = true;

/** One that never ends by itself, for a cancel that is sure to come in mid-run; the others end soon. */
const ENDLESS = 'an endless one';
const stepsOf = ({ request }: Work): number => (request.prompt === ENDLESS ? Number.POSITIVE_INFINITY : 3);

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** Makes jobs over a socket, several at once; stops when it is told to, by an answer or out of the blue. */
async function runOnSocket(name: string): Promise<void> {
  const http = createRemoteWorker(house.url, { worker: name, engine: 'races' });
  const wire = await openWorkerWire(house.url, { about: { worker: name, engine: 'races', slots: HANDS } });
  const open = new Set<Promise<void>>();
  while (working) {
    const { work } = await wire.ask('work', { type: 'claim', waitMs: 500 });
    if (work === null) continue;
    const job = makeOnSocket(wire, http, work).finally(() => open.delete(job));
    open.add(job);
    while (open.size >= HANDS) await Promise.race(open);
  }
  await Promise.all(open);
  wire.close();
}

async function makeOnSocket(wire: WorkerWire, http: RemoteWorker, work: Work): Promise<void> {
  const isOver = (): boolean =>
    wire.messages.some((said) => said.type === 'standing' && said.jobId === work.jobId && said.standing !== 'held');
  for (let step = 1; step <= stepsOf(work) && !isOver(); step += 1) {
    wire.send({ type: 'report', ...heldAs(work), progress: { fraction: Math.min(step, 3) / 4, step } });
    await pause(chance.between(0, 8));
  }
  if (!isOver()) await http.upload(work).catch(() => undefined); // it may be over by now
  if (isOver()) stopped.add(work.jobId);
  wire.send({ type: isOver() ? 'handBack' : 'succeed', ...heldAs(work) });
}

/** The same over HTTP, one job at a time, told by answers alone. */
async function runOverHttp(name: string): Promise<void> {
  const worker = createRemoteWorker(house.url, { worker: name, engine: 'races' });
  while (working) {
    const work = await worker.claim(500);
    if (work === null) continue;
    let isOver = false;
    for (let step = 1; step <= stepsOf(work) && !isOver; step += 1) {
      const said = await worker.report(work, { progress: { fraction: Math.min(step, 3) / 4, step } }).catch(() => null);
      isOver = said?.standing !== 'held';
      await pause(chance.between(0, 8));
    }
    if (isOver) stopped.add(work.jobId);
    else await worker.upload(work).catch(() => undefined);
    await worker.end(work, isOver ? 'hand-back' : 'succeed').catch(() => undefined);
  }
}

async function submit(prompt = 'a red fox'): Promise<string> {
  const body = { kind: 'image', engine: 'races', request: { prompt } };
  return (await call(house.url, '/v1/jobs', { body })).as(jobAnswerSchema).job.id;
}

async function race(): Promise<{ id: string; canceled: boolean }> {
  const id = await submit();
  const canceled = chance.happens(0.6);
  if (canceled) {
    await pause(chance.between(0, 250));
    await call(house.url, `/v1/jobs/${id}/cancel`, { method: 'POST' });
  }
  return { id, canceled };
}

/** What is wrong with how a job ended; empty when nothing is. */
async function faultsOf({ id, canceled }: { id: string; canceled: boolean }): Promise<string[]> {
  const job = await until(async () => {
    const now = await readJob(house.url, id);
    return now.endedAt === null ? null : now;
  }, 'the end of a job');
  const ends = (await factsOf(house.url, id)).filter(({ type }) => ENDS.includes(type)).length;
  return [
    ...((canceled ? ['succeeded', 'canceled'] : ['succeeded']).includes(job.state) ? [] : [`${id} ${job.state}`]),
    ...(ends === 1 ? [] : [`${id} ended ${ends} times`]),
    ...(job.failures === 0 && job.attempt <= 1 ? [] : [`${id} was run ${job.attempt} times`]),
    ...(!canceled && stopped.has(id) ? [`${id} was stopped`] : []),
  ];
}

it(`RC-WORKER-7 RC-WORKER-17: ${RACES} cancels at any moment reach the workers of their jobs and stop no other`, {
  timeout: 60_000 + RACES * 500,
}, async () => {
  const workers = [runOnSocket('racer-1'), runOnSocket('racer-2'), runOverHttp('racer-3'), runOverHttp('racer-4')];
  const wrong: string[] = [];
  let canceled = 0;
  for (let done = 0; done < RACES; done += AT_ONCE) {
    const raced = await Promise.all(Array.from({ length: Math.min(AT_ONCE, RACES - done) }, race));
    for (const one of raced) wrong.push(...(await faultsOf(one)));
    canceled += raced.filter((one) => one.canceled).length;
  }
  const endless = await Promise.all([1, 2, 3, 4].map(() => submit(ENDLESS)));
  for (const id of endless) {
    await until(async () => (await readJob(house.url, id)).state === 'running', 'a job that runs');
    await call(house.url, `/v1/jobs/${id}/cancel`, { method: 'POST' });
    wrong.push(...(await faultsOf({ id, canceled: true })));
  }
  working = false;
  await Promise.all(workers);
  recordProof({
    name: 'cancel races: workers',
    count: RACES,
    wrong: wrong.length,
    note: `${canceled} cancels, ${stopped.size} stopped in mid-run, over sockets and HTTP`,
  });
  expect(wrong).toEqual([]);
  for (const id of endless) expect([...stopped]).toContain(id);
});
