import type { PeerCommands } from '../contenders/bare-ws.js';
import type { SocketIoCommands } from '../contenders/socket-io.js';
import type { ConnectOptions, ReaderCommands } from '../load/reader.js';
import { type Child, startChild } from '../processes/child.js';
import type { Contender } from './fan-out-window.js';
import { runJobs, startHouse } from './house.js';

const HELLO = JSON.stringify({ type: 'hello' });
const subscribe = (what: Record<string, unknown>): string => JSON.stringify({ type: 'subscribe', ...what });

/** Opens the sockets of a Rendercast server: each says hello and subscribes. */
export function rendercastSockets(
  port: number,
  subscriptions: readonly (readonly Record<string, unknown>[])[],
): ConnectOptions {
  return {
    port,
    subprotocol: 'rendercast.v1',
    sockets: subscriptions.map((wanted) => ({ path: '/v1/stream', sends: [HELLO, ...wanted.map(subscribe)] })),
    until: {
      text: (subscriptions[0]?.length ?? 0) > 0 ? '"type":"subscribed"' : '"type":"welcome"',
      times: Math.max(1, subscriptions[0]?.length ?? 0),
    },
  };
}

function startReaders(): Child<ReaderCommands> {
  return startChild<ReaderCommands>('load/reader.js', { core: 'load' });
}

/** Rendercast: running jobs, and sockets that follow them as `subscriptionsOf` says. */
export async function rendercast(options: {
  name: string;
  jobs: number;
  sockets: number;
  subscriptionsOf(ids: readonly string[]): readonly Record<string, unknown>[];
}): Promise<Contender> {
  const house = await startHouse({ slots: options.jobs });
  const ids = await runJobs(house, options.jobs);
  const readers = startReaders();
  const wanted = options.subscriptionsOf(ids);
  await readers.call(
    'connect',
    rendercastSockets(
      house.port,
      Array.from({ length: options.sockets }, () => wanted),
    ),
  );
  const { child } = house;
  return {
    name: options.name,
    readers,
    fanOut: options.sockets,
    server: {
      beat: (perSecond) => child.call('beat', perSecond),
      still: () => child.call('still'),
      usage: () => child.call('usage'),
    },
    close: async () => void (await Promise.all([readers.end(), house.close()])),
  };
}

/** A peer: sockets that follow all topics of a bare `ws` loop, or of Socket.IO's rooms. */
export async function peer(kind: 'bare ws' | 'Socket.IO', jobs: number, sockets: number): Promise<Contender> {
  const child =
    kind === 'bare ws'
      ? startChild<PeerCommands>('contenders/bare-ws.js', { core: 'server' })
      : startChild<SocketIoCommands>('contenders/socket-io.js', { core: 'server' });
  const { port } = await child.call('open', { topics: jobs });
  const readers = startReaders();
  const socket =
    kind === 'bare ws'
      ? { path: '/?topic=all', sends: [] }
      : { path: '/socket.io/?EIO=4&transport=websocket', sends: ['40'] };
  await readers.call('connect', {
    port,
    sockets: Array.from({ length: sockets }, () => socket),
    ...(kind === 'bare ws' ? {} : { until: { text: '40{', times: 1 } }),
  });
  return {
    name: kind,
    readers,
    fanOut: sockets,
    server: {
      beat: (perSecond) => child.call('beat', perSecond),
      still: () => child.call('still'),
      usage: () => child.call('usage'),
    },
    close: async () => void (await Promise.all([readers.end(), child.end()])),
  };
}
