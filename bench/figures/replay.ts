import { setTimeout as sleep } from 'node:timers/promises';
import type { ReaderCommands } from '../load/reader.js';
import { startChild } from '../processes/child.js';
import type { Row } from '../report/row.js';
import { figure, median } from '../report/statistics.js';
import { rendercastSockets } from './contenders.js';
import { type House, startHouse, submitJobs, until } from './house.js';
import type { Plan } from './plan.js';

const GOAL = 100_000;
const SOCKETS = 20;
const FEEDS = 1;
const SLOTS = 64;

/** Facts of ended jobs, read from the log and sent to readers that start at the beginning. */
export async function measureReplay(plan: Plan): Promise<Row[]> {
  const { jobs, stages } = plan.replay;
  const house = await startHouse({ slots: SLOTS, stages, maxWaiting: 1_000_000 });
  try {
    const ids = await submitJobs(house.port, jobs);
    const facts = jobs * (stages + 3); // queued, started, the stages, succeeded
    const start = await positionOfStart(house.port, ids[0] ?? '');
    await until(async () => (await countEnded(house.port)) >= jobs, 'the jobs to end');
    const perSocket = Array.from({ length: SOCKETS }, (_, index) =>
      ids.filter((_id, at) => at % SOCKETS === index).map((job) => ({ job, position: start })),
    );
    const feeds = Array.from({ length: FEEDS }, () => [{ feed: {}, position: start }]);
    // Unmeasured, as what runs before every window: the first reading of a process is one of cold code.
    await replay(house, perSocket, facts);
    await replay(house, feeds, facts * FEEDS);
    const byJob: number[] = [];
    const byFeed: number[] = [];
    for (let round = 0; round < plan.rounds; round += 1) {
      byJob.push(await replay(house, perSocket, facts));
      byFeed.push(await replay(house, feeds, facts * FEEDS));
      plan.say(`  jobs ${figure(byJob.at(-1) ?? 0)}, feed ${figure(byFeed.at(-1) ?? 0)} facts per CPU-second`);
    }
    const row = (what: string, values: readonly number[]): Row => ({
      what,
      ours: figure(median(values)),
      peer: '-',
      goal: `≥ ${figure(GOAL)}`,
      reached: median(values) >= GOAL,
      note: `${figure(facts)} facts in the log, all threads of the server counted`,
    });
    return [
      row(`replay of ${jobs} jobs × ${stages + 3} facts to ${SOCKETS} sockets: facts per CPU-second`, byJob),
      row(`replay of the whole feed to a socket: facts per CPU-second`, byFeed),
    ];
  } finally {
    await house.close();
  }
}

/** Opens readers at the beginning and waits for the last fact. */
async function replay(
  house: House,
  subscriptions: readonly (readonly Record<string, unknown>[])[],
  facts: number,
): Promise<number> {
  const readers = startChild<ReaderCommands>('load/reader.js', { core: 'load' });
  const answers = subscriptions.reduce((sum, each) => sum + each.length + 1, 0); // welcome and subscribed
  const before = await house.child.call('usage');
  await readers.call('connect', rendercastSockets(house.port, subscriptions));
  const wanted = facts + answers;
  await until(async () => (await readers.call('read')).total >= wanted, `${wanted} messages`);
  const after = await house.child.call('usage');
  const { total } = await readers.call('read');
  if (total !== wanted) throw new Error(`${total} messages came instead of ${wanted}`);
  await readers.end();
  await sleep(200);
  return facts / ((after.cpuUs - before.cpuUs) / 1e6);
}

/** A position before the first fact, in the present epoch. */
async function positionOfStart(port: number, id: string): Promise<string> {
  const answer = (await (await fetch(`http://127.0.0.1:${port}/v1/jobs/${id}`)).json()) as { position: string };
  return answer.position.replace(/\d+$/, '0');
}

async function countEnded(port: number): Promise<number> {
  const { jobs } = (await (await fetch(`http://127.0.0.1:${port}/v1/stats`)).json()) as { jobs: { succeeded: number } };
  return jobs.succeeded;
}
