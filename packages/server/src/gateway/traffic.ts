import type { Server } from 'node:http';
import type { Socket } from 'node:net';

/** Bytes over all connections since the start. */
export interface Traffic {
  /** Counts the connections of a server from now on. */
  watch(server: Pick<Server, 'on'>): void;
  totals(): { sentBytes: number; receivedBytes: number };
}

/** Every socket counts its bytes by itself; they are added up when somebody asks, and when it closes. */
export function createTraffic(): Traffic {
  const open = new Set<Socket>();
  let sentBytes = 0;
  let receivedBytes = 0;
  return {
    watch(server) {
      server.on('connection', (socket: Socket) => {
        if (open.has(socket)) return; // a request is read once more, see plain-request.ts
        open.add(socket);
        socket.once('close', () => {
          open.delete(socket);
          sentBytes += socket.bytesWritten;
          receivedBytes += socket.bytesRead;
        });
      });
    },
    totals() {
      const totals = { sentBytes, receivedBytes };
      for (const socket of open) {
        totals.sentBytes += socket.bytesWritten;
        totals.receivedBytes += socket.bytesRead;
      }
      return totals;
    },
  };
}
