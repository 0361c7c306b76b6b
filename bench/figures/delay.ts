import type { PeerCommands } from '../contenders/bare-ws.js';
import type { BullmqCommands } from '../contenders/bullmq.js';
import type { WatcherCommands, WatchTally } from '../load/watchers.js';
import { startChild } from '../processes/child.js';
import { redisVersion, startRedis } from '../processes/redis.js';
import type { Row } from '../report/row.js';
import { figure, median } from '../report/statistics.js';
import { type House, runJobs, startHouse, submitJobs } from './house.js';
import type { Plan } from './plan.js';
import { measureRelay, middleOf, pairOf, type Relay } from './relay.js';

const JOBS = 200;
const WATCHERS = 5;
const LEVELS_PER_SECOND = 10;
const PER_SECOND = JOBS * LEVELS_PER_SECOND;
const HEARD_PER_SECOND = PER_SECOND * WATCHERS;
const GOAL_P50_MS = 1;
const GOAL_P99_MS = 8;

/** From the engine's report to the callback of the SDK, over what a bare relay takes. */
export async function measureDelay(plan: Plan): Promise<Row[]> {
  const relays = [await openRendercast(), await openBareRelay()];
  const redis = redisVersion() === null ? null : await startRedis();
  if (redis !== null) relays.push(await openQueueEvents(redis.port));
  const tallies: WatchTally[][] = relays.map(() => []);
  try {
    for (let round = 0; round < plan.rounds; round += 1)
      for (const [index, relay] of relays.entries()) tallies[index]?.push(await measureRelay(plan, relay, PER_SECOND));
  } finally {
    await Promise.all(relays.map((relay) => relay.close()));
    await redis?.close();
  }
  const [ours, bare, queue] = tallies.map((each) => middleOf(each, HEARD_PER_SECOND));
  if (ours === undefined || bare === undefined) throw new Error('nothing was measured');
  const addedP50Ms = ours.p50Ms - bare.p50Ms;
  const addedP99Ms = ours.p99Ms - bare.p99Ms;
  return [
    {
      what: `delay engine → SDK callback, ${JOBS} jobs × ${WATCHERS} watchers × ${LEVELS_PER_SECOND}/s: p50 / p99`,
      ours: pairOf(ours),
      peer: `bare ws relay ${pairOf(bare)}`,
      goal: `added ≤ ${GOAL_P50_MS} / ${GOAL_P99_MS} ms`,
      reached: addedP50Ms <= GOAL_P50_MS && addedP99Ms <= GOAL_P99_MS && ours.arrived > 0.99,
      note: `added ${figure(addedP50Ms)} / ${figure(addedP99Ms)} ms, ${figure(ours.arrived * 100)} % arrived, watchers ${figure(ours.cpuShare)} core`,
    },
    {
      what: 'the same over BullMQ: updateProgress → QueueEvents',
      ours: '-',
      peer: queue === undefined ? 'skipped' : `BullMQ ${pairOf(queue)}`,
      goal: '-',
      reached: null,
      note: queue === undefined ? 'no redis-server was found' : `${figure(queue.arrived * 100)} % arrived`,
    },
  ];
}

const GOAL_SLOW_P99_MS = 20;
const SLOW_FSYNC_MS = 20;

