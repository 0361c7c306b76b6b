import { figure, median } from '../../report/statistics.js';
import { measureWindow, type Window } from '../fan-out-window.js';
import type { Plan } from '../plan.js';
import type { HouseContender, HouseUsage } from './contenders.js';
import { type Spent, spentBetween } from './spread-house.js';

/** A window of a house of processes. */
export type HouseWindow = Window<HouseUsage>;
/** Who is measured at which rate, and what came of it. */
export interface Line {
  contender: HouseContender;
  perSecond: number;
}

/** Measures them in turns, and closes them. */
export async function measureLines(plan: Plan, opened: readonly Line[]): Promise<HouseWindow[][]> {
  const lines = opened.map((line) => ({ ...line, windows: [] as HouseWindow[] }));
  try {
    for (let round = 0; round < plan.rounds; round += 1)
      for (const { contender, perSecond, windows } of lines) {
        windows.push(await measureWindow(contender, { ...plan, perSecond }));
        plan.say(
          `  ${contender.name} at ${perSecond}/s: ${perCpu(windows.slice(-1))} deliveries per CPU-second, ${describeHouse(windows)}`,
        );
      }
  } finally {
    await Promise.all([...new Set(lines.map(({ contender }) => contender))].map((contender) => contender.close()));
  }
  return lines.map(({ windows }) => windows);
}

export function perCpu(windows: readonly HouseWindow[] = []): string {
  return figure(median(windows.map(({ deliveriesPerCpuSecond }) => deliveriesPerCpuSecond)));
}

/** Processor time of the gateways for a thousand deliveries in milliseconds: for one in microseconds. */
export function gatewayMs(windows: readonly HouseWindow[] = []): number {
  return 1e6 / median(windows.map(({ deliveriesPerCpuSecond }) => deliveriesPerCpuSecond));
}

/** Processor time of a part of the house for each level that was reported, in microseconds. */
export function levelUs(windows: readonly HouseWindow[] = [], part: keyof Spent): number {
  return median(
    windows.map((window) => {
      const { from, to, perSecond } = window;
      return spentBetween(from.house, to.house)[part] / (perSecond * secondsOf(window));
    }),
  );
}

const secondsOf = ({ messages, deliveriesPerSecond }: HouseWindow): number => messages / deliveriesPerSecond;

export function describeHouse(windows: readonly HouseWindow[] = []): string {
  const last = windows.at(-1);
  if (last === undefined) return '-';
  const spent = spentBetween(last.from.house, last.to.house);
  const windowUs = secondsOf(last) * 1e6;
  const core = (us: number): string => figure(us / windowUs);
  return (
    `p99 ${figure(last.p99Ms)} ms, ${figure(last.delivered * 100)} % arrived; gateways ${core(spent.gatewaysUs)} core, ` +
    `worker ${core(spent.workersUs)}, Redis ${core(spent.redisUs)}, PostgreSQL ${core(spent.postgresUs)}`
  );
}
