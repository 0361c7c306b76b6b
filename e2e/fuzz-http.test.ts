import { type Dialect, pageSchema } from '@rendercast/protocol';
import { jobAnswerSchema, nativeDialect } from '@rendercast/protocol/dialects/native/index';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { expectUnharmed } from './proof/hostile/aftermath.js';
import { createFindings } from './proof/hostile/findings.js';
import { FOREIGN_FRONTS } from './proof/hostile/fronts.js';
import { askAllDialects } from './proof/hostile/good-requests.js';
import { leakIn } from './proof/hostile/leaks.js';
import { watchMemory } from './proof/hostile/memory-watch.js';
import { makeRawBytes, sendRawBytes } from './proof/hostile/raw-bytes.js';
import { createRawLine, type RawAnswer } from './proof/hostile/raw-http.js';
import { refusalFault } from './proof/hostile/refusals.js';
import { createRequestMaker, type HostileRequest } from './proof/hostile/requests.js';
import { type HouseProcess, startHouseProcess } from './proof/house-process.js';
import { recordProof } from './proof/record.js';
import { createChance, seedOfRun, timesOfRun } from './stories/chance.js';
import { call, rehearsal, until } from './support/house.js';

const SEED = seedOfRun(31_000);
const REQUESTS = timesOfRun('RENDERCAST_PROOF_REQUESTS', 2_500);
const DIALECT_REQUESTS = timesOfRun('RENDERCAST_PROOF_DIALECT_REQUESTS', 2_500);
const RAW = timesOfRun('RENDERCAST_PROOF_RAW', 1_000);
/** Lines on which is asked at once. */
const LINES = 32;

const ALL = [nativeDialect, ...FOREIGN_FRONTS.map(({ dialect }) => dialect)];

let house: HouseProcess;
beforeAll(async () => {
  house = await startHouseProcess({
    maxWaitingPerOwner: 100,
    maxBodyBytes: 200_000,
    maxFileBytes: 100_000,
    dialectEngines: FOREIGN_FRONTS.map(({ dialect }) => `${dialect.name}=hush`).join(','),
  });
});
afterAll(() => house.kill());

/** An ended job, its output, one that waits, and an upload: what hostile requests are about. */
async function someIds(): Promise<string[]> {
  const job = await servedJob();
  const { outputs } = job;
  const waiting = await call(house.url, '/v1/jobs', {
    body: { ...rehearsal(), engine: 'no-such-engine', id: 'waiting' },
  });
  const file = await call(house.url, '/v1/files', {
    body: new Uint8Array(9),
    headers: { 'content-type': 'text/plain' },
  });
  const { artifact } = JSON.parse(file.text) as { artifact: { id: string } };
  return [
    job.id,
    ...outputs.map((output) => output.artifact.id),
    'waiting',
    waiting.as(jobAnswerSchema).job.id,
    artifact.id,
  ];
}

/** The server does what it is for. */
async function servedJob() {
  const { job } = (await call(house.url, '/v1/jobs', { body: rehearsal() })).as(jobAnswerSchema);
  return until(async () => {
    const now = JSON.parse((await call(house.url, `/v1/jobs/${job.id}`)).text) as { job: typeof job };
    return now.job.state === 'succeeded' ? now.job : null;
  }, 'a job served');
}

/**
 * Takes back what hostile requests ordered as operators, and cancels what they left in the line: it is full by now, and
 * new jobs are refused as they should be.
 */
async function clearLine(): Promise<void> {
  await call(house.url, '/v1/backends/resume', { method: 'POST' });
  for (;;) {
    const { jobs } = (await call(house.url, '/v1/jobs?state=queued&limit=200')).as(pageSchema);
    if (jobs.length === 0) return;
    for (const { id } of jobs) await call(house.url, `/v1/jobs/${id}/cancel`, { method: 'POST' });
  }
}

/** What is wrong with an answer to this request; null: nothing. */
function faultOf(answer: RawAnswer, request: HostileRequest): string | null {
  if (answer.unfinished) return 'no whole answer came';
  if (answer.status === 0) return 'the connection was closed without an answer';
  const body = answer.body.toString('utf8');
  const leak = leakIn(`${answer.head}\n${body}`, [house.dataDir]);
  if (leak !== null) return leak;
  if (answer.status < 400 || request.headOnly) return null;
  if (answer.status >= 500) return `a fault of the server: ${answer.status} ${body.slice(0, 200)}`;
  const faults = (request.mayMiss ? ALL : [request.dialect]).map((dialect) =>
    refusalFault(dialect, answer.status, body),
  );
  return faults.includes(null) ? null : (faults[0] ?? null);
}

