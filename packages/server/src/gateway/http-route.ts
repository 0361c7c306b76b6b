import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import {
  type Dialect,
  type FileUrl,
  type Principal,
  RendercastError,
  type Reply,
  type Route,
  type RouteRequest,
  toRendercastError,
  type Verbs,
} from '@rendercast/protocol';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Clock } from '../clock.js';
import type { Config } from '../config.js';
import type { Subscriptions } from '../events/subscriptions.js';
import type { Logger } from '../logger.js';
import type { Tracing } from '../tracing/tracing.js';
import type { Access } from './access.js';
import { readAddress } from './address.js';
import { readBody, streamBody } from './body.js';
import type { Connections } from './connections.js';
import { sendEventStream } from './event-stream.js';
import { sendFile } from './file-answer.js';
import { sendGrowing } from './growing-answer.js';
import { parseJson } from './json.js';
import { heldPoll, pollEvents } from './long-poll.js';
import { engineOf, originOf } from './outside.js';
import { parseAtBorder } from './parse.js';
import type { Proxies } from './proxies.js';
import { reachOf } from './reach.js';
import type { SignedUrls } from './signed-urls.js';

/** What routes need of the house. */
export interface RouteDeps {
  access: Access;
  clock: Clock;
  config: Config;
  connections: Connections;
  epoch: string;
  logger: Logger;
  proxies: Proxies;
  signedUrls: SignedUrls;
  subscriptions: Subscriptions;
  /** Null: no spans are made. */
  tracing: Pick<Tracing, 'within'> | null;
  verbsFor(principal: Principal): Verbs;
}

/** Who a signed address speaks for: whoever made it could reach the file. */
const SIGNATURE: Principal = { owner: '', roles: ['user', 'operator'] };
/** A caller of a public route that shows no key. */
const NOBODY: Principal = { owner: '', roles: [] };

/** The id under which the log speaks of a request: the caller's if it is one, else a new one. */
export function requestIdOf(request: IncomingMessage): string {
  const given = request.headers['x-request-id'];
  return typeof given === 'string' && /^[\x21-\x7e]{1,128}$/.test(given) ? given : randomUUID();
}

/** Runs one route of a dialect: who asks, what they ask, the dialect's translation, the answer. */
export async function runRoute(
  deps: RouteDeps,
  dialect: Dialect,
  route: Route,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<void> {
  const requestId = request.id;
  const gone = new AbortController();
  reply.raw.on('close', () => {
    if (!reply.raw.writableFinished) gone.abort(new RendercastError('canceled', 'the caller has gone'));
  });
  try {
    const principal = admit(deps, route, request);
    const parsed = await parseRequest(deps, dialect, route, request, gone);
    const verbs = deps.verbsFor(principal);
    const handle = (): Promise<Reply> =>
      route.holds === true
        ? heldPoll(deps, deps.proxies.callerOf(request.raw), gone.signal, (signal) =>
            route.handle({ ...parsed, signal }, verbs),
          )
        : route.handle(parsed, verbs);
    const answer = await (deps.tracing === null ? handle() : deps.tracing.within(request.headers, handle));
    await send(deps, dialect, answer, request, reply, principal, gone);
  } catch (error) {
    sendError(deps.logger, dialect, error, request, reply, requestId);
  }
}

function admit({ access, signedUrls }: RouteDeps, route: Route, request: FastifyRequest): Principal {
  const { path, query } = readAddress(request.url);
  const signedPath = route.signedAs?.(request.params) ?? path;
  if (isRead(request) && signedUrls.isSigned(signedPath, Object.fromEntries(query))) return SIGNATURE;
  const principal = access.principalOf(request.raw);
  if (route.role === 'public') return principal ?? NOBODY;
  if (principal === null)
    throw new RendercastError('unauthorized', 'send a key as "Authorization: Bearer …" or "X-API-Key: …"');
  if (!principal.roles.includes(route.role))
    throw new RendercastError('forbidden', `this needs a key with the role ${route.role}`);
  return principal;
}

const isRead = (request: FastifyRequest): boolean => request.method === 'GET' || request.method === 'HEAD';

async function parseRequest(
  deps: RouteDeps,
  dialect: Dialect,
  route: Route,
  request: FastifyRequest,
  gone: AbortController,
): Promise<RouteRequest<unknown, unknown, unknown>> {
  const { config, signedUrls } = deps;
  return {
    params: route.params === undefined ? request.params : parseAtBorder(route.params, request.params),
    query: route.query === undefined ? request.query : parseAtBorder(route.query, request.query),
    body: await parseBody(config, route, request),
    headers: oneEach(request.headers),
    file: route.body === 'file' ? streamBody(request.raw, config.maxFileBytes) : null,
    requestId: request.id,
    origin: originOf(deps, request.raw),
    engine: engineOf(config, dialect),
    fileUrl: signedUrls.fileUrl satisfies FileUrl,
    // Few routes wait, and a signal that nobody asks for is not made.
    get signal() {
      return gone.signal;
    },
  };
}

async function parseBody(config: Config, route: Route, request: FastifyRequest): Promise<unknown> {
  if (route.body === undefined || route.body === 'file') return undefined;
  const text = await readBody(request.raw, config.maxBodyBytes);
  const type = request.headers['content-type'];
  if (text !== '' && type !== undefined && !/^application\/([\w.+-]+\+)?json\b/i.test(type))
    throw new RendercastError('unsupported_media', 'send JSON, with the content type application/json');
  return parseAtBorder(route.body, text === '' ? undefined : parseJson(text, config.maxNesting));
}

function oneEach(headers: IncomingMessage['headers']): Record<string, string | undefined> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name, Array.isArray(value) ? value.join(', ') : value]),
  );
}

