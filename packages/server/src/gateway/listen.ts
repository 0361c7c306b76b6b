import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { FastifyInstance } from 'fastify';

/** What a second address needs to answer as the first does. */
type Handlers = Pick<Server, 'on'>;

/** Machines without IPv6 answer with one of these; then IPv4 alone is `localhost`. */
const NO_IPV6 = new Set(['EADDRNOTAVAIL', 'EAFNOSUPPORT', 'EINVAL']);

/**
 * Listens. `localhost` means both loopback addresses on one port, whatever the resolver says, as browsers try
 * either first. Answers where it listens, and the servers beside the first one.
 */
export async function listenOn(
  app: FastifyInstance,
  host: string,
  port: number,
  attach: (server: Handlers) => void,
): Promise<{ urls: string[]; others: Server[] }> {
  if (host !== 'localhost') {
    await app.listen({ host, port });
    return {
      urls: app.addresses().flatMap((address) => (typeof address === 'string' ? [] : [urlOf(address)])),
      others: [],
    };
  }
  await app.listen({ host: '127.0.0.1', port });
  const { port: taken } = app.server.address() as AddressInfo;
  const second = createServer((request, response) => app.routing(request, response));
  second.keepAliveTimeout = app.server.keepAliveTimeout;
  attach(second);
  try {
    await new Promise<void>((resolve, reject) => {
      second.once('error', reject);
      second.listen(taken, '::1', resolve);
    });
  } catch (error) {
    if (error instanceof Error && 'code' in error && NO_IPV6.has(String(error.code))) {
      return { urls: [`http://localhost:${taken}`], others: [] };
    }
    throw error;
  }
  return { urls: [`http://localhost:${taken}`], others: [second] };
}

function urlOf({ address, family, port }: AddressInfo): string {
  return `http://${family === 'IPv6' ? `[${address}]` : address}:${port}`;
}
