import { randomBytes } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import {
  type Dialect,
  type Principal,
  RendercastError,
  type SocketRoute,
  toRendercastError,
} from '@rendercast/protocol';
import { WebSocketServer } from 'ws';
import { requestIdOf } from './http-route.js';
import { engineOf, originOf } from './outside.js';
import type { SignedUrls } from './signed-urls.js';
import { runSocket, type SocketDeps } from './socket.js';

/** Routes upgrades to the dialects' sockets. */
export interface Upgrades {
  handle(request: IncomingMessage, socket: Socket, head: Buffer): void;
  close(): void;
}

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
    dialect.sockets.map((route) => ({ dialect, route, ...compile(route.path) })),
  );
  const server = new WebSocketServer({
    noServer: true,
    maxPayload: deps.config.maxFrameBytes,
    // Compression costs more CPU per message than it saves on any line that carries previews; see the bench.
    perMessageDeflate: false,
    clientTracking: false,
    handleProtocols: (offered, request) => subprotocolOf(entries, request, offered),
  });

  function handle(request: IncomingMessage, socket: Socket, head: Buffer): void {
    socket.on('error', () => socket.destroy());
    const url = new URL(request.url ?? '/', 'http://house');
    const found = match(entries, url.pathname);
    try {
      if (found === null) throw new RendercastError('not_found', 'there is no socket at this address');
      deps.access.checkDoor(request);
      const { entry, params } = found;
      const principal = deps.access.principalOf(request) ?? byQuery(deps, entry.route, url);
      if (principal === null && entry.route.lateAuthentication !== true) throw new RendercastError('unauthorized');
      socket.setNoDelay(true);
      server.handleUpgrade(request, socket, head, (webSocket) => {
        const peer = { webSocket, socket, address: request.socket.remoteAddress ?? '', principal };
        runSocket(deps, entry.dialect, entry.route, peer, {
          connectionId: `c_${randomBytes(9).toString('base64url')}`,
          params,
          query: Object.fromEntries(url.searchParams),
          authenticated: principal !== null,
          heartbeatMs: deps.config.heartbeatMs,
          epoch: deps.epoch,
          fileUrl: deps.signedUrls.fileUrl,
          origin: originOf(deps.config, request),
          engine: engineOf(deps.config, entry.dialect),
        });
      });
    } catch (error) {
      refuse(socket, request, toRendercastError(error), found?.entry.dialect ?? dialects[0]);
    }
  }

  return { handle, close: () => server.close() };
}

/** A key in the address, for clients that can send no header, where the route takes one. */
function byQuery({ access }: SocketDeps, route: SocketRoute, url: URL): Principal | null {
  const token = route.queryToken === true ? url.searchParams.get('token') : null;
  if (token === null) return null;
  const principal = access.byToken(token);
  if (principal === null) throw new RendercastError('unauthorized', 'this key is not known');
  return principal;
}

function subprotocolOf(entries: readonly Entry[], request: IncomingMessage, offered: Set<string>): string | false {
  const found = match(entries, new URL(request.url ?? '/', 'http://house').pathname);
  const wanted = found?.entry.route.subprotocol;
  return wanted !== undefined && offered.has(wanted) ? wanted : false;
}

/** `/ws/tasks/:id` → a pattern and the names of its parts. */
function compile(path: string): { pattern: RegExp; names: string[] } {
  const names: string[] = [];
  const source = path.replace(/:(\w+)|[.*+?^${}()|[\]\\]/g, (part, name: string | undefined) => {
    if (name === undefined) return `\\${part}`;
    names.push(name);
    return '([^/]+)';
  });
  return { pattern: new RegExp(`^${source}/?$`), names };
}

function match(entries: readonly Entry[], pathname: string): { entry: Entry; params: Record<string, string> } | null {
  for (const entry of entries) {
    const parts = entry.pattern.exec(pathname);
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
    body: { error: error.toBody() },
  };
  const text = JSON.stringify(body);
  socket.end(
    `HTTP/1.1 ${status} ${error.code}\r\nconnection: close\r\ncontent-type: application/json; charset=utf-8\r\n` +
      `content-length: ${Buffer.byteLength(text)}\r\nx-request-id: ${requestId}\r\n\r\n${text}`,
  );
}