/** So many hostile requests at the routes of these dialects; what was found wrong is recorded and expected to be nothing. */
async function prove(name: string, requests: number, ids: readonly string[], dialects: readonly Dialect[]) {
  const findings = createFindings(name);
  const maker = createRequestMaker(ids, dialects);
  const statuses = new Map<number, number>();
  const memory = await watchMemory(house);
  let next = 0;
  async function askOn(): Promise<void> {
    const line = createRawLine(house.port);
    while (next < requests && house.ended === null) {
      const index = next;
      next += 1;
      await memory.at(index / requests);
      const request = maker.make(createChance(SEED + index));
      const answer = await line.ask(request.bytes, { headOnly: request.headOnly, withinMs: 20_000 });
      const fault = faultOf(answer, request);
      statuses.set(answer.status, (statuses.get(answer.status) ?? 0) + 1);
      if (fault !== null) findings.add({ seed: SEED, index }, `${request.route}: ${fault}`, request.bytes);
    }
    line.close();
  }
  await Promise.all(Array.from({ length: LINES }, askOn));
  const note = `${memory.note()}; answers ${[...statuses]
    .sort(([left], [right]) => left - right)
    .map(([status, count]) => `${status}: ${count}`)
    .join(', ')}`;
  recordProof({ name, count: next, wrong: findings.count + house.errors.length, note });
  await expectUnharmed(house, findings, memory);
  return statuses;
}

it(`RC-HTTP-2 RC-HTTP-5: ${REQUESTS} hostile requests (seed ${SEED}) at every route: each gets an answer of the table, nothing leaks, memory stays, and jobs are served afterwards`, {
  timeout: 60_000 + REQUESTS * 5,
}, async () => {
  const statuses = await prove('hostile requests', REQUESTS, await someIds(), [nativeDialect]);
  expect([...statuses.keys()]).toEqual(expect.arrayContaining([200, 201, 204, 400, 404, 405, 415, 422]));
  await clearLine();
  await servedJob();
});

it(`RC-HTTP-5: ${DIALECT_REQUESTS} hostile requests (seed ${SEED}) at every route of the four foreign dialects: each refuses in its own form, nothing leaks, memory stays, and each serves afterwards`, {
  timeout: 60_000 + DIALECT_REQUESTS * 10,
}, async () => {
  await clearLine();
  const { ids } = await askAllDialects(house.url);
  const dialects = FOREIGN_FRONTS.map(({ dialect }) => dialect);
  const statuses = await prove('hostile dialect requests', DIALECT_REQUESTS, ids, dialects);
  expect([...statuses.keys()]).toEqual(expect.arrayContaining([200, 400, 404, 405, 415, 422]));
  await askAllDialects(house.url);
});

it(`RC-HTTP-5: raw bytes on ${RAW} connections (seed ${SEED}): garbage, lying frames, broken upgrades; no crash, no leak, and jobs are served afterwards`, {
  timeout: 60_000 + RAW * 20,
}, async () => {
  const findings = createFindings('raw bytes');
  const memory = await watchMemory(house);
  let next = 0;
  async function sendOn(): Promise<void> {
    while (next < RAW && house.ended === null) {
      const index = next;
      next += 1;
      await memory.at(index / RAW);
      const raw = makeRawBytes(createChance(SEED + index));
      const heard = await sendRawBytes(house.port, raw, 150);
      const leak = leakIn(heard, [house.dataDir]);
      if (leak !== null) findings.add({ seed: SEED, index }, leak, raw.bytes);
      for (const [status, body] of refusalsIn(heard)) {
        // Whose address it was is not looked up: it is the form of one of them.
        const faults = ALL.map((dialect) => refusalFault(dialect, status, body));
        if (!faults.includes(null)) findings.add({ seed: SEED, index }, faults[0] ?? '', raw.bytes);
      }
    }
  }
  await Promise.all(Array.from({ length: LINES }, sendOn));
  recordProof({ name: 'raw bytes', count: next, wrong: findings.count + house.errors.length, note: memory.note() });
  await expectUnharmed(house, findings, memory);
  await clearLine();
  await servedJob();
  await askAllDialects(house.url);
});

/** The refusals in what a connection heard; one that was cut off in the middle is left out. */
function refusalsIn(heard: string): [number, string][] {
  const found: [number, string][] = [];
  for (const match of heard.matchAll(/HTTP\/1\.1 ([45]\d\d) [^\r]*\r\n((?:[^\r]+\r\n)*)\r\n/g)) {
    const length = Number(/content-length: *(\d+)/i.exec(match[2] ?? '')?.[1] ?? 0);
    const start = match.index + match[0].length;
    if (heard.length >= start + length) found.push([Number(match[1]), heard.slice(start, start + length)]);
  }
  return found;
}
