import { setTimeout as sleep } from 'node:timers/promises';
import type { PeerCommands } from '../contenders/bare-ws.js';
import type { ConnectOptions, ReaderCommands } from '../load/reader.js';
import { startChild } from '../processes/child.js';
import type { Usage } from '../processes/usage.js';
import type { Row } from '../report/row.js';
import { figure, median } from '../report/statistics.js';
import { rendercastSockets } from './contenders.js';
import { runJobs, startHouse, submitJobs } from './house.js';
import type { Plan } from './plan.js';

const GOAL_PLAIN = 1.25;
const GOAL_WATCHED = 1.5;
const GOAL_HELD = 10_000;
const GC = ['--expose-gc'];
/** Jobs that idle sockets share when each of them watches one. */
const SHARED_JOBS = 100;

/** What connections cost that stay open and say nothing. */
interface Idle {
  bytesEach: number;
  held: number;
  /** Part of a core that the server takes while all are idle. */
  cpuShare: number;
}

/** Memory of idle connections, and how many one process holds. */
export async function measureIdle(plan: Plan): Promise<Row[]> {
  const kinds = { bare: idleBare, plain: idlePlain, watched: idleWatched };
  const results: Record<keyof typeof kinds, Idle[]> = { bare: [], plain: [], watched: [] };
  for (let round = 0; round < plan.rounds; round += 1)
    for (const [kind, measure] of Object.entries(kinds) as [keyof typeof kinds, (plan: Plan) => Promise<Idle>][]) {
      const idle = await measure(plan);
      results[kind].push(idle);
      plan.say(`  ${kind}: ${figure(idle.bytesEach)} bytes each, ${idle.held} held, ${figure(idle.cpuShare)} core`);
    }
  const ownJobs = plan.rounds > 1 ? [await idleOwnJobs(plan)] : [];
  const bare = bytesOf(results.bare);
  const held = Math.min(...results.plain.map((idle) => idle.held), ...results.watched.map((idle) => idle.held));
  const row = (what: string, idles: readonly Idle[], goal: number | null): Row => ({
    what,
    ours: `${figure(bytesOf(idles))} B`,
    peer: `bare ws ${figure(bare)} B`,
    goal: goal === null ? '-' : `≤ ${goal} × bare ws`,
    reached: goal === null ? null : bytesOf(idles) <= goal * bare,
    note: `${figure(bytesOf(idles) / bare)} ×; idle, they take ${figure(median(idles.map(({ cpuShare }) => cpuShare)) * 100)} % of a core`,
  });
  return [
    row('idle connection, plain: memory each', results.plain, GOAL_PLAIN),
    row(`idle connection that watches one of ${SHARED_JOBS} jobs: memory each`, results.watched, GOAL_WATCHED),
    ...(ownJobs.length > 0 ? [row('idle connection that watches a job of its own: memory each', ownJobs, null)] : []),
    {
      what: 'connections held on one process',
      ours: figure(held),
      peer: '-',
      goal: `≥ ${figure(GOAL_HELD)}`,
      reached: plan.idleSockets < GOAL_HELD ? null : held >= GOAL_HELD,
      note: plan.idleSockets < GOAL_HELD ? 'a quick run opens fewer' : 'from 127.0.0.x, both with and without a job',
    },
  ];
}

const bytesOf = (idles: readonly Idle[]): number => median(idles.map(({ bytesEach }) => bytesEach));

async function idleBare({ idleSockets }: Plan): Promise<Idle> {
  const child = startChild<PeerCommands>('contenders/bare-ws.js', { core: 'server', nodeFlags: GC });
  const { port } = await child.call('open', { topics: 1 });
  const sockets = Array.from({ length: idleSockets }, () => ({ path: '/?topic=none', sends: [] }));
  const idle = await fill((collect) => child.call('usage', collect), { port, sockets });
  await child.end();
  return idle;
}

async function idlePlain({ idleSockets }: Plan): Promise<Idle> {
  return await idleHouse(0, () => Array.from({ length: idleSockets }, () => []));
}

async function idleWatched({ idleSockets }: Plan): Promise<Idle> {
  return await idleHouse(SHARED_JOBS, (ids) =>
    Array.from({ length: idleSockets }, (_, index) => [{ job: ids[index % ids.length] }]),
  );
}

async function idleOwnJobs({ idleSockets }: Plan): Promise<Idle> {
  return await idleHouse(0, (ids) => ids.map((job) => [{ job }]), idleSockets);
}

async function idleHouse(
  running: number,
  subscriptionsOf: (ids: readonly string[]) => Record<string, unknown>[][],
  waiting = 0,
): Promise<Idle> {
  const house = await startHouse({ slots: running, nodeFlags: GC, maxWaiting: 1_000_000 });
  const ids = waiting > 0 ? await submitJobs(house.port, waiting) : await runJobs(house, running);
  await sleep(500);
  const idle = await fill(
    (collect) => house.child.call('usage', collect),
    rendercastSockets(house.port, subscriptionsOf(ids)),
  );
  await house.close();
  return idle;
}

/** Opens the sockets in a process beside, and sees what became of the server. */
async function fill(usage: (collect: boolean) => Promise<Usage>, options: ConnectOptions): Promise<Idle> {
  const readers = startChild<ReaderCommands>('load/reader.js', { core: 'load' });
  // Some first: what is allocated once, and what the start leaves behind, is not a connection's.
  const warmed = Math.round(options.sockets.length / 10);
  const warm = { ...options, sockets: options.sockets.slice(0, warmed) };
  await readers.call('connect', warm);
  const before = await settled(usage);
  const rest = { ...options, sockets: options.sockets.slice(warmed) };
  await readers.call('connect', rest);
  const after = await settled(usage);
  const calm = await usage(false);
  const startMs = performance.now();
  await sleep(2_000);
  const later = await usage(false);
  const cpuShare = (later.cpuUs - calm.cpuUs) / 1_000 / (performance.now() - startMs);
  const held = await readers.call('held');
  await readers.end();
  return { bytesEach: (after.rssBytes - before.rssBytes) / rest.sockets.length, held, cpuShare };
}

/** Memory once it no longer falls: what is freed is given back late. */
async function settled(usage: (collect: boolean) => Promise<Usage>): Promise<Usage> {
  let lowest = await usage(true);
  for (let calm = 0; calm < 3; ) {
    await sleep(300);
    const now = await usage(true);
    calm = now.rssBytes < lowest.rssBytes * 0.995 ? 0 : calm + 1;
    if (now.rssBytes < lowest.rssBytes) lowest = now;
  }
  return lowest;
}
