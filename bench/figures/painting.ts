import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Painted, PainterCommands } from '../contenders/painter.js';
import { startChild } from '../processes/child.js';
import type { Row } from '../report/row.js';
import { figure, median } from '../report/statistics.js';
import type { Plan } from './plan.js';

const STEPS = 30;
/** How much later than idle the loop may run its timers while a picture is painted. */
const LOOP_GOAL_MS = 10;

interface Size {
  side: number;
  goalMs: number | null;
}

const SIZES: readonly Size[] = [
  { side: 512, goalMs: 3_000 },
  { side: 1_024, goalMs: 10_000 },
  { side: 2_048, goalMs: null },
];

/** The embedded engine from the submission to the stored file, one picture after another in one thread. */
export async function measurePainting(plan: Plan): Promise<Row[]> {
  const dataDir = await mkdtemp(join(tmpdir(), 'rendercast-bench-'));
  const painter = startChild<PainterCommands>('contenders/painter.js', { core: 'any' });
  try {
    await painter.call('open', { dataDir, threads: 1 });
    // Code is compiled when it has run a few times.
    await painter.call('paint', { side: 512, steps: STEPS, jobs: 1, seed: 1 });
    const idle = await painter.call('idle', { seconds: plan.windowS });
    const rows: Row[] = [];
    let loopMs = 0;
    for (const size of SIZES) {
      const rounds: Painted[] = [];
      for (let round = 0; round < plan.rounds; round++)
        rounds.push(await painter.call('paint', { side: size.side, steps: STEPS, jobs: 1, seed: 10 + round }));
      loopMs = Math.max(loopMs, median(rounds.map(({ loopP99Ms }) => loopP99Ms)));
      const row = rowOf(size, rounds);
      plan.say(`  ${row.what}: ${row.ours}, ${row.note}`);
      rows.push(row);
    }
    const added = Math.max(0, loopMs - idle.loopP99Ms);
    rows.push({
      what: 'how much later than idle the main loop runs while a picture is painted: p99',
      ours: `${figure(added)} ms`,
      peer: '-',
      goal: `≤ ${LOOP_GOAL_MS} ms`,
      reached: added <= LOOP_GOAL_MS,
      note: `idle ${figure(idle.loopP99Ms)} ms, painting ${figure(loopMs)} ms at most of the three sizes`,
    });
    return rows;
  } finally {
    await painter.end();
    await rm(dataDir, { recursive: true, force: true });
  }
}

function rowOf({ side, goalMs }: Size, rounds: readonly Painted[]): Row {
  const ms = median(rounds.map((round) => round.ms));
  const cpuMs = median(rounds.map((round) => round.cpuMs));
  const rssBytes = Math.max(...rounds.map((round) => round.rssBytes));
  return {
    what: `embedded picture ${side} × ${side}, ${STEPS} steps and refiner, from submission to stored file`,
    ours: `${figure(ms / 1_000)} s`,
    peer: '-',
    goal: goalMs === null ? '-' : `≤ ${figure(goalMs / 1_000)} s`,
    reached: goalMs === null ? null : ms <= goalMs,
    note: `${figure(cpuMs / 1_000)} s of processor in all threads, process ${figure(rssBytes / 1e6)} MB at most`,
  };
}
