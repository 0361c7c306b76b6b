import type { Row } from '../report/row.js';
import { figure, median } from '../report/statistics.js';
import { peer, rendercast } from './contenders.js';
import { measureWindow, type Window } from './fan-out-window.js';
import type { Plan } from './plan.js';

const SOCKETS = 500;
/** Reports a second: no server merges or falls behind at it. */
const PER_SECOND = 60;
const GOAL = 0.9;

/** One job, 500 sockets: what a delivery costs the server, beside a loop that sends one prepared buffer. */
export async function measureFanOut(plan: Plan): Promise<Row[]> {
  const contenders = [
    await rendercast({
      name: 'Rendercast',
      jobs: 1,
      sockets: SOCKETS,
      subscriptionsOf: (ids) => ids.map((job) => ({ job })),
    }),
    await peer('bare ws', 1, SOCKETS),
  ];
  const windows: Window[][] = contenders.map(() => []);
  try {
    for (let round = 0; round < plan.rounds; round += 1)
      for (const [index, contender] of contenders.entries()) {
        const window = await measureWindow(contender, { ...plan, perSecond: PER_SECOND });
        windows[index]?.push(window);
        plan.say(
          `  ${contender.name}: ${figure(window.deliveriesPerCpuSecond)} deliveries per CPU-second, ${figure(window.delivered * 100)} % arrived, p99 ${figure(window.p99Ms)} ms`,
        );
      }
  } finally {
    await Promise.all(contenders.map((contender) => contender.close()));
  }
  const [ours = 0, bare = 0] = windows.map((each) =>
    median(each.map(({ deliveriesPerCpuSecond }) => deliveriesPerCpuSecond)),
  );
  const arrived = Math.min(...(windows[0] ?? []).map(({ delivered }) => delivered));
  return [
    {
      what: `fan-out, 1 job → ${SOCKETS} sockets at ${PER_SECOND}/s: deliveries per CPU-second`,
      ours: figure(ours),
      peer: `bare ws loop ${figure(bare)}`,
      goal: `≥ ${GOAL} × bare ws`,
      reached: ours >= GOAL * bare && arrived > 0.999,
      note: `${figure(ours / bare)} ×, ${figure(arrived * 100)} % arrived`,
    },
  ];
}
