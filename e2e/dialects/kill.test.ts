import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, expect, it } from 'vitest';
import { createFaultProxy, type FaultProxy } from '../chaos/proxy.js';
import { recordProof } from '../proof/record.js';
import { type Chance, createChance, seedOfRun, timesOfRun } from '../stories/chance.js';
import { readLog } from '../stories/log-over-http.js';
import { createServerProcess, type ServerProcess } from '../stories/server-process.js';
import { until } from '../support/house.js';
import { type Company, createCompany } from './histories/company.js';
import { describeFaults, type Fault } from './histories/faults.js';
import { judgeRecording } from './histories/judge.js';
import { judgeHolders, judgeJoins } from './histories/judge-log.js';
import { comeToRest, createPatron, TASKS } from './histories/patron.js';
import type { Language, Recording } from './histories/recording.js';
import { type Truth, truthOf } from './histories/truth.js';

const SEED = seedOfRun(20_261_120);
const KILLS = timesOfRun('RENDERCAST_TEST_DIALECT_KILLS', 2);
/** One life of a data directory sees so many kills at most; each has a seed of its own, counted up from the first. */
const KILLS_PER_LIFE = 25;
const LIVES = Array.from({ length: Math.ceil(KILLS / KILLS_PER_LIFE) }, (_, life) => ({
  seed: SEED + life,
  kills: Math.min(KILLS_PER_LIFE, KILLS - life * KILLS_PER_LIFE),
}));

const KEYS = { ann: 'ann-key-0123456789', bob: 'bob-key-0123456789' };
const OPERATOR = 'olga-key-0123456789';
const DIALECTS = ['image-task', 'artist-session', 'progress-feed', 'music-render'];
const LANGUAGES: readonly Language[] = ['image-task', 'artist-session', 'progress-feed', 'flat-feed', 'music-render'];
const FLAGS = [
  ...['--api-keys', `ann:${KEYS.ann},bob:${KEYS.bob},olga:${OPERATOR}:operator`],
  ...['--dialect-engines', DIALECTS.map((name) => `${name}=rehearsal`).join(',')],
  ...['--image-threads', '1'],
];

const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

/** Readers that are there from the start, of every language: the ids of tasks are the same with both owners. */
function gather(owner: keyof typeof KEYS, urls: readonly [string, string]): Company {
  const company = createCompany({ owner, key: KEYS[owner], urls });
  for (const task of TASKS) company.read(`/ws/image-generation/${task}`, { language: 'image-task', task });
  for (let twice = 0; twice < 2; twice += 1) {
    company.read('/ws', { language: 'artist-session' });
    company.read('/ws/progress', { language: 'progress-feed', names: null });
  }
  company.read('/ws/progress', { language: 'flat-feed' });
  company.read(`/api/ws/image-generation/${TASKS[0]}`, { language: 'image-task', task: TASKS[0] });
  return company;
}

/** The server lives for a while, with lines that are cut, torn, or silent. */
async function live(chance: Chance, proxy: FaultProxy, companies: readonly Company[]): Promise<void> {
  for (let trouble = chance.between(1, 4); trouble > 0; trouble -= 1) {
    await sleep(chance.between(150, 500));
    const lines = companies.flatMap((company) => company.lines);
    switch (chance.pick(['drop', 'drop', 'cut', 'reset', 'freeze'])) {
      case 'drop':
        lines[chance.between(0, lines.length - 1)]?.drop();
        break;
      case 'cut':
        proxy.cut();
        break;
      case 'reset':
        proxy.reset();
        break;
      case 'freeze':
        // Both sides believe that they are connected, until the readers give up.
        proxy.freeze();
        await sleep(chance.between(100, 300));
        for (const line of lines) line.drop();
    }
  }
}

