import type { SocketIoNodeCommands } from '../../contenders/socket-io-nodes.js';
import { type Child, startChild } from '../../processes/child.js';
import { startRedis } from '../../processes/redis.js';
import { treeCpuUs } from '../../processes/tree-usage.js';
import type { Spent } from './spread-house.js';

/** BullMQ and Socket.IO as a house of two processes: a worker, a gateway, and a Redis with the adapter's channels. */
export interface PeerHouse {
  gateway: Child<SocketIoNodeCommands>;
  worker: Child<SocketIoNodeCommands>;
  port: number;
  spent(): Promise<Spent>;
  close(): Promise<void>;
}

/** Starts one with so many running jobs. */
export async function startPeerHouse(jobs: number): Promise<PeerHouse> {
  const redis = await startRedis({ synced: false });
  const start = (): Child<SocketIoNodeCommands> =>
    startChild<SocketIoNodeCommands>('contenders/socket-io-nodes.js', { core: 'any' });
  const [gateway, worker] = [start(), start()];
  const { port } = await gateway.call('openGateway', { redisPort: redis.port, topics: jobs });
  await worker.call('openWorker', { redisPort: redis.port, jobs });
  return {
    gateway,
    worker,
    port,
    async spent() {
      const [ofGateway, ofWorker] = await Promise.all([gateway.call('usage'), worker.call('usage')]);
      const redisUs = treeCpuUs(redis.pid);
      return { gatewaysUs: ofGateway.cpuUs, workersUs: ofWorker.cpuUs, postgresUs: 0, redisUs };
    },
    async close() {
      await Promise.all([gateway.end(), worker.end()]);
      await redis.close();
    },
  };
}