/** The same with a disk whose every sync takes 20 ms more, while facts are written all the time. */
export async function measureSlowDisk(plan: Plan): Promise<Row[]> {
  const what = `levels while every fsync takes ${SLOW_FSYNC_MS} ms more and facts are written: p50 / p99`;
  const goal = `p99 ≤ ${GOAL_SLOW_P99_MS} ms`;
  const inject = `inject=fsync,fdatasync:delay_exit=${SLOW_FSYNC_MS * 1_000}`;
  const under = [
    'strace',
    '-f',
    '-qq',
    '--seccomp-bpf',
    '-o',
    '/dev/null',
    '-e',
    'trace=fsync,fdatasync',
    '-e',
    inject,
  ];
  let relay: Relay & { house: House; ids: string[] };
  try {
    relay = await openRendercast(under);
  } catch (error) {
    const reason = error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error);
    return [
      { what, ours: 'skipped', peer: '-', goal, reached: null, note: `strace cannot slow fsync here: ${reason}` },
    ];
  }
  const writing = writeFacts(relay.house.port, relay.ids);
  try {
    const tallies: WatchTally[] = [];
    for (let round = 0; round < plan.rounds; round += 1) tallies.push(await measureRelay(plan, relay, PER_SECOND));
    const ours = middleOf(tallies, HEARD_PER_SECOND);
    const { facts, ms } = await writing.stop();
    return [
      {
        what,
        ours: pairOf(ours),
        peer: '-',
        goal,
        reached: ours.p99Ms <= GOAL_SLOW_P99_MS && ours.arrived > 0.99 && ms >= SLOW_FSYNC_MS,
        note: `${figure(ours.arrived * 100)} % arrived; beside them ${facts} facts, each stored in ${figure(ms)} ms`,
      },
    ];
  } finally {
    await writing.stop();
    await relay.close();
  }
}

/** Submits jobs and writes notes to the watched ones, one after the other. */
function writeFacts(port: number, ids: readonly string[]): { stop(): Promise<{ facts: number; ms: number }> } {
  let going = true;
  const times: number[] = [];
  const written = (async () => {
    for (let number = 0; going; number += 1) {
      const startMs = performance.now();
      const id = ids[number % ids.length] ?? '';
      if (number % 2 === 0) await submitJobs(port, 1);
      else
        await fetch(`http://127.0.0.1:${port}/v1/jobs/${id}/notes`, {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify({ number }),
        }).then((answer) => answer.arrayBuffer());
      times.push(performance.now() - startMs);
    }
  })().catch(() => undefined);
  return {
    async stop() {
      going = false;
      await written;
      return { facts: times.length, ms: median(times) };
    },
  };
}

function startWatchers() {
  return startChild<WatcherCommands>('load/watchers.js', { core: 'load' });
}

async function openRendercast(under?: readonly string[]): Promise<Relay & { house: House; ids: string[] }> {
  const house = await startHouse({ slots: JOBS, maxWaiting: 1_000_000, ...(under === undefined ? {} : { under }) });
  const ids = await runJobs(house, JOBS);
  const watchers = startWatchers();
  await watchers.call('follow', { port: house.port, jobs: Array.from({ length: WATCHERS }, () => ids).flat() });
  return {
    name: under === undefined ? 'Rendercast' : 'Rendercast on a slow disk',
    house,
    ids,
    beat: (perSecond) => house.child.call('beat', perSecond),
    still: () => house.child.call('still'),
    mark: () => watchers.call('mark'),
    read: () => watchers.call('read'),
    close: async () => void (await Promise.all([watchers.end(), house.close()])),
  };
}

async function openBareRelay(): Promise<Relay> {
  const child = startChild<PeerCommands>('contenders/bare-ws.js', { core: 'server' });
  const { port } = await child.call('open', { topics: JOBS });
  const watchers = startWatchers();
  const topics = Array.from({ length: JOBS }, (_, topic) => String(topic));
  await watchers.call('listen', { port, jobs: Array.from({ length: WATCHERS }, () => topics).flat() });
  return {
    name: 'bare ws relay',
    beat: (perSecond) => child.call('beat', perSecond),
    still: () => child.call('still'),
    mark: () => watchers.call('mark'),
    read: () => watchers.call('read'),
    close: async () => void (await Promise.all([watchers.end(), child.end()])),
  };
}

async function openQueueEvents(redisPort: number): Promise<Relay> {
  const child = startChild<BullmqCommands>('contenders/bullmq.js', { core: 'server' });
  await child.call('open', { redisPort });
  await child.call('work', { jobs: JOBS, redisPort });
  const watchers = startWatchers();
  await watchers.call('listenToQueue', { redisPort, watchers: WATCHERS });
  return {
    name: 'BullMQ',
    beat: (perSecond) => child.call('beat', perSecond),
    still: () => child.call('still'),
    mark: () => watchers.call('mark'),
    read: () => watchers.call('read'),
    close: async () => void (await Promise.all([watchers.end(), child.end()])),
  };
}
