import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/** A bad line to a server: a TCP proxy that cuts connections after so many bytes of the server's. */
export interface Line {
  url: string;
  /** Connections made so far. */
  readonly connections: number;
  /** Cuts all that are open, without goodbye. */
  cut(): void;
  /** Lets nothing through any more, and cuts nothing either: both ends think the other silent. */
  freeze(frozen: boolean): void;
  close(): Promise<void>;
}

/** Opens a line to a port. `cuts` says for each connection after how many bytes it is cut; those beyond it hold. */
export async function openLine(port: number, cuts: readonly number[] = []): Promise<Line> {
  const open = new Set<Socket>();
  let connections = 0;
  let frozen = false;
  const server = createServer((near) => {
    const cutAfter = cuts[connections] ?? Number.POSITIVE_INFINITY;
    connections += 1;
    const far = connect(port, '127.0.0.1');
    let passed = 0;
    for (const socket of [near, far]) {
      open.add(socket);
      socket.setNoDelay(true);
      socket.on('error', () => socket.destroy());
      socket.on('close', () => {
        open.delete(socket);
        near.destroy();
        far.destroy();
      });
    }
    near.on('data', (bytes) => frozen || far.write(bytes));
    far.on('data', (bytes) => {
      if (frozen) return;
      const left = cutAfter - passed;
      passed += bytes.length;
      if (bytes.length < left) near.write(bytes);
      else near.write(bytes.subarray(0, left), () => near.resetAndDestroy());
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port: nearPort } = server.address() as AddressInfo;
  const cut = (): void => {
    for (const socket of open) socket.destroy();
  };
  return {
    url: `http://127.0.0.1:${nearPort}`,
    get connections() {
      return connections;
    },
    cut,
    freeze(on) {
      frozen = on;
    },
    close() {
      cut();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}