/** Kills the server again and again among patrons and readers; resolves when all is quiet. */
async function killAmongPatrons(server: ServerProcess, seed: number, kills: number): Promise<readonly Company[]> {
  const chance = createChance(seed);
  const proxy = await createFaultProxy({ target: { port: server.port } });
  closing.push(() => proxy.close());
  const urls = [server.url, `http://127.0.0.1:${proxy.port}`] as const;
  const companies = (['ann', 'bob'] as const).map((owner) => gather(owner, urls));
  const enough = new AbortController();
  const patrons = companies.map((company, index) => {
    const owner = index === 0 ? 'ann' : 'bob';
    const { signal } = enough;
    const own = createChance(chance.between(0, 1e9));
    return createPatron({ url: server.url, owner, key: KEYS[owner], company, chance: own, enough: signal, atOnce: 3 });
  });
  closing.push(async () => {
    enough.abort();
    await Promise.all(companies.map((company) => company.leave()));
  });
  for (let kill = 0; kill < kills; kill += 1) {
    await live(chance, proxy, companies);
    await server.kill();
    await server.start();
  }
  await live(chance, proxy, companies);
  enough.abort();
  await Promise.all(patrons.map(({ done }) => done));
  await comeToRest(server.url, OPERATOR);
  return companies;
}

/** All faults of all readers; those who are connected get a moment to be told the last. */
async function judgeAll(companies: readonly Company[], truth: Truth): Promise<Fault[]> {
  const lines = companies.flatMap((company) => company.lines);
  await until(() => lines.every(({ isOpen }) => isOpen), 'all readers to be back');
  const judge = (): Fault[] =>
    companies.flatMap(({ recordings }) => recordings.flatMap((recording) => judgeRecording(recording, truth)));
  for (const line of lines) line.rest();
  const deadline = Date.now() + 10_000;
  while (judge().length > 0 && Date.now() < deadline) await sleep(100);
  return [...judge(), ...judgeJoins(truth), ...judgeHolders(truth)];
}

const heardBy = (recordings: readonly Recording[]): number =>
  recordings.reduce((sum, { connections }) => sum + connections.reduce((own, { heard }) => own + heard.length, 0), 0);

/** It was no quiet day: readers of every language were cut, and over many kills attempts were lost and ids used again. */
function checkTrouble(truth: Truth, recordings: readonly Recording[], kills: number): void {
  for (const language of LANGUAGES) {
    const readers = recordings.filter((each) => each.language === language);
    expect(language === 'music-render' || readers.some(({ connections }) => connections.length > 1)).toBe(true);
    expect(heardBy(readers)).toBeGreaterThan(0);
  }
  if (kills < 10) return;
  const types = new Set(truth.jobs.flatMap(({ entries }) => entries.map(({ fact }) => fact.type)));
  expect([...types]).toEqual(expect.arrayContaining(['retrying', 'succeeded', 'failed', 'canceled']));
  expect(TASKS.some((task) => truth.holders('ann', 'image', task).length > 1)).toBe(true);
}

it.each(LIVES)(
  'every dialect tells its readers the truth over $kills kills, cut and silent lines, cancels, retries and ids used again (seed $seed)',
  { timeout: 90_000 + KILLS_PER_LIFE * 15_000 },
  async ({ seed, kills }) => {
    const server = await createServerProcess(FLAGS);
    closing.push(() => server.close());
    await server.start();
    const companies = await killAmongPatrons(server, seed, kills);
    const truth = truthOf(await readLog(server.url, true, OPERATOR));
    const faults = await judgeAll(companies, truth);
    const recordings = companies.flatMap((company) => company.recordings);
    const connections = recordings.reduce((sum, each) => sum + each.connections.length, 0);
    const note = `seed ${seed}, ${kills} kills, ${truth.jobs.length} jobs, ${heardBy(recordings)} messages${faults.length > 0 ? `: ${describeFaults(faults.slice(0, 5))}` : ''}`;
    recordProof({ name: 'dialect histories', count: connections, wrong: faults.length, note });
    expect(describeFaults(faults.slice(0, 20))).toBe('');
    checkTrouble(truth, recordings, kills);
  },
);