async function send(
  deps: RouteDeps,
  dialect: Dialect,
  answer: Reply,
  request: FastifyRequest,
  reply: FastifyReply,
  principal: Principal,
  gone: AbortController,
): Promise<void> {
  if ('events' in answer) {
    const { signal } = gone;
    const follow = { reach: reachOf(principal), dialect };
    if (answer.waitMs !== null) {
      const page = await heldPoll(deps, deps.proxies.callerOf(request.raw), signal, (ending) =>
        pollEvents(deps, answer, follow, ending),
      );
      if (!signal.aborted) await reply.code(200).header('cache-control', 'no-store').send(page);
      return;
    }
    reply.hijack();
    const peer = { address: deps.proxies.callerOf(request.raw), headers: ownHeaders(reply) };
    return sendEventStream({ ...deps, windowBytes: deps.config.windowBytes }, answer, follow, reply.raw, peer);
  }
  if ('artifact' in answer) {
    reply.hijack();
    const { range, 'if-none-match': ifNoneMatch, 'if-range': ifRange } = request.headers;
    return sendFile(
      reply.raw,
      answer.artifact,
      {
        disposition: answer.disposition,
        headOnly: request.method === 'HEAD',
        headers: ownHeaders(reply),
        replaceable: answer.replaceable === true,
      },
      { range, ifNoneMatch, ifRange: typeof ifRange === 'string' ? ifRange : undefined },
    );
  }
  if ('growing' in answer) {
    reply.hijack();
    return sendGrowing(deps.connections, reply.raw, answer.growing, {
      disposition: answer.disposition,
      headOnly: request.method === 'HEAD',
      headers: ownHeaders(reply),
      address: deps.proxies.callerOf(request.raw),
      signal: gone.signal,
    });
  }
  if ('bytes' in answer) await reply.code(answer.status).headers(answer.headers).send(Buffer.from(answer.bytes));
  else if ('json' in answer)
    await reply
      .code(answer.status)
      .headers(answer.headers ?? {})
      .send(answer.json);
  else await reply.code(answer.status).send();
}

/** Headers set so far (request id, CORS), for answers that are written past the framework. */
function ownHeaders(reply: FastifyReply): Record<string, string> {
  return Object.fromEntries(Object.entries(reply.getHeaders()).map(([name, value]) => [name, String(value)]));
}

/** Answers with an error of the table in the dialect's own form. */
export function sendError(
  logger: Logger,
  dialect: Dialect,
  thrown: unknown,
  request: FastifyRequest,
  reply: FastifyReply,
  requestId: string,
): void {
  const error = toRendercastError(thrown);
  const { raw } = reply;
  if (error.code === 'internal' && !raw.destroyed)
    logger.error({ error: thrown, requestId, path: pathOf(request) }, 'a request failed');
  if (raw.headersSent || raw.destroyed) {
    raw.destroy();
    return;
  }
  const { status, body } = dialect.error(error, requestId);
  const headers = { ...ownHeaders(reply), ...errorHeaders(error, request) };
  if (!reply.sent) reply.hijack();
  const text = JSON.stringify(body);
  raw.writeHead(status, {
    ...headers,
    'content-type': 'application/json; charset=utf-8',
    'content-length': Buffer.byteLength(text),
  });
  raw.end(text);
}

function errorHeaders(error: RendercastError, request: FastifyRequest): Record<string, string> {
  return {
    ...(error.retryAfterMs === undefined ? {} : { 'retry-after': String(Math.ceil(error.retryAfterMs / 1000)) }),
    ...(error.code === 'unauthorized' ? { 'www-authenticate': 'Bearer' } : {}),
    // A body that was not read to its end leaves the connection unusable.
    ...(request.raw.complete ? {} : { connection: 'close' }),
  };
}

/** The path without its query, which may hold a signature. */
function pathOf(request: FastifyRequest): string {
  return request.url.split('?', 1)[0] ?? '';
}
