import type { IncomingMessage, Server, ServerOptions, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { type Dialect, RendercastError } from '@rendercast/protocol';
import fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import { type Addresses, watchAddresses } from './addresses.js';
import { answerBroken } from './broken-request.js';
import { type HouseOptions, registerHouse } from './house.js';
import { type RouteDeps, requestIdOf, runRoute, sendError } from './http-route.js';
import { listenOn } from './listen.js';
import { createOwnPaths } from './path-pattern.js';
import type { SocketDeps } from './socket.js';
import type { Traffic } from './traffic.js';
import { createUpgrades } from './upgrade.js';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Whose route it is: errors are written in its form. */
    dialect?: Dialect;
  }
}

/** The door: the one part that listens. */
export interface Gateway {
  server: Server;
  /** Listens, and answers where. */
  listen(host: string, port: number): Promise<string[]>;
  /** Whether an address is one of a dialect's; the house's own (`/`, `/docs`, `/health` …) are not. */
  owns(url: string | undefined): boolean;
  /** Answers a request that came through a server of somebody else's. */
  handle(request: IncomingMessage, response: ServerResponse): void;
  upgrade(request: IncomingMessage, socket: Socket, head: Buffer): void;
  /** Tells everybody who is connected when to come back; new ones are refused. */
  drain(): void;
  close(): Promise<void>;
}

/** Longer than the idle time of common proxies, so that it is they who close and no request is cut. */
const KEEP_ALIVE_MS = 75_000;

export async function createGateway(
  deps: RouteDeps & SocketDeps & HouseOptions & { traffic: Traffic },
  dialects: readonly [Dialect, ...Dialect[]],
): Promise<Gateway> {
  const [house] = dialects;
  const http = httpOptions(deps.config);
  const app: FastifyInstance = fastify({
    logger: false,
    requestTimeout: deps.config.requestTimeoutMs,
    genReqId: (request) => requestIdOf(request as never),
    keepAliveTimeout: KEEP_ALIVE_MS,
    forceCloseConnections: true,
    exposeHeadRoutes: false,
    routerOptions: { ignoreTrailingSlash: true, maxParamLength: 512 },
    http,
    clientErrorHandler: () => undefined, // `attach` answers, for every server alike
    frameworkErrors: (error, request, reply) => {
      reply.header('x-request-id', request.id);
      const dialect = addresses.at(request.url)?.dialect ?? house;
      sendError(deps.logger, dialect, translated(error), request, reply, request.id);
    },
  });
  const addresses = watchAddresses(app, dialects);
  // Bodies are read by the routes, each with its own limit and form.
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', (_request, _payload, done) => done(null));

  // Before any route: those that were there first would keep the framework's own.
  app.setNotFoundHandler((request, reply) => {
    const dialect = addresses.at(request.url)?.dialect ?? house;
    sendError(deps.logger, dialect, whyNothing(addresses, request, reply), request, reply, request.id);
  });
  app.setErrorHandler((error, request, reply) => {
    const dialect = request.routeOptions.config.dialect ?? addresses.at(request.url)?.dialect ?? house;
    // Where there is no route, what the framework dislikes besides (a content type) is beside the point.
    const why = request.is404 ? whyNothing(addresses, request, reply) : translated(error);
    sendError(deps.logger, dialect, why, request, reply, request.id);
  });
  app.addHook('onRequest', async (request, reply) => greet(deps, house, addresses, request, reply));
  registerDialects(app, deps, dialects);
  await registerHouse(app, deps, dialects);

  const upgrades = createUpgrades(deps, dialects);
  const attach = (server: Pick<Server, 'on'>): void => {
    deps.traffic.watch(server);
    server.on('upgrade', (request, socket, head) => upgrades.handle(request, socket as Socket, head));
    server.on('clientError', (error, socket) => answerBroken(error, socket as Socket, house));
    // What a request expects beside 100-continue is passed over, as RFC 9110 allows, and the request answered.
    server.on('checkExpectation', (request, response) => app.routing(request, response));
  };
  attach(app.server);
  await app.ready();
  let others: Server[] = [];

  return {
    server: app.server,
    async listen(host, port) {
      const listening = await listenOn(app, host, port, attach, http);
      others = listening.others;
      return listening.urls;
    },
    owns: createOwnPaths(dialects),
    handle: (request, response) => app.routing(request, response),
    upgrade: (request, socket, head) => upgrades.handle(request, socket, head),
    drain: () => deps.connections.drain(),
    async close() {
      deps.connections.close();
      upgrades.close();
      await Promise.all([app.close(), ...others.map(closeServer)]);
    },
  };
}

