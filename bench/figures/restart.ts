import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { freePort } from '../processes/redis.js';
import type { Row } from '../report/row.js';
import { figure, median } from '../report/statistics.js';
import type { Plan } from './plan.js';

const PROGRAM = fileURLToPath(new URL('../../../apps/cli/bin/rendercast.js', import.meta.url));
const GOAL_MS = 2_000;
const BATCH = 100;

/** From `kill -9` to the first answer of the program as it is installed, started anew on the same data. */
export async function measureRestart(plan: Plan): Promise<Row[]> {
  const dataDir = await mkdtemp(join(tmpdir(), 'rendercast-bench-'));
  const port = await freePort();
  const times: number[] = [];
  let server = start(port, dataDir);
  try {
    await answered(port);
    await fillStore(port, plan.keptJobs);
    for (let round = 0; round < Math.max(2, plan.rounds); round += 1) {
      await sleep(500);
      const killedMs = performance.now();
      await kill(server);
      server = start(port, dataDir);
      const kept = await answered(port);
      times.push(performance.now() - killedMs);
      if (kept === 0) throw new Error('the jobs are gone');
      plan.say(`  answered after ${figure(times.at(-1) ?? 0)} ms`);
    }
  } finally {
    await kill(server);
    await rm(dataDir, { recursive: true, force: true });
  }
  return [
    {
      what: `kill -9 to the first answer, ${figure(plan.keptJobs)} jobs in the store`,
      ours: `${figure(median(times))} ms`,
      peer: '-',
      goal: `≤ ${figure(GOAL_MS)} ms`,
      reached: median(times) <= GOAL_MS,
      note: `slowest ${figure(Math.max(...times))} ms; the first answer lists jobs`,
    },
  ];
}

function start(port: number, dataDir: string): ChildProcess {
  const flags = ['--port', String(port), '--data-dir', dataDir, '--log-level', 'error'];
  const room = ['--max-waiting', '100000', '--max-waiting-per-owner', '100000'];
  return spawn(process.execPath, [PROGRAM, 'serve', ...flags, ...room], { stdio: 'ignore' });
}

function kill(server: ChildProcess): Promise<void> {
  if (server.exitCode !== null || server.signalCode !== null) return Promise.resolve();
  return new Promise((resolve) => {
    server.once('exit', () => resolve());
    server.kill('SIGKILL');
  });
}

/** Asks until the list is answered; how many jobs it held. */
async function answered(port: number): Promise<number> {
  const deadline = performance.now() + 60_000;
  for (;;) {
    try {
      const answer = await fetch(`http://127.0.0.1:${port}/v1/jobs?limit=10`);
      if (answer.ok) return ((await answer.json()) as { jobs: unknown[] }).jobs.length;
    } catch {
      // not listening yet
    }
    if (performance.now() > deadline) throw new Error('the server did not answer within a minute');
    await sleep(5);
  }
}

/** Jobs that wait behind a few that never end. */
async function fillStore(port: number, count: number): Promise<void> {
  const job = {
    kind: 'image',
    engine: 'rehearsal',
    request: { prompt: 'a lighthouse at dusk', steps: 20, extra: { rehearsal: { hangAtStep: 1 } } },
  };
  for (let made = 0; made < count; made += BATCH) {
    const answer = await fetch(`http://127.0.0.1:${port}/v1/batches`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ jobs: Array.from({ length: BATCH }, () => job) }),
    });
    if (answer.status !== 201) throw new Error(`a batch was refused: ${answer.status} ${await answer.text()}`);
    await answer.arrayBuffer();
  }
}
