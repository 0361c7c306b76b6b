import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { HousePart, RendercastCommands, RendercastOptions } from '../../contenders/rendercast.js';
import { type Child, startChild } from '../../processes/child.js';
import { type Postgres, postgresVersion, startPostgres } from '../../processes/postgres.js';
import { type Redis, redisVersion, startRedis } from '../../processes/redis.js';
import { treeCpuUs } from '../../processes/tree-usage.js';
import { endServer, profileFlags, submitJobs, until } from '../house.js';

/** Why a house of many processes cannot be measured here; null: it can. */
export function missingForCluster(): string | null {
  const missing = [
    ...(postgresVersion() === null ? ['PostgreSQL'] : []),
    ...(redisVersion() === null ? ['redis-server'] : []),
  ];
  return missing.length === 0 ? null : `${missing.join(' and ')} not found`;
}

/** One process of a house of many. */
export interface HouseNode {
  child: Child<RendercastCommands>;
  port: number;
}

/** Processor time that the parts of a house have used, in microseconds. */
export interface Spent {
  gatewaysUs: number;
  workersUs: number;
  postgresUs: number;
  redisUs: number;
}

/** Gateways and workers as processes of their own, on a PostgreSQL and a Redis of their own. */
export interface SpreadHouse {
  gateways: readonly HouseNode[];
  workers: readonly HouseNode[];
  spent(): Promise<Spent>;
  close(): Promise<void>;
}

export interface SpreadHouseOptions extends Omit<RendercastOptions, 'dataDir' | 'part'> {
  gateways: number;
  workers: number;
}

/** Starts one. No files are made in it, so it has no storage for them. */
export async function startSpreadHouse({ gateways, workers, ...options }: SpreadHouseOptions): Promise<SpreadHouse> {
  const postgres = await startPostgres();
  const redis = await startRedis({ synced: false });
  const home = await mkdtemp(join(tmpdir(), 'rendercast-bench-'));
  const many = (role: HousePart['role'], count: number): Promise<HouseNode[]> =>
    Promise.all(
      Array.from({ length: count }, async (_, index) => {
        const nodeName = `${role}-${index + 1}`;
        const child = startChild<RendercastCommands>('contenders/rendercast.js', {
          core: 'any',
          nodeFlags: profileFlags(),
        });
        const part = { role, nodeName, databaseUrl: postgres.url, redisUrl: `redis://127.0.0.1:${redis.port}` };
        const { port } = await child.call('open', { dataDir: join(home, nodeName), ...options, part });
        return { child, port };
      }),
    );
  // Gateways that start later know what the workers can run.
  const running = { workers: await many('worker', workers), gateways: await many('gateway', gateways) };
  return {
    ...running,
    spent: () => readSpent(running, postgres, redis),
    async close() {
      await Promise.all([...running.gateways, ...running.workers].map(({ child }) => endServer(child)));
      await Promise.all([postgres.close(), redis.close()]);
      await rm(home, { recursive: true, force: true });
    },
  };
}

async function readSpent(
  { gateways, workers }: Pick<SpreadHouse, 'gateways' | 'workers'>,
  postgres: Postgres,
  redis: Redis,
): Promise<Spent> {
  const [gatewaysUs, workersUs] = await Promise.all([cpuOf(gateways), cpuOf(workers)]);
  return { gatewaysUs, workersUs, postgresUs: treeCpuUs(postgres.pid), redisUs: treeCpuUs(redis.pid) };
}

async function cpuOf(nodes: readonly HouseNode[]): Promise<number> {
  const usages = await Promise.all(nodes.map(({ child }) => child.call('usage')));
  return usages.reduce((sum, { cpuUs }) => sum + cpuUs, 0);
}

/** What was used between two readings. */
export function spentBetween(from: Spent, to: Spent): Spent & { allUs: number } {
  const gatewaysUs = to.gatewaysUs - from.gatewaysUs;
  const workersUs = to.workersUs - from.workersUs;
  const postgresUs = to.postgresUs - from.postgresUs;
  const redisUs = to.redisUs - from.redisUs;
  return { gatewaysUs, workersUs, postgresUs, redisUs, allUs: gatewaysUs + workersUs + postgresUs + redisUs };
}

/** Submits jobs at the first gateway and waits until all of them run. */
export async function runSpreadJobs({ gateways, workers }: SpreadHouse, count: number): Promise<string[]> {
  const ids = await submitJobs(gateways[0]?.port ?? 0, count);
  const running = async (): Promise<number> => {
    const counts = await Promise.all(workers.map(({ child }) => child.call('running')));
    return counts.reduce((sum, each) => sum + each, 0);
  };
  await until(async () => (await running()) >= count, `${count} jobs to run`);
  return ids;
}