/** Longest time in which the head of a request must have come, and time between looks for late ones, in milliseconds. */
const HEAD_TIMEOUT_MS = 60_000;
const LATE_EVERY_MS = 30_000;

/** What every server that listens is made with. */
function httpOptions({ requestTimeoutMs }: RouteDeps['config']): ServerOptions {
  const bounded = requestTimeoutMs > 0;
  return {
    requireHostHeader: false, // `greet` says so itself
    requestTimeout: requestTimeoutMs,
    // Longer than the time for the whole request, Node would take it for that.
    headersTimeout: bounded ? Math.min(HEAD_TIMEOUT_MS, requestTimeoutMs) : HEAD_TIMEOUT_MS,
    connectionsCheckingInterval: bounded ? Math.min(LATE_EVERY_MS, requestTimeoutMs) : LATE_EVERY_MS,
  };
}

function closeServer(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}

function registerDialects(app: FastifyInstance, deps: RouteDeps, dialects: readonly Dialect[]): void {
  const taken = new Map<string, string>();
  for (const dialect of dialects) {
    for (const route of dialect.routes) {
      const name = `${route.method} ${route.path.replace(/:\w+/g, ':')}`;
      const holder = taken.get(name);
      if (holder !== undefined) throw new Error(`two dialects have the route ${name}: ${holder} and ${dialect.name}`);
      taken.set(name, dialect.name);
      const files = route.method === 'GET' && Object.hasOwn(route.answers, 206);
      app.route({
        method: files ? ['GET', 'HEAD'] : route.method,
        url: route.path,
        config: { dialect },
        handler: (request, reply) => runRoute(deps, dialect, route, request, reply),
      });
    }
  }
}

/** Why no route answers: the address is not known, or it is by other methods, which are named. */
function whyNothing(addresses: Addresses, { url, method }: FastifyRequest, reply: FastifyReply): RendercastError {
  const known = addresses.at(url);
  if (known === null || known.methods.includes(method))
    return new RendercastError('not_found', 'there is nothing at this address; see /docs');
  if (known.methods.length === 0)
    return new RendercastError('invalid_request', 'this is the address of a socket; open it as a WebSocket');
  const allow = known.methods.join(', ');
  reply.header('allow', allow);
  return new RendercastError('method_not_allowed', `${method} is not for this address; it takes ${allow}`);
}

/** What happens to every request before its route: its id, the door, and what pages may know. */
async function greet(
  deps: RouteDeps,
  house: Dialect,
  addresses: Addresses,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<void> {
  reply.header('x-request-id', request.id);
  const { origin } = request.headers;
  const allowed = deps.access.corsOrigin(origin);
  if (allowed !== null) {
    reply.headers({
      'access-control-allow-origin': allowed,
      'access-control-expose-headers': 'X-Request-ID, Idempotent-Replayed, Location, Retry-After, Content-Range, ETag',
      vary: 'Origin',
    });
  }
  try {
    if (request.headers.host === undefined && request.raw.httpVersionMinor > 0)
      throw new RendercastError('invalid_request', 'a request of HTTP/1.1 names its Host');
    deps.access.checkDoor(request.raw);
  } catch (error) {
    const dialect = request.routeOptions.config.dialect ?? addresses.at(request.url)?.dialect ?? house;
    sendError(deps.logger, dialect, error, request, reply, request.id);
    return;
  }
  if (request.method === 'OPTIONS' && request.headers['access-control-request-method'] !== undefined) {
    await reply
      .code(204)
      .headers({
        'access-control-allow-methods': 'GET, POST, PUT, PATCH, DELETE',
        'access-control-allow-headers':
          'Content-Type, Authorization, X-API-Key, X-Request-ID, Range, Idempotency-Key, Last-Event-ID, X-File-Name',
        'access-control-max-age': '600',
      })
      .send();
  }
}

/** The framework's own refusals, in codes of the table. */
function translated(error: unknown): unknown {
  const status = typeof error === 'object' && error !== null && 'statusCode' in error ? error.statusCode : 500;
  if (status === 404) return new RendercastError('not_found');
  if (status === 405) return new RendercastError('method_not_allowed');
  if (status === 413) return new RendercastError('too_large');
  if (status === 415) return new RendercastError('unsupported_media');
  return typeof status === 'number' && status >= 400 && status < 500 ? new RendercastError('invalid_request') : error;
}
