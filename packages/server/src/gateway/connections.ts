import { RendercastError } from '@rendercast/protocol';
import type { Clock } from '../clock.js';

/** Something long-lived that a client holds open: a socket, a stream of events or a long-poll. */
export interface Connection {
  kind: 'socket' | 'stream' | 'poll';
  address: string;
  /** Name of the dialect that it speaks; undefined where it does not matter. */
  dialect?: string | undefined;
  /** Called at each heartbeat. */
  beat(): void;
  /** The server goes down: last words, then closing. */
  drain(retryAfterMs: number): void;
  /** Cuts it off at once. */
  terminate(): void;
}

/** All open connections: counted against the limits, kept alive by one timer for all. */
export interface Connections {
  /** Makes room for one more, or throws `too_many_requests`. The returned function gives the place back. */
  admit(connection: Connection): () => void;
  counts(): { sockets: number; streams: number; polls: number };
  /** Open sockets of one dialect. */
  socketsOf(dialect: string): number;
  /** Says goodbye to everybody; the delays are spread, so that they do not all come back at once. */
  drain(): void;
  close(): void;
}

/** Clients told to come back are spread over this time. */
const RETURN_SPREAD_MS = 2_000;

export function createConnections(options: {
  clock: Clock;
  heartbeatMs: number;
  maxConnections: number;
  maxConnectionsPerAddress: number;
}): Connections {
  const { clock, heartbeatMs } = options;
  const open = new Set<Connection>();
  const byAddress = new Map<string, number>();
  const byKind = { socket: 0, stream: 0, poll: 0 };
  let draining = false;
  let stopBeat: (() => void) | null = null;

  function beatLater(): void {
    stopBeat ??= clock.after(heartbeatMs, () => {
      stopBeat = null;
      for (const connection of open) connection.beat();
      if (open.size > 0) beatLater();
    });
  }

  function leave(connection: Connection): void {
    if (!open.delete(connection)) return;
    byKind[connection.kind] -= 1;
    const left = (byAddress.get(connection.address) ?? 1) - 1;
    if (left > 0) byAddress.set(connection.address, left);
    else byAddress.delete(connection.address);
  }

  return {
    admit(connection) {
      if (draining) throw new RendercastError('shutting_down');
      const ofAddress = byAddress.get(connection.address) ?? 0;
      if (open.size >= options.maxConnections)
        throw new RendercastError('too_many_requests', 'the server holds as many connections as it may');
      if (ofAddress >= options.maxConnectionsPerAddress)
        throw new RendercastError(
          'too_many_requests',
          'too many open connections from this address; close some, or use one feed',
        );
      open.add(connection);
      byKind[connection.kind] += 1;
      byAddress.set(connection.address, ofAddress + 1);
      beatLater();
      return () => leave(connection);
    },
    socketsOf(dialect) {
      let sockets = 0;
      for (const connection of open) if (connection.kind === 'socket' && connection.dialect === dialect) sockets += 1;
      return sockets;
    },
    counts: () => ({ sockets: byKind.socket, streams: byKind.stream, polls: byKind.poll }),
    drain() {
      draining = true;
      let index = 0;
      for (const connection of [...open]) {
        connection.drain(Math.round(250 + (RETURN_SPREAD_MS * index) / open.size));
        index += 1;
      }
    },
    close() {
      stopBeat?.();
      for (const connection of [...open]) connection.terminate();
    },
  };
}
