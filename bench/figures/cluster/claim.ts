import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ClaimantCommands, Claimed, StorePlace } from '../../contenders/claimant.js';
import { type Child, startChild } from '../../processes/child.js';
import { startPostgres } from '../../processes/postgres.js';
import { treeCpuUs } from '../../processes/tree-usage.js';
import type { Row } from '../../report/row.js';
import { figure, median } from '../../report/statistics.js';
import type { Plan } from '../plan.js';

const NODES = 2;
/** Claims under way at once at each node. */
const ABREAST = 64;
const GOAL = 2_000;
/** Jobs made for each second of a window: more than are claimed in it. */
const FILL_PER_SECOND = 8_000;
/** The same for one claimant, who pays a commit for each. */
const ALONE_FILL_PER_SECOND = 2_000;

/** Claimants at two nodes of one PostgreSQL, beside as many at one SQLite. */
export async function measureClusterClaim(plan: Plan): Promise<Row[]> {
  const postgres = await startPostgres();
  const dir = await mkdtemp(join(tmpdir(), 'rendercast-bench-'));
  const nodes = await Promise.all(Array.from({ length: NODES }, () => openClaimant({ url: postgres.url })));
  const alone = await openClaimant({ dir });
  const rates: number[] = [];
  const aloneRates: number[] = [];
  const inTurnRates: number[] = [];
  let note = '-';
  try {
    for (let round = 0; round < plan.rounds; round += 1) {
      await nodes[0]?.call('fill', FILL_PER_SECOND * plan.windowS);
      const fromUs = treeCpuUs(postgres.pid);
      const together = await claimAll(nodes, ABREAST, plan);
      note = describe(together, treeCpuUs(postgres.pid) - fromUs);
      rates.push(together.perSecond);
      plan.say(`  PostgreSQL: ${figure(together.perSecond)} claims/s, ${note}`);
      // The many may have left nothing over.
      await nodes[0]?.call('fill', ALONE_FILL_PER_SECOND * plan.windowS);
      inTurnRates.push((await claimAll(nodes.slice(0, 1), 1, plan)).perSecond);
      plan.say(`  PostgreSQL, one claimant: ${figure(inTurnRates.at(-1) ?? 0)} claims/s`);
      await alone.call('fill', FILL_PER_SECOND * plan.windowS);
      const single = await claimAll([alone], NODES * ABREAST, plan);
      aloneRates.push(single.perSecond);
      plan.say(`  SQLite: ${figure(single.perSecond)} claims/s`);
    }
  } finally {
    await Promise.all([...nodes, alone].map((node) => node.end()));
    await postgres.close();
    await rm(dir, { recursive: true, force: true });
  }
  return [
    {
      what: `claims on PostgreSQL, ${NODES} nodes × ${ABREAST} claimants, on disk before the answer: jobs/s`,
      ours: figure(median(rates)),
      peer: `one process on SQLite ${figure(median(aloneRates))}`,
      goal: `≥ ${figure(GOAL)}`,
      reached: median(rates) >= GOAL,
      note: `${note}; one claimant alone, as a worker claims: ${figure(median(inTurnRates))}/s`,
    },
  ];
}

async function openClaimant(place: StorePlace): Promise<Child<ClaimantCommands>> {
  const child = startChild<ClaimantCommands>('contenders/claimant.js', { core: 'any' });
  await child.call('open', place);
  return child;
}

interface Together {
  perSecond: number;
  claimed: number;
  commits: number;
  commitMs: number;
  cpuUs: number;
}

async function claimAll(nodes: readonly Child<ClaimantCommands>[], abreast: number, plan: Plan): Promise<Together> {
  const each = await Promise.all(nodes.map((node) => node.call('claim', { abreast, seconds: plan.windowS })));
  const sum = (of: (one: Claimed) => number): number => each.reduce((total, one) => total + of(one), 0);
  const claimed = sum((one) => one.claimed);
  return {
    perSecond: claimed / Math.max(...each.map(({ seconds }) => seconds)),
    claimed,
    commits: sum(({ commits }) => commits),
    commitMs: sum(({ commitMs }) => commitMs) / each.length,
    cpuUs: sum(({ cpuUs }) => cpuUs),
  };
}

function describe({ claimed, commits, commitMs, cpuUs }: Together, databaseUs: number): string {
  return (
    `${figure(claimed / commits)} claims a group commit of ${figure(commitMs)} ms; for each job ` +
    `${figure(cpuUs / 1_000 / claimed)} ms of processor at the nodes, ${figure(databaseUs / 1_000 / claimed)} in PostgreSQL`
  );
}
