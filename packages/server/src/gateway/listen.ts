import { createServer, type Server, type ServerOptions } from 'node:http';
import type { AddressInfo } from 'node:net';
import { RendercastError } from '@rendercast/protocol';
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
  options: ServerOptions,
): Promise<Listening> {
  try {
    return await (host === 'localhost' ? listenOnLoopback(app, port, attach, options) : listenOnOne(app, host, port));
  } catch (error) {
    throw inWords(error, host, port);
  }
}

/** Where it listens, and the servers beside the first one. */
interface Listening {
  urls: string[];
  others: Server[];
}

async function listenOnOne(app: FastifyInstance, host: string, port: number): Promise<Listening> {
  await app.listen({ host, port });
  return {
    urls: app.addresses().flatMap((address) => (typeof address === 'string' ? [] : [urlOf(address)])),
    others: [],
  };
}

async function listenOnLoopback(
  app: FastifyInstance,
  port: number,
  attach: (server: Handlers) => void,
  options: ServerOptions,
): Promise<Listening> {
  await app.listen({ host: '127.0.0.1', port });
  const { port: taken } = app.server.address() as AddressInfo;
  const second = createServer(options, (request, response) => app.routing(request, response));
  second.requestTimeout = app.server.requestTimeout;
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

/** A refusal of the system, for the person who starts the server. */
function inWords(error: unknown, host: string, port: number): unknown {
  const code = error instanceof Error && 'code' in error ? error.code : null;
  if (code === 'EADDRINUSE')
    return new RendercastError(
      'conflict',
      `port ${port} is in use by another program; stop it or choose another with RENDERCAST_PORT or --port`,
      { cause: error },
    );
  if (code === 'EACCES')
    return new RendercastError('forbidden', `port ${port} may not be used by this user; choose one above 1023`, {
      cause: error,
    });
  if (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND')
    return new RendercastError('invalid_field', `this machine has no address ${host} to listen on`, { cause: error });
  return error;
}

function urlOf({ address, family, port }: AddressInfo): string {
  return `http://${family === 'IPv6' ? `[${address}]` : address}:${port}`;
}
