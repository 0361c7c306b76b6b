import type { Row } from '../../report/row.js';
import { figure } from '../../report/statistics.js';
import type { Plan } from '../plan.js';
import { type FanOutOptions, singleProcess, socketIoAndWorker, workerAndGateways } from './contenders.js';
import { describeHouse, gatewayMs, type Line, levelUs, measureLines, perCpu } from './lines.js';

const SOCKETS = 500;
const JOBS = 100;
/** Reports a second of the one job, as in the figure of one process. */
const ONE_JOB_PER_SECOND = 60;
/** Reports a second over all jobs: ten each; and as many as Socket.IO can be asked for. */
const ALL_JOBS_PER_SECOND = 1_000;
const PEER_PER_SECOND = 120;
/** Where nearly all that a gateway does is to hear. */
const HEARD_PER_SECOND = 5_000;

/** A worker's levels through Redis to a gateway's sockets: what a delivery costs the gateway, beside one process. */
export async function measureClusterFanOut(plan: Plan): Promise<Row[]> {
  return [...(await oneJob(plan)), ...(await manyJobs(plan))];
}

async function oneJob(plan: Plan): Promise<Row[]> {
  const load = { jobs: 1, sockets: SOCKETS, follow: 'one' } as const;
  const at = ONE_JOB_PER_SECOND;
  const [single, spread, peer] = await measureLines(plan, [
    { contender: await singleProcess(load), perSecond: at },
    { contender: await workerAndGateways(1, load), perSecond: at },
    { contender: await socketIoAndWorker(load), perSecond: at },
  ]);
  return [
    {
      what: `a worker's job → ${SOCKETS} sockets of a gateway at ${at}/s: deliveries per CPU-second of the gateway`,
      ours: `${perCpu(spread)}, one process ${perCpu(single)}`,
      peer: `Socket.IO's gateway, Redis adapter ${perCpu(peer)}`,
      ...NO_GOAL,
      note: describeHouse(spread),
    },
  ];
}

async function manyJobs(plan: Plan): Promise<Row[]> {
  const load = { jobs: JOBS, sockets: SOCKETS, follow: 'all' } as const;
  const at = ALL_JOBS_PER_SECOND;
  const [single, one, two, few, slow, peer] = await measureLines(plan, await openManyJobs(load, at));
  return [
    {
      what: `${JOBS} jobs of a worker × ${at / JOBS}/s × ${SOCKETS} dashboards of a gateway: deliveries per CPU-second of the gateway`,
      ours: `${perCpu(one)}, one process ${perCpu(single)}`,
      peer: '-',
      ...NO_GOAL,
      note: describeHouse(one),
    },
    {
      what: `the same at ${PEER_PER_SECOND} levels/s over all jobs, which the peer can follow`,
      ours: perCpu(slow),
      peer: `Socket.IO's gateway, Redis adapter ${perCpu(peer)}`,
      ...NO_GOAL,
      note: `${describeHouse(slow)}; the peer: ${describeHouse(peer)}`,
    },
    {
      what: `a gateway more: the same ${SOCKETS} dashboards on two, processor for 1,000 deliveries at both gateways`,
      ours: `${figure(gatewayMs(two))} ms, on one ${figure(gatewayMs(one))} ms`,
      peer: '-',
      ...NO_GOAL,
      note: `${figure(gatewayMs(two) / gatewayMs(one))} ×; each hears all levels; ${describeHouse(two)}`,
    },
    {
      what: `what a level costs on its way to a gateway that hears ${figure(HEARD_PER_SECOND)} a second, one dashboard`,
      ours: `gateway ${figure(levelUs(few, 'gatewaysUs'))} µs`,
      peer: '-',
      ...NO_GOAL,
      note: `worker ${figure(levelUs(few, 'workersUs'))}, Redis ${figure(levelUs(few, 'redisUs'))} µs; Redis with a second gateway that hears ${figure(levelUs(two, 'redisUs'))}, with one ${figure(levelUs(one, 'redisUs'))} µs (at ${figure(at)}/s)`,
    },
  ];
}

const NO_GOAL = { goal: '-', reached: null };

async function openManyJobs(load: FanOutOptions, perSecond: number): Promise<Line[]> {
  const one = await workerAndGateways(1, load);
  return [
    { contender: await singleProcess(load), perSecond },
    { contender: one, perSecond },
    { contender: await workerAndGateways(2, load), perSecond },
    { contender: await workerAndGateways(1, { ...load, sockets: 1 }), perSecond: HEARD_PER_SECOND },
    { contender: one, perSecond: PEER_PER_SECOND },
    { contender: await socketIoAndWorker(load), perSecond: PEER_PER_SECOND },
  ];
}
