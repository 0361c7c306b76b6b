import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Composed, ComposeOptions, ComposerCommands } from '../contenders/composer.js';
import { startChild } from '../processes/child.js';
import type { Row } from '../report/row.js';
import { figure, median } from '../report/statistics.js';
import type { Plan } from './plan.js';

const SECONDS = 180;
const TIMES_GOAL = 10;
const LOOP_GOAL_MS = 10;
const CANCEL_GOAL_MS = 200;

/** The lightest and the heaviest of styles, and each format once. */
const SONGS: readonly Omit<ComposeOptions, 'seconds' | 'seed'>[] = [
  { style: 'ambient', format: 'mp3' },
  { style: 'pop', format: 'mp3' },
  { style: 'cinematic', format: 'mp3' },
  { style: 'pop', format: 'wav' },
  { style: 'pop', format: 'flac' },
  { style: 'pop', format: 'ogg' },
];

/** The embedded composer from the submission to the stored file, one song after another in one thread. */
export async function measureComposing(plan: Plan): Promise<Row[]> {
  const dataDir = await mkdtemp(join(tmpdir(), 'rendercast-bench-'));
  const composer = startChild<ComposerCommands>('contenders/composer.js', { core: 'any' });
  try {
    await composer.call('open', { dataDir });
    // Code is compiled, and instruments are unpacked, when they have been used.
    await composer.call('compose', { style: 'pop', format: 'mp3', seconds: 30, seed: 1 });
    const idle = await composer.call('idle', { seconds: plan.windowS });
    const rows: Row[] = [];
    let loopMs = 0;
    for (const song of SONGS) {
      const rounds: Composed[] = [];
      for (let round = 0; round < plan.rounds; round++)
        rounds.push(await composer.call('compose', { ...song, seconds: SECONDS, seed: 10 + round }));
      loopMs = Math.max(loopMs, median(rounds.map(({ loopP99Ms }) => loopP99Ms)));
      const row = rowOf(song, rounds);
      plan.say(`  ${row.what}: ${row.ours}, ${row.note}`);
      rows.push(row);
    }
    const canceled: number[] = [];
    for (let round = 0; round < 3 * plan.rounds; round++)
      canceled.push(
        await composer.call('cancel', { style: 'rock', format: 'mp3', seconds: SECONDS, seed: 30 + round }),
      );
    return [...rows, loopRow(idle.loopP99Ms, loopMs), cancelRow(canceled)];
  } finally {
    await composer.end();
    await rm(dataDir, { recursive: true, force: true });
  }
}

function rowOf({ style, format }: Omit<ComposeOptions, 'seconds' | 'seed'>, rounds: readonly Composed[]): Row {
  const times = median(rounds.map(({ ms }) => (SECONDS * 1_000) / ms));
  const cpuMs = median(rounds.map((round) => round.cpuMs));
  const rssBytes = Math.max(...rounds.map((round) => round.rssBytes));
  return {
    what: `embedded song, ${style}, ${SECONDS} s as ${format}, from submission to stored file: times real time`,
    ours: `${figure(times)} ×`,
    peer: '-',
    goal: `≥ ${TIMES_GOAL} ×`,
    reached: times >= TIMES_GOAL,
    note: `${figure(cpuMs / 1_000)} s of processor in all threads, process ${figure(rssBytes / 1e6)} MB at most`,
  };
}

function loopRow(idleMs: number, busyMs: number): Row {
  const added = Math.max(0, busyMs - idleMs);
  return {
    what: 'how much later than idle the main loop runs while a song is made: p99',
    ours: `${figure(added)} ms`,
    peer: '-',
    goal: `≤ ${LOOP_GOAL_MS} ms`,
    reached: added <= LOOP_GOAL_MS,
    note: `idle ${figure(idleMs)} ms, composing ${figure(busyMs)} ms at most of all songs`,
  };
}

function cancelRow(ms: readonly number[]): Row {
  const worst = Math.max(...ms);
  return {
    what: 'from the cancel of a song in the middle to the end of its job',
    ours: `${figure(median(ms))} ms`,
    peer: '-',
    goal: `≤ ${CANCEL_GOAL_MS} ms`,
    reached: worst <= CANCEL_GOAL_MS,
    note: `${ms.length} times, at most ${figure(worst)} ms`,
  };
}
