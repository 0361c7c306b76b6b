import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { generatedSchema } from '@rendercast/protocol/dialects/image-task/index';
import { resultSchema } from '@rendercast/protocol/dialects/music-render/index';
import { createSilentLogger, loadConfig, type RunningServer, startServer } from '@rendercast/server';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { recordProof } from '../proof/record.js';
import { createChance, seedOfRun, timesOfRun } from '../stories/chance.js';
import { readLog } from '../stories/log-over-http.js';
import { type Answer, call, until } from '../support/house.js';
import { openJsonWire } from '../support/json-wire.js';
import { type Company, createCompany } from './histories/company.js';
import { describeFaults } from './histories/faults.js';
import { createGateEngine } from './histories/gate-engine.js';
import { judgeRecording } from './histories/judge.js';
import { judgeHolders, judgeJoins } from './histories/judge-log.js';
import { comeToRest } from './histories/patron.js';
import { truthOf } from './histories/truth.js';

/**
 * Everything that is asked twice. The same is asked for by several callers at drawn instants while the job before it comes to its
 * end; whatever the order, the log says afterwards that nothing was made twice, and each caller was answered with its own.
 */
const SEED = seedOfRun(20_261_121);
const RACES = timesOfRun('RENDERCAST_PROOF_DIALECT_RACES', 40);
const KEYS = { ann: 'ann-key-0123456789' };
const OPERATOR = 'olga-key-0123456789';
const TIMEOUT = { timeout: 60_000 + RACES * 1_000 };

const engine = createGateEngine(200);
const wrong: string[] = [];
let count = 0;
let dataDir: string;
let server: RunningServer;
let url: string;
let company: Company;

beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'rendercast-races-'));
  const dialects = ['image-task', 'artist-session', 'progress-feed', 'music-render'];
  const dialectEngines = dialects.map((name) => `${name}=gate`).join(',');
  const apiKeys = `ann:${KEYS.ann},olga:${OPERATOR}:operator`;
  const config = loadConfig({ port: 0, imageThreads: 1, dataDir, apiKeys, dialectEngines }, {});
  server = await startServer({ config, logger: createSilentLogger(), studioDir: null, engines: [engine] });
  url = (server.urls[0] ?? '').replace('localhost', '127.0.0.1');
  company = createCompany({ owner: 'ann', key: KEYS.ann, urls: [url, url] });
});
afterAll(async () => {
  await company.leave();
  await server.stop();
  await rm(dataDir, { recursive: true, force: true });
});

const post = (path: string, body: object): Promise<Answer> => call(url, path, { body, key: KEYS.ann });
const planOf = (title: string) => ({ title, sections: [{ section_name: 'Intro', duration_ms: 3_000 }] });

/** Notes what is not as it must be; the run goes on, so that the count says how many. */
function check(isRight: boolean, words: string): void {
  if (!isRight) wrong.push(words);
}

/** Asks over HTTP or over a socket, and answers the id of the render and the name of its song. */
async function render(title: string, overSocket: boolean): Promise<{ id: string; song: string }> {
  if (!overSocket) {
    const answer = await post('/render', planOf(title));
    const { request_id: id, filename: song } = answer.as(resultSchema);
    return { id, song };
  }
  const wire = await openJsonWire(url, '/render/ws', { authorization: `Bearer ${KEYS.ann}` });
  wire.send({ type: 'render', composition_plan: planOf(title) });
  const { code } = await wire.untilClosed();
  const { request_id: id, filename: song } = resultSchema.parse(wire.messages.at(-1)?.data);
  const told = wire.messages.map(({ request_id: each }) => each).filter((each) => each !== undefined);
  const ids = new Set(told);
  check(code === 1000 && ids.size === 1, `a socket was told of ${JSON.stringify([...ids])}, closed with ${code}`);
  return { id, song };
}

it(
  `${RACES} plans, each sent by several at once while its engine is held, are one render each (seed ${SEED})`,
  TIMEOUT,
  async () => {
    const chance = createChance(SEED);
    engine.endAfter(null);
    for (let race = 0; race < RACES; race += 1) {
      const title = `held ${race}`;
      const wires = await Promise.all(
        Array.from({ length: chance.between(2, 4) }, () =>
          openJsonWire(url, '/render/ws', { authorization: `Bearer ${KEYS.ann}` }),
        ),
      );
      for (const wire of wires) wire.send({ type: 'render', composition_plan: planOf(title) });
      await Promise.all(wires.map((wire) => wire.next('the engine', ({ stage }) => stage === 'generating')));
      await until(() => engine.waiting() > 0, 'the render to be held');
      engine.open();
      await Promise.all(wires.map((wire) => wire.untilClosed()));
      const songs = new Set(wires.map(({ messages }) => resultSchema.parse(messages.at(-1)?.data).filename));
      const ids = new Set(wires.flatMap(({ messages }) => messages.slice(1).map((message) => message.request_id)));
      check(songs.size === 1 && ids.size === 1, `${title}: ${ids.size} renders, ${songs.size} songs`);
      count += 1;
    }
  },
);

