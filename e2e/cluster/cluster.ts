import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  NO_REDIS,
  REDIS_SERVER,
  type RedisServer,
  startRedisServer,
} from '../../packages/server/src/events/bus/redis/redis-server.contract.js';
import {
  NO_POSTGRES,
  POSTGRES_BIN,
  type ScratchCluster,
  startCluster as startPostgres,
} from '../../packages/server/src/stores/postgres/scratch-cluster.contract.js';
import { createKiller, type Killer } from '../chaos/killer.js';
import { createFaultProxy, type FaultProxy } from '../chaos/proxy.js';
import { type Door, openDoor } from './door.js';
import { type Storage, startStorage } from './storage.js';

/** Why a house of many processes cannot be tested here; null: it can. */
export const NO_CLUSTER: string | null = POSTGRES_BIN === null ? NO_POSTGRES : REDIS_SERVER === null ? NO_REDIS : null;

/** One process of the house. Its lines to the database and the bus can be disturbed. */
export interface ClusterNode extends Pick<Killer, 'start' | 'kill' | 'stop' | 'output' | 'starts' | 'pid'> {
  readonly name: string;
  readonly role: 'gateway' | 'worker';
  readonly port: number;
  readonly url: string;
  readonly toDatabase: FaultProxy;
  readonly toBus: FaultProxy;
  /** Freezes it, or lets it go on. */
  signal(name: 'SIGSTOP' | 'SIGCONT'): void;
}

/** Gateways and workers as separate processes, on servers of their own. */
export interface Cluster {
  readonly postgres: ScratchCluster;
  readonly redis: RedisServer;
  readonly storage: Storage;
  readonly gateways: readonly ClusterNode[];
  readonly workers: readonly ClusterNode[];
  /** All nodes. */
  readonly nodes: readonly ClusterNode[];
  /** In front of the gateways. */
  readonly door: Door;
  /** What all nodes are set to, by the names in the environment. */
  readonly settings: Readonly<Record<string, string>>;
  /** Starts one more node; the door does not know it. */
  add(name: string, role: ClusterNode['role'], extra?: NodeExtra): Promise<ClusterNode>;
  close(): Promise<void>;
}

/** What is special about one node. */
export interface NodeExtra {
  /** Settings of its own, by the names in the environment. */
  settings?: Readonly<Record<string, string>>;
  /** Another program than the command. */
  program?: string;
}

export interface ClusterOptions {
  gateways?: number;
  workers?: number;
  /** Settings of all nodes, by their names in the environment. */
  settings?: Readonly<Record<string, string>>;
  /** Whether what the database acknowledges is on disk. Default: false, as the machine itself does not fail here. */
  durable?: boolean;
}

const PROGRAM = fileURLToPath(new URL('../../apps/cli/bin/rendercast.js', import.meta.url));

/** Starts a house of three gateways and three workers, unless told otherwise; all of them are ready when it resolves. */
export async function startCluster(options: ClusterOptions = {}): Promise<Cluster> {
  const closing: (() => Promise<void>)[] = [];
  const close = async (): Promise<void> => {
    for (const part of closing.splice(0).reverse()) await part();
  };
  try {
    const postgres = await startPostgres({ durable: options.durable ?? false });
    closing.push(() => postgres.close());
    const redis = await startRedisServer();
    closing.push(() => redis.close());
    const storage = await startStorage();
    closing.push(() => storage.close());
    const dir = await mkdtemp(join(tmpdir(), 'rendercast-cluster-'));
    closing.push(() => rm(dir, { recursive: true, force: true }));

    const settings = { ...storage.settings, ...options.settings };
    const add = async (name: string, role: ClusterNode['role'], extra: NodeExtra = {}): Promise<ClusterNode> => {
      const place = { name, role, dir, postgres, redis, program: extra.program ?? PROGRAM };
      const node = await makeNode(place, { ...settings, ...extra.settings });
      closing.push(node.close);
      await node.start();
      return node;
    };
    const many = (role: ClusterNode['role'], count: number): Promise<ClusterNode[]> =>
      Promise.all(Array.from({ length: count }, (_, index) => add(`${role}-${index + 1}`, role)));
    const gateways = await many('gateway', options.gateways ?? 3);
    const workers = await many('worker', options.workers ?? 3);
    const door = await openDoor(gateways.map(({ port }) => port));
    closing.push(() => door.close());
    const nodes = [...gateways, ...workers];
    return { postgres, redis, storage, gateways, workers, nodes, door, settings, add, close };
  } catch (error) {
    await close();
    throw error;
  }
}

interface NodePlace {
  name: string;
  role: ClusterNode['role'];
  dir: string;
  postgres: ScratchCluster;
  redis: RedisServer;
  program: string;
}

async function makeNode(
  { name, role, dir, postgres, redis, program }: NodePlace,
  settings: Readonly<Record<string, string>>,
): Promise<ClusterNode & { close(): Promise<void> }> {
  const port = await freePort();
  const toDatabase = await createFaultProxy({ target: { port: postgres.port } });
  const toBus = await createFaultProxy({ target: { port: redis.port } });
  const through = (url: string, proxy: FaultProxy): string => {
    const address = new URL(url);
    address.port = String(proxy.port);
    return address.href;
  };
  const killer = createKiller({
    command: process.execPath,
    args: [program, 'serve'],
    env: {
      RENDERCAST_API_KEYS: undefined,
      RENDERCAST_HOST: '127.0.0.1',
      RENDERCAST_PORT: String(port),
      RENDERCAST_DATA_DIR: join(dir, name),
      RENDERCAST_LOG_LEVEL: 'warn',
      RENDERCAST_ROLE: role,
      RENDERCAST_NODE_NAME: name,
      RENDERCAST_DATABASE_URL: through(postgres.url(), toDatabase),
      RENDERCAST_REDIS_URL: through(redis.url, toBus),
      RENDERCAST_IMAGE_THREADS: '1',
      ...settings,
    },
    ready: { line: /its role is/ },
    readyWithinMs: 60_000,
  });
  return {
    ...{ name, role, port, toDatabase, toBus, url: `http://127.0.0.1:${port}` },
    output: killer.output,
    get starts() {
      return killer.starts;
    },
    get pid() {
      return killer.pid;
    },
    start: (signal) => killer.start(signal),
    kill: () => killer.kill(),
    stop: (withinMs) => killer.stop(withinMs),
    signal(which) {
      if (killer.pid !== null) process.kill(killer.pid, which);
    },
    async close() {
      if (killer.pid !== null) process.kill(killer.pid, 'SIGCONT');
      await killer.close();
      await Promise.all([toDatabase.close(), toBus.close()]);
    },
  };
}

/** A port that nobody uses now. */
export async function freePort(): Promise<number> {
  const listener = createServer().listen(0, '127.0.0.1');
  await once(listener, 'listening');
  const { port } = listener.address() as AddressInfo;
  listener.close();
  await once(listener, 'close');
  return port;
}
