import type { BullmqCommands } from '../contenders/bullmq.js';
import type { SubmitterCommands } from '../load/submitter.js';
import { startChild } from '../processes/child.js';
import { redisVersion, startRedis } from '../processes/redis.js';
import type { Row } from '../report/row.js';
import { figure, median } from '../report/statistics.js';
import { startHouse } from './house.js';
import type { Plan } from './plan.js';

const CONNECTIONS = 32;
const GOAL = 2_000;

/** Jobs taken over HTTP, each on disk before its 201, while nothing runs. */
export async function measureSubmit(plan: Plan): Promise<Row[]> {
  const house = await startHouse({ slots: 0, maxWaiting: 10_000_000 });
  const submitter = startChild<SubmitterCommands>('load/submitter.js', { core: 'load' });
  const redis = redisVersion() === null ? null : await startRedis();
  const queue = redis === null ? null : startChild<BullmqCommands>('contenders/bullmq.js', { core: 'load' });
  if (redis !== null) await queue?.call('open', { redisPort: redis.port });
  const ours: number[] = [];
  const theirs: number[] = [];
  let p99Ms = 0;
  let refused = 0;
  try {
    for (let round = 0; round < plan.rounds; round += 1) {
      const options = { ports: [house.port], connections: CONNECTIONS, seconds: plan.windowS, atMost: 1_000_000 };
      const result = await submitter.call('submit', options);
      ours.push(result.created / result.seconds);
      p99Ms = result.delays.p99Ms;
      refused += result.refused;
      plan.say(`  Rendercast: ${figure(result.created / result.seconds)} jobs/s, p99 ${figure(p99Ms)} ms`);
      const added = await queue?.call('submit', { abreast: CONNECTIONS, seconds: plan.windowS });
      if (added === undefined) continue;
      theirs.push(added.created / added.seconds);
      plan.say(`  BullMQ: ${figure(added.created / added.seconds)} jobs/s`);
    }
  } finally {
    await Promise.all([house.close(), submitter.end(), queue?.end()]);
    await redis?.close();
  }
  return [
    {
      what: `submit over HTTP, ${CONNECTIONS} connections, on disk before the 201: jobs/s`,
      ours: figure(median(ours)),
      peer:
        theirs.length === 0
          ? 'BullMQ skipped: no redis-server'
          : `BullMQ, Redis synced always ${figure(median(theirs))}`,
      goal: `≥ ${figure(GOAL)}`,
      reached: median(ours) >= GOAL && refused === 0,
      note: `p99 ${figure(p99Ms)} ms${refused === 0 ? '' : `, ${refused} refused`}; BullMQ adds without HTTP`,
    },
  ];
}
