import type { Row } from '../report/row.js';
import { figure, median } from '../report/statistics.js';
import { peer, rendercast } from './contenders.js';
import { type Contender, measureWindow, type Window } from './fan-out-window.js';
import { findHighestRate, type Probe } from './highest-rate.js';
import type { Plan } from './plan.js';

const JOBS = 100;
const DASHBOARDS = 500;
/** Reports a second at which the search begins. */
const START_PER_SECOND = 120;
const HOLDS_P99_MS = 100;
const GOAL_TIMES = 8;
/** 100 jobs × 10 levels a second × 500 dashboards. */
const STEADY_PER_SECOND = 1_000;
const STEADY_GOAL = 500_000;
const STEADY_P99_MS = 50;
/** What must arrive: what is merged or late is not held. */
const ALL = 0.995;

/** 500 dashboards that follow 100 running jobs. */
export async function measureDashboards(plan: Plan): Promise<Row[]> {
  const feed = await rendercast({
    name: 'Rendercast, one feed each',
    jobs: JOBS,
    sockets: DASHBOARDS,
    subscriptionsOf: () => [{ feed: {} }],
  });
  const rooms = await peer('Socket.IO', JOBS, DASHBOARDS);
  try {
    return [...(await compareHighest(plan, feed, rooms)), ...(await holdSteady(plan, feed))];
  } finally {
    await Promise.all([feed.close(), rooms.close()]);
  }
}

/** The same, each dashboard with a subscription for each of the jobs. */
export async function measureManySubscriptions(plan: Plan): Promise<Row[]> {
  const each = await rendercast({
    name: 'Rendercast, 100 subscriptions each',
    jobs: JOBS,
    sockets: DASHBOARDS,
    subscriptionsOf: (ids) => ids.map((job) => ({ job })),
  });
  try {
    const highest: Window[] = [];
    for (let round = 0; round < plan.rounds; round += 1) highest.push(await highestOf(plan, each, highest.at(-1)));
    const held = median(highest.map(({ deliveriesPerSecond }) => deliveriesPerSecond));
    return [
      {
        what: `the same with ${JOBS} subscriptions for each dashboard: deliveries/s held at p99 ≤ ${HOLDS_P99_MS} ms`,
        ours: figure(held),
        peer: '-',
        goal: '-',
        reached: null,
        note: describe(highest.at(-1)),
      },
    ];
  } finally {
    await each.close();
  }
}

async function compareHighest(plan: Plan, ours: Contender, rooms: Contender): Promise<Row[]> {
  const best: [Window[], Window[]] = [[], []];
  for (let round = 0; round < plan.rounds; round += 1) {
    best[0].push(await highestOf(plan, ours, best[0].at(-1)));
    best[1].push(await highestOf(plan, rooms, best[1].at(-1)));
  }
  const [held = 0, peerHeld = 0] = best.map((each) =>
    median(each.map(({ deliveriesPerSecond }) => deliveriesPerSecond)),
  );
  return [
    {
      what: `${DASHBOARDS} dashboards following ${JOBS} jobs: highest deliveries/s held at p99 ≤ ${HOLDS_P99_MS} ms`,
      ours: figure(held),
      peer: `Socket.IO rooms ${figure(peerHeld)}`,
      goal: `≥ ${GOAL_TIMES} × Socket.IO`,
      reached: held >= GOAL_TIMES * peerHeld,
      note: `${figure(held / peerHeld)} ×; ${describe(best[0].at(-1))}`,
    },
  ];
}

/** Starts low, or where the round before ended; a rate that is missed gets a second chance before it counts as missed. */
async function highestOf(plan: Plan, contender: Contender, before: Window | undefined): Promise<Window> {
  const small = plan.rounds > 1 ? 1.1 : 1.2;
  const steps = before === undefined ? { large: 1.7, small } : { large: small, small };
  const probe = async (perSecond: number): Promise<Probe<Window>> => {
    const first = await probeOnce(plan, contender, perSecond);
    return first.held ? first : await probeOnce(plan, contender, perSecond);
  };
  const found = await findHighestRate(before?.perSecond ?? START_PER_SECOND, probe, steps);
  if (found === null) throw new Error(`${contender.name} held no rate at all`);
  return found.window;
}

async function probeOnce(plan: Plan, contender: Contender, perSecond: number): Promise<Probe<Window>> {
  const window = await measureWindow(contender, { perSecond, windowS: plan.windowS / 2, warmS: plan.warmS });
  const arrived = window.deliveriesPerSecond / (perSecond * contender.fanOut);
  const held = window.p99Ms <= HOLDS_P99_MS && window.delivered >= ALL && arrived >= 0.97;
  plan.say(
    `  ${contender.name}: ${figure(window.deliveriesPerSecond)}/s (${describe(window)}) ${held ? 'held' : 'not held'}`,
  );
  return { held, window };
}

async function holdSteady(plan: Plan, ours: Contender): Promise<Row[]> {
  const windows: Window[] = [];
  for (let round = 0; round < plan.rounds; round += 1) {
    windows.push(await measureWindow(ours, { ...plan, perSecond: STEADY_PER_SECOND }));
    plan.say(`  ${ours.name}: ${describe(windows.at(-1))}`);
  }
  const p99Ms = median(windows.map((window) => window.p99Ms));
  const delivered = median(windows.map((window) => window.delivered));
  return [
    {
      what: `${JOBS} jobs × 10/s × ${DASHBOARDS} dashboards = ${figure(STEADY_GOAL)} deliveries/s on one core: p99`,
      ours: `${figure(p99Ms)} ms`,
      peer: '-',
      goal: `≤ ${STEADY_P99_MS} ms, all delivered`,
      reached: p99Ms <= STEADY_P99_MS && delivered >= ALL,
      note: describe(windows.at(-1)),
    },
  ];
}

function describe(window: Window | undefined): string {
  if (window === undefined) return '-';
  return (
    `p50 ${figure(window.p50Ms)}, p99 ${figure(window.p99Ms)} ms, ${figure(window.delivered * 100)} % arrived, ` +
    `server ${figure(window.serverShare)} core, load ${figure(window.loadShare)}`
  );
}
