import type { ReaderCommands } from '../load/reader.js';
import { type Child, startChild } from '../processes/child.js';
import type { Row } from '../report/row.js';
import { figure, median } from '../report/statistics.js';
import {
  ARTIST_SESSION,
  ARTIST_SUBSCRIBED,
  type DialectSockets,
  FEED_SUBSCRIBED,
  IMAGE_TASK,
  MUSIC_RENDER,
  NATIVE_ALL,
  NATIVE_EACH,
  PROGRESS_FEED,
} from './dialect-sockets.js';
import { measureWindow, type Window } from './fan-out-window.js';
import { type House, startHouse, until } from './house.js';
import type { Plan } from './plan.js';

const JOBS = 50;
const SOCKETS = 1_000;
/** Reports a second over all jobs. Where a report reaches a fiftieth of the sockets there are more, to have something to measure. */
const PER_SECOND = { each: 1_600, all: 400 };
/**
 * Sockets and jobs are new in each window, and a server is slow at first: the median is of three windows at least, and of
 * more where the windows are short and the server is far from busy, so that they scatter by a third.
 */
const LEAST_ROUNDS = { each: 9, all: 3 };
/**
 * Reports from a job's beginning to its end. A render has 54 percents while its engine works and says nothing that does not
 * raise them: so each report is news in every dialect, for longer than a window.
 */
const LEVELS_TO_END = 54;
const WINDOW = { each: { windowS: 1.1, warmS: 0.4 }, all: { windowS: 2, warmS: 0.7 } };
const GOAL = 0.8;

const EACH = [NATIVE_EACH, IMAGE_TASK, MUSIC_RENDER, ARTIST_SUBSCRIBED, FEED_SUBSCRIBED];
const ALL = [...EACH, NATIVE_ALL, ARTIST_SESSION, PROGRESS_FEED];

/** What a delivery costs in each dialect, beside the native one: 1,000 sockets and 50 jobs. */
export async function measureDialects(plan: Plan): Promise<Row[]> {
  const houses = new Map<DialectSockets, House>();
  const windows = new Map<DialectSockets, Window[]>(ALL.map((sockets) => [sockets, []]));
  try {
    for (const sockets of ALL) houses.set(sockets, await startHouse({ slots: JOBS, dialects: [sockets.dialect] }));
    for (let round = 0; round < Math.max(LEAST_ROUNDS.each, plan.rounds); round += 1)
      for (const [sockets, house] of houses) {
        if (round >= Math.max(LEAST_ROUNDS[sockets.follows], plan.rounds)) continue;
        const window = await measureAnew(sockets, house);
        windows.get(sockets)?.push(window);
        plan.say(`  ${sockets.name}: ${figure(window.deliveriesPerCpuSecond)} per CPU-second, ${describe(window)}`);
      }
  } finally {
    await Promise.all([...houses.values()].map((house) => house.close()));
  }
  return ALL.filter(({ dialect }) => dialect !== 'native').map((sockets) => {
    const native = sockets.follows === 'all' ? NATIVE_ALL : NATIVE_EACH;
    return rowOf(sockets, windows.get(sockets) ?? [], windows.get(native) ?? []);
  });
}

/** New jobs, new sockets, one window: jobs that go forward come to an end. */
async function measureAnew(sockets: DialectSockets, house: House): Promise<Window> {
  const { child } = house;
  const readers: Child<ReaderCommands> = startChild<ReaderCommands>('load/reader.js', { core: 'load' });
  try {
    await readers.call('connect', await sockets.prepare(house, JOBS, SOCKETS));
    const server = {
      beat: (perSecond: number) => child.call('beatTowardsEnd', { perSecond, levelsToEnd: LEVELS_TO_END }),
      still: () => child.call('still'),
      usage: () => child.call('usage'),
    };
    const fanOut = sockets.follows === 'all' ? SOCKETS : SOCKETS / JOBS;
    const contender = { name: sockets.name, server, readers, fanOut, close: async () => undefined };
    return await measureWindow(contender, { ...WINDOW[sockets.follows], perSecond: PER_SECOND[sockets.follows] });
  } finally {
    await readers.end();
    await endJobs(house);
  }
}

async function endJobs({ child, port }: House): Promise<void> {
  const url = `http://127.0.0.1:${port}/v1/jobs`;
  const { jobs } = (await (await fetch(`${url}?state=running&limit=100`)).json()) as { jobs: { id: string }[] };
  await Promise.all(jobs.map(({ id }) => fetch(`${url}/${id}/cancel`, { method: 'POST' })));
  await until(async () => (await child.call('running')) === 0, 'the jobs of a window to end');
}

function rowOf(sockets: DialectSockets, ours: readonly Window[], natives: readonly Window[]): Row {
  const middle = (of: readonly Window[]): number =>
    median(of.map(({ deliveriesPerCpuSecond }) => deliveriesPerCpuSecond));
  const [own, native] = [middle(ours), middle(natives)];
  const reach = sockets.follows === 'all' ? 'all of them' : 'one of them';
  return {
    what: `${sockets.name}: ${figure(SOCKETS)} sockets, ${JOBS} jobs at ${PER_SECOND[sockets.follows] / JOBS}/s, each follows ${reach}: deliveries per CPU-second`,
    ours: figure(own),
    peer: `native ${figure(native)}`,
    goal: `≥ ${GOAL} × native`,
    reached: own >= GOAL * native,
    note: `${figure(own / native)} ×; ${ours.map(describe).at(-1) ?? '-'}`,
  };
}

function describe({ delivered, serverShare, loadShare }: Window): string {
  return `${figure(delivered * 100)} % arrived, server ${figure(serverShare)} core, load ${figure(loadShare)}`;
}
