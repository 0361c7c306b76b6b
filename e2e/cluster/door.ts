import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/** One address in front of several servers, as a load balancer is: each connection goes to the next that takes it. */
export interface Door {
  readonly url: string;
  readonly port: number;
  close(): Promise<void>;
}

/** Opens a door to servers on ports of this machine. No connection is bound to the server of the one before it. */
export async function openDoor(ports: readonly number[]): Promise<Door> {
  const open = new Set<Socket>();
  let turn = 0;

  async function carry(client: Socket): Promise<void> {
    client.on('error', () => undefined);
    for (let tries = 0; tries < ports.length; tries += 1) {
      turn = (turn + 1) % ports.length;
      const server = connect({ host: '127.0.0.1', port: ports[turn] ?? 0, noDelay: true });
      const taken = await new Promise<boolean>((resolve) => {
        server.once('connect', () => resolve(true));
        server.once('error', () => resolve(false));
      });
      if (!taken) continue;
      open.add(server);
      server.on('error', () => client.resetAndDestroy());
      server.on('close', () => {
        open.delete(server);
        client.destroySoon();
      });
      client.on('close', () => server.destroySoon());
      client.pipe(server).pipe(client);
      return;
    }
    client.resetAndDestroy(); // nobody is there
  }

  const listener = createServer({ noDelay: true, pauseOnConnect: false }, (client) => {
    open.add(client);
    client.on('close', () => open.delete(client));
    void carry(client);
  });
  listener.listen(0, '127.0.0.1');
  await once(listener, 'listening');
  const { port } = listener.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    port,
    async close() {
      listener.close();
      for (const socket of open) socket.destroy();
      await once(listener, 'close').catch(() => undefined);
    },
  };
}
