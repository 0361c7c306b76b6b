import { performance } from 'node:perf_hooks';
import type { RendercastCommands } from '../../contenders/rendercast.js';
import type { Child } from '../../processes/child.js';
import type { Row } from '../../report/row.js';
import { figure, median } from '../../report/statistics.js';
import { startHouse, submitJobs, until } from '../house.js';
import type { Plan } from '../plan.js';
import { type Spent, spentBetween, startSpreadHouse } from './spread-house.js';

const SLOTS = 32;
const STAGES = 3;
const ROOM = 1_000_000;
const WARM_JOBS = 200;

/** What runs jobs, and how it is asked. */
interface Runners {
  name: string;
  port: number;
  workers: readonly Child<RendercastCommands>[];
  spent(): Promise<Spent>;
  close(): Promise<void>;
  runs: Run[];
}

interface Run {
  perSecond: number;
  /** Processor time for each job, in milliseconds. */
  nodesMs: number;
  databaseMs: number;
  redisMs: number;
}

/** Jobs from the submission to their end, by one worker and by two: what a worker more brings, and what it costs. */
export async function measureClusterWorkers(plan: Plan): Promise<Row[]> {
  const lines = [await openSingle(), await openSpread(1), await openSpread(2)];
  try {
    // Once unmeasured: a job takes long on code that has not run yet.
    for (const line of lines) await run(line, WARM_JOBS);
    for (let round = 0; round < plan.rounds; round += 1)
      for (const line of lines) {
        line.runs.push(await run(line, plan.jobsRun));
        plan.say(`  ${line.name}: ${describe(line.runs)}`);
      }
  } finally {
    await Promise.all(lines.map(({ close }) => close()));
  }
  const [single = [], one = [], two = []] = lines.map(({ runs }) => runs);
  return [
    {
      what: `${figure(plan.jobsRun)} jobs of ${STAGES} stages, from submission to end, one worker: jobs/s`,
      ours: rate(one),
      peer: `one process on SQLite ${rate(single)}`,
      goal: '-',
      reached: null,
      note: `${describe(one)}; one process: ${describe(single)}`,
    },
    {
      what: 'a worker more: the same on two: jobs/s',
      ours: rate(two),
      peer: '-',
      goal: '-',
      reached: null,
      note: `${figure(middle(two, 'perSecond') / middle(one, 'perSecond'))} ×; ${describe(two)}`,
    },
  ];
}

async function run({ port, workers, spent }: Runners, count: number): Promise<Run> {
  const ended = async (): Promise<number> => {
    const counts = await Promise.all(workers.map((worker) => worker.call('ended')));
    return counts.reduce((sum, each) => sum + each, 0);
  };
  const before = await ended();
  const from = await spent();
  const startMs = performance.now();
  await submitJobs(port, count);
  await until(async () => (await ended()) >= before + count, `${count} jobs to end`);
  const seconds = (performance.now() - startMs) / 1_000;
  const used = spentBetween(from, await spent());
  return {
    perSecond: count / seconds,
    nodesMs: (used.gatewaysUs + used.workersUs) / 1_000 / count,
    databaseMs: used.postgresUs / 1_000 / count,
    redisMs: used.redisUs / 1_000 / count,
  };
}

async function openSingle(): Promise<Runners> {
  const house = await startHouse({ slots: SLOTS, stages: STAGES, maxWaiting: ROOM, core: 'any' });
  const { child, port, close } = house;
  const spent = async (): Promise<Spent> => {
    const { cpuUs } = await child.call('usage');
    return { gatewaysUs: cpuUs, workersUs: 0, postgresUs: 0, redisUs: 0 };
  };
  return { name: 'one process', port, workers: [child], spent, close, runs: [] };
}

async function openSpread(workers: number): Promise<Runners> {
  const house = await startSpreadHouse({ gateways: 1, workers, slots: SLOTS, stages: STAGES, maxWaiting: ROOM });
  return {
    name: `a gateway and ${workers === 1 ? 'a worker' : `${workers} workers`}`,
    port: house.gateways[0]?.port ?? 0,
    workers: house.workers.map(({ child }) => child),
    spent: () => house.spent(),
    close: () => house.close(),
    runs: [],
  };
}

const middle = (runs: readonly Run[], of: keyof Run): number => median(runs.map((one) => one[of]));
const rate = (runs: readonly Run[]): string => figure(middle(runs, 'perSecond'));

function describe(runs: readonly Run[]): string {
  const others =
    middle(runs, 'databaseMs') > 0
      ? `, ${figure(middle(runs, 'databaseMs'))} of PostgreSQL, ${figure(middle(runs, 'redisMs'))} of Redis`
      : '';
  return `${rate(runs)}/s, for each job ${figure(middle(runs, 'nodesMs'))} ms of processor of the nodes${others}`;
}
