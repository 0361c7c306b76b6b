import { performance } from 'node:perf_hooks';
import { parseArgs } from 'node:util';
import { measureClusterClaim } from './figures/cluster/claim.js';
import { measureClusterDelay } from './figures/cluster/delay.js';
import { measureClusterFanOut } from './figures/cluster/fan-out.js';
import { measureClusterScale } from './figures/cluster/scale.js';
import { missingForCluster } from './figures/cluster/spread-house.js';
import { measureClusterSubmit } from './figures/cluster/submit.js';
import { measureClusterWorkers } from './figures/cluster/workers.js';
import { measureComposing } from './figures/composing.js';
import { measureDashboards, measureManySubscriptions } from './figures/dashboards.js';
import { measureDelay, measureSlowDisk } from './figures/delay.js';
import { measureDialects } from './figures/dialects.js';
import { measureFanOut } from './figures/fan-out.js';
import { measureIdle } from './figures/idle.js';
import { measurePainting } from './figures/painting.js';
import { FULL, type Plan, QUICK } from './figures/plan.js';
import { measureReplay } from './figures/replay.js';
import { measureRestart } from './figures/restart.js';
import { measureSubmit } from './figures/submit.js';
import { postgresVersion } from './processes/postgres.js';
import { redisVersion } from './processes/redis.js';
import { calibrate, describeCalibration } from './report/calibration.js';
import { describeLoad, describeMachine } from './report/machine.js';
import { writeResults } from './report/results.js';
import { formatTable, type Row } from './report/row.js';

/** Everything that is measured, by the name that asks for it. */
const FIGURES: Record<string, (plan: Plan) => Promise<Row[]>> = {
  'fan-out': measureFanOut,
  dashboards: measureDashboards,
  subscriptions: measureManySubscriptions,
  dialects: measureDialects,
  delay: measureDelay,
  'slow-disk': measureSlowDisk,
  idle: measureIdle,
  submit: measureSubmit,
  replay: measureReplay,
  restart: measureRestart,
  painting: measurePainting,
  composing: measureComposing,
  'cluster-submit': spread('submit rate', measureClusterSubmit),
  'cluster-claim': spread('claim rate', measureClusterClaim),
  'cluster-fan-out': spread('fan-out of a gateway', measureClusterFanOut),
  'cluster-delay': spread('delay across processes', measureClusterDelay),
  'cluster-workers': spread('jobs through workers', measureClusterWorkers),
  'cluster-scale': spread('costs towards a large house', measureClusterScale),
};

/** Figures of a house of many processes, which are left out where its servers are not found. */
function spread(what: string, measure: (plan: Plan) => Promise<Row[]>): (plan: Plan) => Promise<Row[]> {
  return async (plan) => {
    const note = missingForCluster();
    if (note === null) return measure(plan);
    return [{ what: `a house of many processes: ${what}`, ours: 'skipped', peer: '-', goal: '-', reached: null, note }];
  };
}

/** Left out of a quick run unless asked for: opening 50,000 subscriptions, a thousand sockets many times, or eleven processes takes a while. */
const LONG = new Set(['subscriptions', 'dialects', 'cluster-scale']);

const HELP = `npm run bench -- [--quick] [--write] [figure …]

  --quick    fewer and shorter runs, about five minutes
  --write    also puts the table into bench/RESULTS.md
  figures    ${Object.keys(FIGURES).join(', ')}; default: all

BENCH_PROFILE=<folder> keeps a processor profile of each Rendercast server; BENCH_PIN=0 binds nothing to cores.`;

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { quick: { type: 'boolean' }, write: { type: 'boolean' }, help: { type: 'boolean' } },
  });
  const unknown = positionals.filter((name) => FIGURES[name] === undefined);
  if (values.help === true || unknown.length > 0) {
    console.log(unknown.length > 0 ? `There is no figure ${unknown.join(', ')}.\n\n${HELP}` : HELP);
    process.exitCode = unknown.length > 0 ? 1 : 0;
    return;
  }
  const plan: Plan = { ...(values.quick === true ? QUICK : FULL), say: (line) => console.error(line) };
  const all = Object.keys(FIGURES).filter((name) => values.quick !== true || !LONG.has(name));
  const text = await report(plan, positionals.length > 0 ? positionals : all);
  console.log(text);
  if (values.write === true) writeResults(text);
}

async function report(plan: Plan, wanted: readonly string[]): Promise<string> {
  const startMs = performance.now();
  const about = describeMachine(redisVersion() ?? 'not found: BullMQ is skipped', postgresVersion() ?? 'not found');
  const before = await calibrate();
  const rows: Row[] = [];
  for (const name of wanted) {
    plan.say(`${name}`);
    rows.push(...((await FIGURES[name]?.(plan)) ?? []));
  }
  const after = await calibrate();
  return [
    ...about,
    `          ${describeLoad()} at the end`,
    `before    ${describeCalibration(before)}`,
    `after     ${describeCalibration(after)}`,
    `took      ${Math.round((performance.now() - startMs) / 1_000)} s, ${plan.rounds} rounds`,
    '',
    formatTable(rows),
  ].join('\n');
}

// Ended from outside, it takes the servers of the bench along, as it does at its own end.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => process.exit(1));
await main();
process.exit();
