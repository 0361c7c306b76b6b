import type { Row } from '../../report/row.js';
import { figure } from '../../report/statistics.js';
import type { Plan } from '../plan.js';
import { workerAndGateways } from './contenders.js';
import { describeHouse, gatewayMs, type HouseWindow, levelUs, measureLines, perCpu } from './lines.js';

/** What is run: half of one gateway of what is reckoned, and ten gateways with hardly anybody at them. */
const LEVELS_PER_SECOND = 10;
const JOBS = 500;
const SOCKETS = 5_000;
const GATEWAYS = 10;
const HEARD_JOBS = 100;
/** What is reckoned has so many times the jobs, and so many times the watchers at each gateway. */
const TIMES = 2;

/**
 * Unit costs at the shape of a large house, and what ten gateways with 10,000 watchers each and 1,000 jobs would need by
 * them. The large house itself is not run: it wants more cores than a bench has.
 */
export async function measureClusterScale(plan: Plan): Promise<Row[]> {
  const perSecond = JOBS * LEVELS_PER_SECOND;
  const heardPerSecond = HEARD_JOBS * LEVELS_PER_SECOND;
  const [half, ten] = await measureLines(plan, [
    { contender: await workerAndGateways(1, { jobs: JOBS, sockets: SOCKETS, follow: 'one' }), perSecond },
    {
      contender: await workerAndGateways(GATEWAYS, { jobs: HEARD_JOBS, sockets: GATEWAYS, follow: 'all' }),
      perSecond: heardPerSecond,
    },
  ]);
  return [
    {
      what: `${JOBS} jobs × ${LEVELS_PER_SECOND}/s, ${figure(SOCKETS)} sockets of a gateway, each follows one: deliveries per CPU-second of it`,
      ours: perCpu(half),
      ...UNJUDGED,
      note: `${figure(gatewayMs(half))} µs a delivery, hearing among it; ${describeHouse(half)}`,
    },
    {
      what: `what a level costs that ${GATEWAYS} gateways hear, at ${figure(heardPerSecond)}/s`,
      ours: `worker ${figure(levelUs(ten, 'workersUs'))}, Redis ${figure(levelUs(ten, 'redisUs'))} µs`,
      ...UNJUDGED,
      note: `all gateways together ${figure(levelUs(ten, 'gatewaysUs'))} µs; ${describeHouse(ten)}`,
    },
    reckon(half, ten, perSecond * TIMES),
  ];
}

const UNJUDGED = { peer: '-', goal: '-', reached: null };

/** Straight on from what was measured: nothing is taken off for what batching saves at higher rates. */
function reckon(half: readonly HouseWindow[] = [], ten: readonly HouseWindow[] = [], levels: number): Row {
  const deliveries = (levels * SOCKETS) / JOBS;
  const cores = (us: number): string => figure(us / 1e6);
  return {
    what: `reckoned, not run: ${GATEWAYS} gateways × ${figure(SOCKETS * TIMES)} watchers of one job each, ${figure(JOBS * TIMES)} jobs × ${LEVELS_PER_SECOND}/s`,
    ours: `${cores(gatewayMs(half) * deliveries)} cores a gateway`,
    ...UNJUDGED,
    note:
      `${figure(deliveries)} deliveries/s at each; Redis ${cores(levelUs(ten, 'redisUs') * levels)} of its one core, ` +
      `workers ${cores(levelUs(ten, 'workersUs') * levels)} cores beside their engines`,
  };
}
