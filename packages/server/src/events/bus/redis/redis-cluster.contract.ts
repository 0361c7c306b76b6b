import { vi } from 'vitest';
import { type RedisServer, startRedisServer } from './redis-server.contract.js';

/** Three masters of one cluster, on this machine. */
export interface RedisCluster {
  nodes: RedisServer[];
  urls: string[];
  close(): Promise<void>;
}

const SLOTS = 16_384;

/** Starts three nodes, gives each a third of the slots, and waits until all of them agree. */
export async function startRedisCluster(): Promise<RedisCluster> {
  const options = ['--cluster-enabled', 'yes', '--cluster-node-timeout', '2000'];
  const nodes = await Promise.all([0, 1, 2].map(() => startRedisServer(options)));
  const clients = nodes.map((node) => node.client());
  for (const [at, client] of clients.entries()) {
    const [from, to] = [Math.floor((at * SLOTS) / 3), Math.floor(((at + 1) * SLOTS) / 3) - 1];
    await client.call('CLUSTER', 'ADDSLOTSRANGE', String(from), String(to));
    for (const { port } of nodes) await client.cluster('MEET', '127.0.0.1', port);
  }
  await vi.waitFor(
    async () => {
      for (const client of clients) {
        const info = String(await client.cluster('INFO'));
        if (!info.includes('cluster_state:ok') || !info.includes('cluster_known_nodes:3')) throw new Error('not yet');
      }
    },
    { timeout: 20_000, interval: 50 },
  );
  return {
    nodes,
    urls: nodes.map(({ url }) => url),
    close: async () => void (await Promise.all(nodes.map((node) => node.close()))),
  };
}
