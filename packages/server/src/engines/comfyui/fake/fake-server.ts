import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { type WebSocket, WebSocketServer } from 'ws';
import { type ClientTable, createClientTable } from './client-table.js';
import { createFakeRoutes, type FakeRoutes } from './fake-routes.js';
import { createKitchen, type Prompt } from './kitchen.js';
import { type Manners, mannersSchema } from './manners.js';

/** A ComfyUI that makes no art, with the manners of the real one. */
export interface FakeServer {
  listen(port: number, host: string): Promise<number>;
  close(): void;
}

export function createFakeServer(): FakeServer {
  let manners: Manners = mannersSchema.parse({});
  const clients = createClientTable(() => manners);
  const pending: Prompt[] = [];
  const uploads = new Map<string, { bytes: Buffer; width: number; height: number }>();
  const kitchen = createKitchen({ manners: () => manners, clients, pending, uploads });
  const routes = createFakeRoutes({
    ...{ kitchen, clients, pending, uploads },
    manners: () => manners,
    setManners(value) {
      manners = mannersSchema.parse(value);
    },
  });
  const server = createServer((request, response) => {
    answer(routes, () => manners, request, response).catch((thrown: unknown) => {
      response.writeHead(500, { 'content-type': 'text/plain' });
      response.end(`500 Internal Server Error ${String(thrown)}`);
    });
  });
  acceptSockets(
    server,
    clients,
    () => kitchen.running(),
    () => pending.length,
  );
  return {
    listen: (port, host) =>
      new Promise((resolve) => {
        server.listen(port, host, () => {
          const address = server.address();
          resolve(typeof address === 'object' && address !== null ? address.port : port);
        });
      }),
    close() {
      clients.cutAll();
      server.closeAllConnections();
      server.close();
    },
  };
}

function acceptSockets(
  server: Server,
  clients: ClientTable,
  running: () => Prompt | null,
  waiting: () => number,
): void {
  const sockets = new WebSocketServer({ server, path: '/ws' });
  sockets.on('connection', (socket: WebSocket, request: IncomingMessage) => {
    const clientId = new URL(request.url ?? '/', 'http://fake').searchParams.get('clientId') ?? String(Math.random());
    clients.add(clientId, socket, (send) => {
      const now = running();
      const remaining = waiting() + (now === null ? 0 : 1);
      send('status', { status: { exec_info: { queue_remaining: remaining } }, sid: clientId });
      if (now?.clientId === clientId) send('executing', { node: Object.keys(now.graph).at(-1) ?? null });
    });
  });
}

/** Real servers answer every route also under `/api`. */
async function answer(
  routes: FakeRoutes,
  manners: () => Manners,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const url = new URL(request.url ?? '/', 'http://fake');
  const path = url.pathname.replace(/^\/api(?=\/)/, '');
  const body = await readBody(request);
  if (path.startsWith('/-/')) {
    const answered = await routes.control(path.slice(3), body);
    response.writeHead(200, { 'content-type': 'application/json' });
    response.end(JSON.stringify(answered ?? {}));
    return;
  }
  if (routes.isDown()) {
    request.socket.destroy();
    return;
  }
  const fault = manners().calls.find((each) => each.times > 0 && path.startsWith(each.path));
  if (fault !== undefined) fault.times--;
  if (fault?.do === 'status') {
    response.writeHead(fault.status, { 'content-type': 'text/plain', 'retry-after': '1' });
    response.end('Server got itself in trouble');
    return;
  }
  if (fault?.do === 'slow') await new Promise((resolve) => setTimeout(resolve, fault.ms));
  const { status, contentType, bytes } = await routes.handle(request, path, url.searchParams, body);
  if (fault?.do === 'lost') {
    request.socket.destroy();
    return;
  }
  response.writeHead(status, { 'content-type': contentType, 'content-length': bytes.length });
  response.end(bytes);
}

async function readBody(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}
