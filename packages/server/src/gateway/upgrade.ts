import { randomBytes } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import {
  type Dialect,
  errorBodyOf,
  type Principal,
  RendercastError,
  type SocketRoute,
  toRendercastError,
} from '@rendercast/protocol';
import { WebSocketServer } from 'ws';
import { readAddress } from './address.js';
import { requestIdOf } from './http-route.js';
import { engineOf, originOf } from './outside.js';
import { compilePath } from './path-pattern.js';
import { answerWithoutUpgrade, asksForWebSocket } from './plain-request.js';
import type { SignedUrls } from './signed-urls.js';
import { runSocket, type SocketDeps } from './socket.js';

/** Routes upgrades to the dialects' sockets. */
export interface Upgrades {
  handle(request: IncomingMessage, socket: Socket, head: Buffer): void;
  close(): void;
}

/** A peer whose upgrade was refused has this long to hang up. */
const REFUSED_WITHIN_MS = 2_000;

interface Entry {
  dialect: Dialect;
  route: SocketRoute;
  pattern: RegExp;
  names: string[];
}

export function createUpgrades(
  deps: SocketDeps & { signedUrls: SignedUrls; epoch: string },
  dialects: readonly Dialect[],
): Upgrades {
  const entries = dialects.flatMap((dialect) =>
    dialect.sockets.map((route) => ({ dialect, route, ...compilePath(route.path) })),
  );
  const server = new WebSocketServer({
    noServer: true,
    maxPayload: deps.config.maxFrameBytes,
    // Compression costs more CPU per message than it saves on any line that carries previews; see the bench.
    perMessageDeflate: false,
    clientTracking: false,
    // Pongs go through the outbox, where they are counted.
    autoPong: false,
    handleProtocols: (offered, request) => subprotocolOf(entries, request, offered),
  });
  server.on('wsClientError', (error, socket, request) => {
    const { dialect } = match(entries, readAddress(request.url).path)?.entry ?? {};
    refuse(socket as Socket, request, new RendercastError('invalid_request', error.message), dialect ?? dialects[0]);
  });

  function handle(request: IncomingMessage, socket: Socket, head: Buffer): void {
    if (!asksForWebSocket(request)) return answerWithoutUpgrade(request, socket, head);
    socket.on('error', destroyItself);
    const { path, query } = readAddress(request.url);
    const found = match(entries, path);
    try {
      if (found === null) throw new RendercastError('not_found', 'there is no socket at this address');
      if (request.method !== 'GET') throw new RendercastError('method_not_allowed', 'a WebSocket is opened with GET');
      deps.access.checkDoor(request);
      const { entry, params } = found;
      refuseStrangers(entry.route, request);
      const principal = deps.access.principalOf(request) ?? byQuery(deps, entry.route, query);
      if (principal === null && entry.route.lateAuthentication !== true) throw new RendercastError('unauthorized');
      socket.setNoDelay(true);
      server.handleUpgrade(request, socket, head, (webSocket) => {
        // Also where the house has no room for it: nobody else may be listening when the peer breaks the rules.
        webSocket.on('error', takeNoNotice);
        const peer = { webSocket, socket, address: deps.proxies.callerOf(request), principal };
        runSocket(deps, entry.dialect, entry.route, peer, {
          connectionId: `c_${randomBytes(9).toString('base64url')}`,
          params,
          query: Object.fromEntries(query),
          authenticated: principal !== null,
          heartbeatMs: deps.config.heartbeatMs,
          epoch: deps.epoch,
          fileUrl: deps.signedUrls.fileUrl,
          origin: originOf(deps, request),
          engine: engineOf(deps.config, entry.dialect),
        });
      });
    } catch (error) {
      refuse(socket, request, toRendercastError(error), found?.entry.dialect ?? dialects[0]);
    }
  }

  return { handle, close: () => server.close() };
}

// Named, not written in place: a function made beside a request keeps all of it for as long as the connection stands.
function destroyItself(this: Socket): void {
  this.destroy();
}
function takeNoNotice(): void {}

/** A peer that offers subprotocols and not ours would not understand us; one that offers none is taken at the address. */
function refuseStrangers({ subprotocol }: SocketRoute, request: IncomingMessage): void {
  const offered = request.headers['sec-websocket-protocol'];
  if (subprotocol === undefined || offered === undefined) return;
  if (!offered.split(',').some((name) => name.trim() === subprotocol))
    throw new RendercastError('invalid_request', `this socket speaks ${subprotocol}`);
}

/** A key in the address, for clients that can send no header, where the route takes one. */
function byQuery({ access }: SocketDeps, route: SocketRoute, query: URLSearchParams): Principal | null {
  const token = route.queryToken === true ? query.get('token') : null;
  if (token === null) return null;
  const principal = access.byToken(token);
  if (principal === null) throw new RendercastError('unauthorized', 'this key is not known');
  return principal;
}

function subprotocolOf(entries: readonly Entry[], request: IncomingMessage, offered: Set<string>): string | false {
  const found = match(entries, readAddress(request.url).path);
  const wanted = found?.entry.route.subprotocol;
  return wanted !== undefined && offered.has(wanted) ? wanted : false;
}

function match(entries: readonly Entry[], path: string): { entry: Entry; params: Record<string, string> } | null {
  for (const entry of entries) {
    const parts = entry.pattern.exec(path);
    if (parts === null) continue;
    try {
      return {
        entry,
        params: Object.fromEntries(
          entry.names.map((name, index) => [name, decodeURIComponent(parts[index + 1] ?? '')]),
        ),
      };
    } catch {
      return null; // broken percent-encoding names nothing
    }
  }
  return null;
}

/** Answers an upgrade with an ordinary HTTP error. */
function refuse(socket: Socket, request: IncomingMessage, error: RendercastError, dialect: Dialect | undefined): void {
  const requestId = requestIdOf(request);
  const { status, body } = dialect?.error(error, requestId) ?? {
    status: error.status,
    body: { error: errorBodyOf(error) },
  };
  const text = JSON.stringify(body);
  const allow = error.code === 'method_not_allowed' ? 'allow: GET\r\n' : '';
  // What the peer still sends is thrown away; one that does not hang up is cut off.
  socket.resume();
  socket.setTimeout(REFUSED_WITHIN_MS, () => socket.destroy());
  socket.end(
    `HTTP/1.1 ${status} ${error.code}\r\nconnection: close\r\ncontent-type: application/json; charset=utf-8\r\n` +
      `content-length: ${Buffer.byteLength(text)}\r\n${allow}x-request-id: ${requestId}\r\n\r\n${text}`,
  );
}
