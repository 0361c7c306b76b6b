import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { RendercastCommands, RendercastOptions } from '../contenders/rendercast.js';
import { type Child, type ChildOptions, startChild } from '../processes/child.js';

/** A Rendercast server in a process of its own, with data of its own. */
export interface House {
  child: Child<RendercastCommands>;
  port: number;
  dataDir: string;
  close(): Promise<void>;
}

export interface HouseOptions extends Omit<RendercastOptions, 'dataDir'> {
  nodeFlags?: readonly string[];
  under?: readonly string[];
  /** Default: the core of servers. */
  core?: ChildOptions['core'];
}

/** Starts one. */
export async function startHouse({ nodeFlags, under, core = 'server', ...options }: HouseOptions): Promise<House> {
  const dataDir = await mkdtemp(join(tmpdir(), 'rendercast-bench-'));
  const child = startChild<RendercastCommands>('contenders/rendercast.js', {
    core,
    nodeFlags: [...(nodeFlags ?? []), ...profileFlags()],
    ...(under === undefined ? {} : { under }),
  });
  const { port } = await child.call('open', { dataDir, ...options });
  return {
    child,
    port,
    dataDir,
    async close() {
      await endServer(child);
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

/** Ends the process of a server, so that its profile is written where one is wanted. */
export async function endServer(child: Child<RendercastCommands>): Promise<void> {
  if (profileFlags().length > 0) {
    await child.call('leave');
    await child.gone;
  }
  await child.end();
}

/** `BENCH_PROFILE=<folder>`: where a processor profile of each server goes. */
export function profileFlags(): string[] {
  const folder = process.env['BENCH_PROFILE'];
  return folder === undefined ? [] : ['--cpu-prof', `--cpu-prof-dir=${folder}`];
}

const BATCH = 100;

/** Submits jobs for the engine of the bench; answers their ids. */
export async function submitJobs(port: number, count: number): Promise<string[]> {
  const ids: string[] = [];
  while (ids.length < count) {
    const jobs = Array.from({ length: Math.min(BATCH, count - ids.length) }, () => ({
      kind: 'image',
      engine: 'beat',
      request: { prompt: 'a lighthouse at dusk', steps: 20 },
    }));
    const answer = await fetch(`http://127.0.0.1:${port}/v1/batches`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ jobs }),
    });
    if (answer.status !== 201) throw new Error(`a batch was refused: ${answer.status} ${await answer.text()}`);
    ids.push(...((await answer.json()) as { jobs: { id: string }[] }).jobs.map(({ id }) => id));
  }
  return ids;
}

/** Submits jobs and waits until all of them run. */
export async function runJobs({ child, port }: House, count: number): Promise<string[]> {
  const ids = await submitJobs(port, count);
  await until(async () => (await child.call('running')) >= count, `${count} jobs to run`);
  return ids;
}

/** Waits for something, up to two minutes. */
export async function until(look: () => Promise<boolean>, whatFor: string): Promise<void> {
  const deadline = Date.now() + 120_000;
  while (!(await look())) {
    if (Date.now() > deadline) throw new Error(`waited in vain for ${whatFor}`);
    await sleep(20);
  }
}