it(
  `${RACES} plans, sent again and again around the end of their render, are made again only once they were delivered (seed ${SEED})`,
  TIMEOUT,
  async () => {
    const chance = createChance(SEED + 1);
    for (let race = 0; race < RACES; race += 1) {
      engine.endAfter(chance.between(0, 12));
      const callers = Array.from({ length: chance.between(2, 5) }, () => ({
        afterMs: chance.between(0, 25),
        overSocket: chance.happens(0.5),
      }));
      const title = `open ${race}`;
      const songs = await Promise.all(
        callers.map(async ({ afterMs, overSocket }) => {
          await sleep(afterMs);
          return await render(title, overSocket);
        }),
      );
      const byId = new Map(songs.map(({ id, song }) => [id, song]));
      check(
        songs.every(({ id, song }) => byId.get(id) === song),
        `${title}: one render with two songs`,
      );
      count += 1;
    }
  },
);

it(
  `${RACES} times a task's id is asked for by several at once around the end of its holder, while sockets of the task are open (seed ${SEED})`,
  TIMEOUT,
  async () => {
    const chance = createChance(SEED + 2);
    const task = 'reused';
    for (let reader = 0; reader < 3; reader += 1)
      company.read(`/ws/image-generation/${task}`, { language: 'image-task', task });
    company.read('/ws/progress', { language: 'progress-feed', names: [task] });
    company.read('/ws', { language: 'artist-session', names: [task] });
    await until(() => company.lines.every(({ isOpen }) => isOpen), 'the readers');
    const images = new Map<string, number>();
    for (let race = 0; race < RACES; race += 1) {
      engine.endAfter(chance.between(0, 10));
      const callers = Array.from({ length: chance.between(2, 4) }, () => ({
        afterMs: chance.between(0, 20),
        // Some ask for the very same.
        steps: 20 + ((race * 2 + chance.between(0, 1)) % 80),
      }));
      await Promise.all(
        callers.map(async ({ afterMs, steps }) => {
          await sleep(afterMs);
          const body = {
            prompt: 'ann wants a picture',
            task_id: task,
            num_inference_steps: steps,
            use_refinement: false,
          };
          const answer = await post('/api/media/generate', body);
          if (answer.status === 409) return;
          const { success, image_url: image, task_id: id } = answer.as(generatedSchema);
          check(success && id === task, `race ${race}: ${answer.text}`);
          // Whoever asked for something else has another image.
          check((images.get(image) ?? steps) === steps, `race ${race}: ${image} answers two requests`);
          images.set(image, steps);
        }),
      );
      count += 1;
    }
  },
);

it(
  `${RACES} times a session's id is chosen by several at once: one starts, the others are refused (seed ${SEED})`,
  TIMEOUT,
  async () => {
    const chance = createChance(SEED + 3);
    for (let race = 0; race < RACES; race += 1) {
      engine.endAfter(chance.between(0, 5));
      const body = { prompt: 'ann wants a session', session_id: `chosen-${race}`, num_inference_steps: 20 };
      const answers = await Promise.all(
        Array.from({ length: chance.between(2, 5) }, async () => {
          await sleep(chance.between(0, 10));
          return (await post('/api/generate', body)).status;
        }),
      );
      const started = answers.filter((status) => status === 200).length;
      const refused = answers.filter((status) => status === 409).length;
      check(started === 1 && started + refused === answers.length, `race ${race}: ${answers.join(', ')}`);
      count += 1;
    }
  },
);

it(
  'the log says of all these races that nothing was made twice, and all readers were told the same',
  TIMEOUT,
  async () => {
    await comeToRest(url, OPERATOR);
    const truth = truthOf(await readLog(url, true, OPERATOR));
    for (const line of company.lines) line.rest();
    const judge = () => company.recordings.flatMap((recording) => judgeRecording(recording, truth));
    await until(() => judge().length === 0, 'all readers to be told all', 5_000).catch(() => undefined);
    const faults = [...judge(), ...judgeJoins(truth), ...judgeHolders(truth)];
    const held = truth.jobs.filter(({ plan }) => plan?.startsWith('held') === true);
    const note = `${truth.jobs.length} jobs, seed ${SEED}${wrong.length > 0 ? `: ${wrong.slice(0, 3).join('; ')}` : ''}`;
    recordProof({ name: 'dialect races', count, wrong: wrong.length + faults.length, note });
    expect(held).toHaveLength(RACES);
    expect(describeFaults(faults.slice(0, 20))).toBe('');
    expect(wrong.slice(0, 20)).toEqual([]);
  },
);
