import type { ConnectOptions, ReaderCommands } from '../../load/reader.js';
import { type Child, startChild } from '../../processes/child.js';
import { rendercastSockets } from '../contenders.js';
import type { Contender } from '../fan-out-window.js';
import { runJobs, startHouse } from '../house.js';
import { startPeerHouse } from './peer-house.js';
import { runSpreadJobs, type Spent, startSpreadHouse } from './spread-house.js';

/** Processor time of the processes that hold the sockets, and of the whole house with them. */
export interface HouseUsage {
  cpuUs: number;
  house: Spent;
}

/** Servers of many processes with their readers. */
export type HouseContender = Contender<HouseUsage>;

export interface FanOutOptions {
  jobs: number;
  sockets: number;
  /** What a socket follows: one of the jobs, each as many sockets as the others, or all by one feed. */
  follow: 'one' | 'all';
}

/** The whole house in one process. */
export async function singleProcess(options: FanOutOptions): Promise<HouseContender> {
  const house = await startHouse({ slots: options.jobs, core: 'any' });
  const { child, port } = house;
  const ids = await runJobs(house, options.jobs);
  const readers = await startReaders([socketsOf(port, ids, options)]);
  return {
    name: 'one process',
    readers,
    fanOut: fanOutOf(options),
    server: {
      beat: (perSecond) => child.call('beat', perSecond),
      still: () => child.call('still'),
      async usage() {
        const { cpuUs } = await child.call('usage');
        return { cpuUs, house: { gatewaysUs: cpuUs, workersUs: 0, postgresUs: 0, redisUs: 0 } };
      },
    },
    close: async () => void (await Promise.all([readers.end(), house.close()])),
  };
}

/** A worker, and gateways that share the sockets. */
export async function workerAndGateways(gateways: number, options: FanOutOptions): Promise<HouseContender> {
  const { jobs, sockets } = options;
  const house = await startSpreadHouse({ gateways, workers: 1, slots: jobs });
  const ids = await runSpreadJobs(house, jobs);
  const share = { ...options, sockets: sockets / gateways };
  const readers = await startReaders(house.gateways.map(({ port }) => socketsOf(port, ids, share)));
  return {
    name: `a worker and ${gateways === 1 ? 'a gateway' : `${gateways} gateways`}, ${sockets} ${sockets === 1 ? 'socket' : 'sockets'}`,
    readers,
    fanOut: fanOutOf(options),
    server: {
      beat: (perSecond) => Promise.all(house.workers.map(({ child }) => child.call('beat', perSecond))),
      still: async () => (await house.workers[0]?.child.call('still')) ?? 0,
      async usage() {
        const spent = await house.spent();
        return { cpuUs: spent.gatewaysUs, house: spent };
      },
    },
    close: async () => void (await Promise.all([readers.end(), house.close()])),
  };
}

/** BullMQ's worker and a gateway of Socket.IO with its Redis adapter between them, all sockets in all rooms. */
export async function socketIoAndWorker({ jobs, sockets }: Omit<FanOutOptions, 'follow'>): Promise<HouseContender> {
  const house = await startPeerHouse(jobs);
  const socket = { path: '/socket.io/?EIO=4&transport=websocket&topic=all', sends: ['40'] };
  const wanted = Array.from({ length: sockets }, () => socket);
  const readers = await startReaders([{ port: house.port, sockets: wanted, until: { text: '40{', times: 1 } }]);
  return {
    name: 'BullMQ and Socket.IO',
    readers,
    fanOut: sockets,
    server: {
      beat: (perSecond) => house.worker.call('beat', perSecond),
      still: () => house.worker.call('still'),
      async usage() {
        const spent = await house.spent();
        return { cpuUs: spent.gatewaysUs, house: spent };
      },
    },
    close: async () => void (await Promise.all([readers.end(), house.close()])),
  };
}

function socketsOf(port: number, ids: readonly string[], { sockets, follow }: FanOutOptions): ConnectOptions {
  return rendercastSockets(
    port,
    Array.from({ length: sockets }, (_, index) => [follow === 'all' ? { feed: {} } : { job: ids[index % ids.length] }]),
  );
}

/** Sockets that each report reaches. */
const fanOutOf = ({ jobs, sockets, follow }: FanOutOptions): number => (follow === 'all' ? sockets : sockets / jobs);

async function startReaders(connections: readonly ConnectOptions[]): Promise<Child<ReaderCommands>> {
  const readers = startChild<ReaderCommands>('load/reader.js', { core: 'any' });
  for (const options of connections) await readers.call('connect', options);
  return readers;
}
