import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { parseArgs } from 'node:util';
import * as z from 'zod';
import type { FakeAnswer } from './fake-answer.js';
import { createFakeLine } from './fake-line.js';
import { createFakeRoutes } from './fake-routes.js';
import { type Manners, mannersSchema } from './manners.js';
import { KINDS } from './server-state.js';

/*
 * A server that behaves as SD.Next, A1111, Forge or stable-diffusion.cpp do, on their bad days too, and makes plain
 * pictures in place of art. Options: --kind, --port (0: any), --auth user:password, --subpath /sd. It says its port in a
 * line of JSON. `POST /fake/manners` changes how it behaves, `GET /fake/journal` tells what happened, `POST
 * /fake/restart` lets it start anew (with {"halfOpen": true} open requests are forgotten without a word).
 */

const { values } = parseArgs({
  options: {
    kind: { type: 'string', default: 'sdnext' },
    port: { type: 'string', default: '0' },
    auth: { type: 'string' },
    subpath: { type: 'string', default: '' },
    manners: { type: 'string', default: '{}' },
  },
});
const kind = z.enum(KINDS).parse(values.kind);
const { auth, subpath } = values;
let manners: Manners = mannersSchema.parse(JSON.parse(values.manners));
let gone = new AbortController();
let line = createFakeLine(kind, () => manners, gone.signal);
const route = createFakeRoutes(
  kind,
  () => line,
  () => manners,
);

function restart(halfOpen: boolean): FakeAnswer {
  gone.abort();
  gone = new AbortController();
  line = createFakeLine(kind, () => manners, gone.signal);
  if (!halfOpen) setImmediate(() => server.closeAllConnections());
  return { status: 200, json: {} };
}

function control(method: string, path: string, body: Record<string, unknown>): FakeAnswer | null {
  if (method === 'GET' && path === '/fake/journal') return { status: 200, json: line.journal };
  if (method === 'POST' && path === '/fake/restart') return restart(body.halfOpen === true);
  if (method !== 'POST' || path !== '/fake/manners') return null;
  manners = mannersSchema.parse({ ...manners, ...body });
  return { status: 200, json: manners };
}

async function bodyOf(request: IncomingMessage): Promise<Record<string, unknown>> {
  const pieces: Buffer[] = [];
  for await (const piece of request) pieces.push(piece as Buffer);
  const text = Buffer.concat(pieces).toString();
  const parsed = z.looseObject({}).safeParse(text === '' ? {} : JSON.parse(text));
  return parsed.data ?? {};
}

function refused(request: IncomingMessage): FakeAnswer | null {
  const { url = '/' } = request;
  if (subpath !== '' && !url.startsWith(`${subpath}/`))
    return { status: 308, headers: { location: `${subpath}${url}` } };
  if (auth === undefined) return null;
  const wanted = `Basic ${Buffer.from(auth).toString('base64')}`;
  if (request.headers.authorization === wanted) return null;
  return { status: 401, json: { detail: 'Unauthorized' }, headers: { 'www-authenticate': 'Basic' } };
}

function send(response: ServerResponse, { status, json, text, headers }: FakeAnswer): void {
  const type = text === undefined ? { 'content-type': 'application/json' } : { 'content-type': 'text/html' };
  response.writeHead(status, { ...(status === 204 ? {} : type), 'x-process-time': '0.01', ...headers });
  response.end(text ?? (json === undefined ? undefined : JSON.stringify(json)));
}

async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const method = request.method ?? 'GET';
  const body = await bodyOf(request);
  const direct = control(method, request.url ?? '/', body);
  if (direct !== null) return send(response, direct);
  const no = refused(request);
  if (no !== null) return send(response, no);
  const url = new URL((request.url ?? '/').slice(subpath.length) || '/', 'http://fake');
  const makes = url.pathname.endsWith('2img');
  if (manners.deaf === 'all' || (manners.deaf === 'progress' && url.pathname.endsWith('progress'))) return;
  if (!makes && manners.slowMs > 0) await new Promise((resolve) => setTimeout(resolve, manners.slowMs));
  const cut = () => request.socket.destroy();
  const answered = await route({ method, path: url.pathname, query: url.searchParams, body, cut });
  if (answered === 'deaf') return; // for ever
  if (answered === 'cut' || response.destroyed) return;
  send(response, answered);
}

const server = createServer((request, response) => {
  answer(request, response).catch(() => send(response, { status: 500, text: 'Internal Server Error' }));
});
server.requestTimeout = 0;
server.listen(Number(values.port), '127.0.0.1', () => {
  const address = server.address();
  process.stdout.write(`${JSON.stringify({ kind, port: typeof address === 'object' ? address?.port : null })}\n`);
});
// Without the program that started it, it goes too.
process.on('disconnect', () => process.exit());
