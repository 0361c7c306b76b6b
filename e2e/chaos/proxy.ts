import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { fileURLToPath } from 'node:url';
import { type FaultLine, runLine } from './fault-line.js';
import type { Faults } from './faults.js';
import { parseProxyOptions, USAGE } from './proxy-options.js';

/** A TCP proxy that makes trouble on purpose. */
export interface FaultProxy {
  /** Where it listens. */
  readonly host: string;
  readonly port: number;
  /** Connections that are open to a client now. */
  readonly open: number;
  /** Connections ever made. */
  readonly made: number;
  /** Bytes passed in each direction, over all connections. */
  readonly passed: { up: number; down: number };
  /** From now on this goes wrong, on present connections too; what was wrong before no longer does. */
  set(faults: Faults): void;
  /** Closes all connections in good form. */
  cut(): void;
  /** Tears all connections. */
  reset(): void;
  /** Goes silent on all present connections: both sides believe that they are connected. New ones work. */
  freeze(): void;
  /** Tears what is open and stops listening. */
  close(): Promise<void>;
}

export interface FaultProxyOptions {
  /** Where the real server is. Host default: 127.0.0.1. */
  target: { host?: string; port: number };
  /** Port to listen on. Default: any free one. */
  port?: number;
  /** What goes wrong from the start. Default: nothing. */
  faults?: Faults;
}

interface Connection {
  client: Socket;
  server: Socket;
  up: FaultLine;
  down: FaultLine;
  frozen: boolean;
}

/** Starts a proxy on loopback. */
export async function createFaultProxy(options: FaultProxyOptions): Promise<FaultProxy> {
  const connections = new Set<Connection>();
  const gone = { up: 0, down: 0 };
  let faults: Faults = options.faults ?? {};
  let made = 0;

  const listener = createServer({ allowHalfOpen: true }, (client) => {
    made += 1;
    if (faults.refuse === true) tearSocket(client);
    else join(client);
  });

  const join = (client: Socket): void => {
    const server = connect({
      host: options.target.host ?? '127.0.0.1',
      port: options.target.port,
      allowHalfOpen: true,
    });
    const life = new AbortController();
    const silence = { silentAfterBytes: 0 };
    const line = (from: Socket, to: Socket, which: 'up' | 'down'): FaultLine =>
      runLine({
        from,
        to,
        faults: () => (connection.frozen ? silence : (faults[which] ?? {})),
        cut: () => end(connection),
        reset: () => tear(connection),
        signal: life.signal,
      });
    const connection: Connection = {
      client: client.setNoDelay(true),
      server: server.setNoDelay(true),
      up: line(client, server, 'up'),
      down: line(server, client, 'down'),
      frozen: false,
    };
    connections.add(connection);
    const leave = (): void => {
      if (!client.destroyed || !server.destroyed || !connections.delete(connection)) return;
      gone.up += connection.up.passedBytes;
      gone.down += connection.down.passedBytes;
      life.abort();
    };
    for (const [socket, other, which] of [
      [client, server, 'up'],
      [server, client, 'down'],
    ] as const) {
      socket.on('error', () => {
        // A torn side tears the other, unless the line between them is silent.
        if (!connection.frozen && faults[which]?.silentAfterBytes === undefined) tearSocket(other);
      });
      socket.on('close', leave);
    }
  };

  listener.listen(options.port ?? 0, '127.0.0.1');
  await once(listener, 'listening');
  const { address, port } = listener.address() as AddressInfo;

  return {
    host: address,
    port,
    get open() {
      return [...connections].filter(({ client }) => !client.destroyed).length;
    },
    get made() {
      return made;
    },
    get passed() {
      const total = { ...gone };
      for (const { up, down } of connections) {
        total.up += up.passedBytes;
        total.down += down.passedBytes;
      }
      return total;
    },
    set(next) {
      faults = next;
    },
    cut() {
      for (const connection of connections) end(connection);
    },
    reset() {
      for (const connection of connections) tear(connection);
    },
    freeze() {
      for (const connection of connections) connection.frozen = true;
    },
    async close() {
      const closed = once(listener, 'close');
      listener.close();
      for (const connection of connections) {
        tear(connection);
        if (connection.server.connecting) connection.server.destroy();
      }
      await closed;
    },
  };
}

/** Both sides are told the end; what was written before arrives. */
function end({ client, server }: Connection): void {
  client.destroySoon();
  server.destroySoon();
}

function tear({ client, server }: Connection): void {
  tearSocket(client);
  tearSocket(server);
}

/**
 * Sends an RST and nothing else. `resetAndDestroy` ends a writable socket first, so that its peer sees a proper end before the
 * reset; the flag that it sets makes `destroy` reset at once.
 */
function tearSocket(socket: Socket): void {
  if (socket.connecting) {
    socket.once('connect', () => tearSocket(socket));
    return;
  }
  (socket as Socket & { resetAndClosing: boolean }).resetAndClosing = true;
  socket.destroy();
}

async function main(args: readonly string[]): Promise<void> {
  const options = parseProxyOptions(args);
  if (typeof options === 'string') {
    console.error(`${options}\n\n${USAGE}`);
    process.exitCode = 2;
    return;
  }
  const proxy = await createFaultProxy(options);
  console.log(`listening on ${proxy.host}:${proxy.port}`);
  const stop = (): void => void proxy.close();
  process.once('SIGINT', stop);
  process.once('SIGTERM', stop);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await main(process.argv.slice(2));
