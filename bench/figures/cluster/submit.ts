import type { Submitted, SubmitterCommands } from '../../load/submitter.js';
import { startChild } from '../../processes/child.js';
import type { Row } from '../../report/row.js';
import { figure, median } from '../../report/statistics.js';
import { startHouse } from '../house.js';
import type { Plan } from '../plan.js';
import { spentBetween, startSpreadHouse } from './spread-house.js';

const CONNECTIONS = 32;
const ROOM = 10_000_000;

interface Taken {
  perSecond: number;
  p99Ms: number;
  refused: number;
  /** Processor time for each job, in milliseconds: of the processes that answer, and of the database beside them. */
  gatewayMs: number;
  databaseMs: number;
}

/** Jobs taken over HTTP while nothing runs: by one process on SQLite, by one gateway on PostgreSQL, by two. */
export async function measureClusterSubmit(plan: Plan): Promise<Row[]> {
  const house = await startHouse({ slots: 0, maxWaiting: ROOM, core: 'any' });
  const spread = await startSpreadHouse({ gateways: 2, workers: 1, slots: 0, maxWaiting: ROOM });
  const submitter = startChild<SubmitterCommands>('load/submitter.js', { core: 'any' });
  const submit = (ports: readonly number[]): Promise<Submitted> =>
    submitter.call('submit', { ports, connections: CONNECTIONS, seconds: plan.windowS, atMost: 1_000_000 });

  async function single(): Promise<Taken> {
    const from = await house.child.call('usage');
    const submitted = await submit([house.port]);
    const to = await house.child.call('usage');
    return takenOf(submitted, to.cpuUs - from.cpuUs, 0);
  }
  async function throughGateways(count: number): Promise<Taken> {
    const from = await spread.spent();
    const submitted = await submit(spread.gateways.slice(0, count).map(({ port }) => port));
    const spent = spentBetween(from, await spread.spent());
    return takenOf(submitted, spent.gatewaysUs, spent.postgresUs);
  }

  const ways = [
    { name: 'one process, SQLite', measure: single, taken: [] as Taken[] },
    { name: 'one gateway', measure: () => throughGateways(1), taken: [] as Taken[] },
    { name: 'two gateways', measure: () => throughGateways(2), taken: [] as Taken[] },
  ];
  try {
    for (let round = 0; round < plan.rounds; round += 1)
      for (const { name, measure, taken } of ways) {
        taken.push(await measure());
        plan.say(`  ${name}: ${describe(taken.at(-1))}`);
      }
  } finally {
    await Promise.all([house.close(), spread.close(), submitter.end()]);
  }
  const [alone = [], one = [], two = []] = ways.map(({ taken }) => taken);
  return [row('one gateway on PostgreSQL', one, alone), row('two gateways on PostgreSQL', two, alone)];
}

function row(name: string, taken: readonly Taken[], alone: readonly Taken[]): Row {
  const refused = taken.reduce((sum, each) => sum + each.refused, 0);
  return {
    what: `submit over HTTP, ${CONNECTIONS} connections, on disk before the 201, ${name}: jobs/s`,
    ours: figure(median(taken.map(({ perSecond }) => perSecond))),
    peer: `one process on SQLite ${figure(median(alone.map(({ perSecond }) => perSecond)))}`,
    goal: '-',
    reached: null,
    note: `${describe(taken.at(-1))}${refused === 0 ? '' : `, ${refused} refused`}`,
  };
}

function takenOf(submitted: Submitted, gatewayUs: number, databaseUs: number): Taken {
  const { created, seconds, refused, delays } = submitted;
  return {
    perSecond: created / seconds,
    p99Ms: delays.p99Ms,
    refused,
    gatewayMs: gatewayUs / 1_000 / created,
    databaseMs: databaseUs / 1_000 / created,
  };
}

function describe(taken: Taken | undefined): string {
  if (taken === undefined) return '-';
  const { perSecond, p99Ms, gatewayMs, databaseMs } = taken;
  const database = databaseMs > 0 ? ` + ${figure(databaseMs)} of PostgreSQL` : '';
  return `${figure(perSecond)}/s, p99 ${figure(p99Ms)} ms, ${figure(gatewayMs)}${database} ms of processor a job`;
}
