import { availableParallelism } from 'node:os';
import type { WatcherCommands } from '../../load/watchers.js';
import { type Child, startChild } from '../../processes/child.js';
import { waitedUs } from '../../processes/tree-usage.js';
import type { Row } from '../../report/row.js';
import { figure } from '../../report/statistics.js';
import { runJobs, startHouse } from '../house.js';
import type { Plan } from '../plan.js';
import { type Middle, measureRelay, middleOf, pairOf, type Relay } from '../relay.js';
import { startPeerHouse } from './peer-house.js';
import { runSpreadJobs, type Spent, spentBetween, startSpreadHouse } from './spread-house.js';

const JOBS = 200;
const WATCHERS = 5;
/** Half of what the figure of one process asks for. */
const LEVELS_PER_SECOND = 5;
const PER_SECOND = JOBS * LEVELS_PER_SECOND;
const GOAL_P99_MS = 50;

interface HouseRelay extends Relay {
  /** Processes that a report goes through. */
  pids: readonly number[];
  spent(): Promise<Spent>;
}

/** From the report at a worker to the callback at a gateway's socket, beside one process and beside the peer. */
export async function measureClusterDelay(plan: Plan): Promise<Row[]> {
  const relays = [await openSingle(), await openSpread(1), await openSpread(2), await openPeer()];
  const lines = relays.map((relay) => ({
    relay,
    tallies: [] as Awaited<ReturnType<Relay['read']>>[],
    cores: 0,
    waited: 0,
  }));
  try {
    for (let round = 0; round < plan.rounds; round += 1)
      for (const line of lines) {
        const from = await line.relay.spent();
        const waitedFrom = line.relay.pids.map(waitedUs);
        const startMs = performance.now();
        line.tallies.push(await measureRelay(plan, line.relay, PER_SECOND));
        const spent = spentBetween(from, await line.relay.spent());
        const tookUs = (performance.now() - startMs) * 1_000;
        line.cores = spent.allUs / tookUs;
        line.waited = Math.max(...line.relay.pids.map((pid, at) => (waitedUs(pid) - (waitedFrom[at] ?? 0)) / tookUs));
      }
  } finally {
    await Promise.all(relays.map((relay) => relay.close()));
  }
  const [single, two, three, peer] = lines.map(({ tallies, cores, waited }) => ({
    ...middleOf(tallies, PER_SECOND * WATCHERS),
    cores,
    waited,
  }));
  if (single === undefined || two === undefined || three === undefined || peer === undefined)
    throw new Error('nothing was measured');
  const what = `delay worker → SDK callback, ${JOBS} jobs × ${WATCHERS} watchers × ${LEVELS_PER_SECOND}/s`;
  return [
    row(`${what}, a worker and a gateway: p50 / p99`, two, single, peer),
    row('the same, a worker and two gateways: p50 / p99', three, single, peer),
  ];
}

interface Measured extends Middle {
  /** Cores that the house took. */
  cores: number;
  /** Part of the time for which one of its processes was ready to run and had no core, the worst of them. */
  waited: number;
}

function row(what: string, ours: Measured, single: Measured, peer: Measured): Row {
  const [p50Ms, p99Ms] = [ours.p50Ms - single.p50Ms, ours.p99Ms - single.p99Ms];
  return {
    what,
    ours: `${pairOf(ours)}, one process ${pairOf(single)}`,
    peer: `BullMQ and Socket.IO, Redis adapter ${pairOf(peer)}`,
    goal: `added p99 ≤ ${GOAL_P99_MS} ms`,
    reached: p99Ms <= GOAL_P99_MS && ours.arrived > 0.99,
    note:
      `added ${figure(p50Ms)} / ${figure(p99Ms)} ms, ${figure(ours.arrived * 100)} % arrived; the house ${figure(ours.cores)} and the ` +
      `watchers ${figure(ours.cpuShare)} of ${availableParallelism()} cores; the peer's house ${figure(peer.cores)}, ${figure(peer.arrived * 100)} % arrived; ` +
      `waiting for a core ${figure(ours.waited * 100)}, one process ${figure(single.waited * 100)}, the peer ${figure(peer.waited * 100)} % of the time`,
  };
}

async function openSingle(): Promise<HouseRelay> {
  const house = await startHouse({ slots: JOBS, core: 'any' });
  const ids = await runJobs(house, JOBS);
  const watchers = startWatchers();
  await watchers.call('follow', { port: house.port, jobs: forEachWatcher(ids).flat() });
  return {
    name: 'one process',
    pids: [house.child.pid, watchers.pid],
    beat: (perSecond) => house.child.call('beat', perSecond),
    still: () => house.child.call('still'),
    ...readingOf(watchers),
    spent: async () => ({
      ...{ gatewaysUs: (await house.child.call('usage')).cpuUs, workersUs: 0, postgresUs: 0, redisUs: 0 },
    }),
    close: async () => void (await Promise.all([watchers.end(), house.close()])),
  };
}

async function openSpread(gateways: number): Promise<HouseRelay> {
  const house = await startSpreadHouse({ gateways, workers: 1, slots: JOBS });
  const ids = await runSpreadJobs(house, JOBS);
  const watchers = startWatchers();
  for (const [index, jobs] of forEachWatcher(ids).entries())
    await watchers.call('follow', { port: house.gateways[index % gateways]?.port ?? 0, jobs });
  const worker = house.workers[0]?.child;
  return {
    pids: [...house.gateways.map(({ child }) => child.pid), worker?.pid ?? 0, watchers.pid],
    name: `a worker and ${gateways === 1 ? 'a gateway' : `${gateways} gateways`}`,
    beat: async (perSecond) => worker?.call('beat', perSecond),
    still: async () => (await worker?.call('still')) ?? 0,
    ...readingOf(watchers),
    spent: () => house.spent(),
    close: async () => void (await Promise.all([watchers.end(), house.close()])),
  };
}

async function openPeer(): Promise<HouseRelay> {
  const house = await startPeerHouse(JOBS);
  const watchers = startWatchers();
  const topics = Array.from({ length: JOBS }, (_, topic) => String(topic));
  await watchers.call('listenToRooms', { port: house.port, jobs: forEachWatcher(topics).flat() });
  return {
    name: 'BullMQ and Socket.IO',
    pids: [house.gateway.pid, house.worker.pid, watchers.pid],
    beat: (perSecond) => house.worker.call('beat', perSecond),
    still: () => house.worker.call('still'),
    ...readingOf(watchers),
    spent: () => house.spent(),
    close: async () => void (await Promise.all([watchers.end(), house.close()])),
  };
}

const forEachWatcher = (jobs: readonly string[]): (readonly string[])[] => Array.from({ length: WATCHERS }, () => jobs);

function startWatchers(): Child<WatcherCommands> {
  return startChild<WatcherCommands>('load/watchers.js', { core: 'any' });
}

function readingOf(watchers: Child<WatcherCommands>): Pick<Relay, 'mark' | 'read'> {
  return { mark: () => watchers.call('mark'), read: () => watchers.call('read') };
}
