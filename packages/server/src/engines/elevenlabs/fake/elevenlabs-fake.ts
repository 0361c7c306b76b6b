import { randomBytes } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { setTimeout as wait } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import * as z from 'zod';
import { detailedAnswer, makePlan, soundOf } from './made-song.js';
import { type Manners, type Mishap, mannersSchema } from './manners.js';
import { faultOf, REFUSALS, type Refused } from './refusals.js';

/*
 * A server that behaves as the music API of ElevenLabs does, on its bad days too, and makes silence in place of music.
 * Options: --port (0: any), --key (what it takes as `xi-api-key`; default: any), --manners (JSON). It says its port in a
 * line of JSON. `POST /fake/manners` changes how it behaves, `GET /fake/journal` tells what was asked, what was paid for
 * and how many songs ran at once.
 */

interface Entry {
  route: string;
  body: Record<string, unknown>;
  /** Whether the work was taken on: from then on it costs. */
  paid: boolean;
  mishap: Mishap | null;
  end: 'open' | 'answered' | 'refused' | 'broken' | 'gone';
}

const { values } = parseArgs({
  options: {
    port: { type: 'string', default: '0' },
    key: { type: 'string' },
    manners: { type: 'string', default: '{}' },
  },
});
let manners: Manners = mannersSchema.parse(JSON.parse(values.manners));
const journal: Entry[] = [];
let running = 0;
let peak = 0;

async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const url = new URL(request.url ?? '/', 'http://fake');
  const body = await bodyOf(request);
  if (url.pathname === '/fake/journal') return send(response, { status: 200, body: { calls: journal, running, peak } });
  if (url.pathname === '/fake/manners') {
    manners = mannersSchema.parse({ ...manners, ...body });
    return send(response, { status: 200, body: manners });
  }
  if (values.key !== undefined && request.headers['xi-api-key'] !== values.key)
    return send(response, REFUSALS['bad-key'] ?? { status: 401, body: '' });
  const route = /^\/v1\/music(?:\/(stream|detailed|plan))?$/.exec(url.pathname);
  if (request.method !== 'POST' || route === null)
    return send(response, { status: 404, body: { detail: 'Not Found' } });
  const entry: Entry = { route: url.pathname, body, paid: false, mishap: null, end: 'open' };
  journal.push(entry);
  if (route[1] === 'plan') return plan(entry, response);
  await song(entry, route[1] ?? 'plain', url.searchParams.get('output_format') ?? 'auto', response);
}

function plan(entry: Entry, response: ServerResponse): void {
  const { prompt, music_length_ms: lengthMs, model_id: model } = entry.body;
  entry.end = 'answered';
  send(response, {
    status: 200,
    body: makePlan(String(prompt), typeof lengthMs === 'number' ? lengthMs : null, model),
  });
}

/** One call that makes a song: refused, or taken on and paid for, whatever becomes of it then. */
async function song(entry: Entry, route: string, format: string, response: ServerResponse): Promise<void> {
  const { body } = entry;
  const mishap = mishapOf(body);
  entry.mishap = mishap;
  const refused = faultOf(body, route === 'stream') ?? refusalNow(mishap);
  if (refused !== null) {
    entry.end = 'refused';
    return send(response, refused, manners.retryAfterS);
  }
  entry.paid = true;
  running++;
  peak = Math.max(peak, running);
  let gone = false;
  response.on('close', () => {
    gone = !response.writableFinished;
  });
  try {
    await wait(manners.workMs);
    if (mishap === 'half-open') await untilClosed(response);
    else await play(entry, { route, format, mishap }, response);
    entry.end = gone ? 'gone' : mishap === null ? 'answered' : 'broken';
    if (gone) await wait(manners.lingerMs);
  } finally {
    running--;
  }
}

/** What this song meets; it is used up. */
function mishapOf(body: Record<string, unknown>): Mishap | null {
  const text = JSON.stringify(body);
  const word = Object.keys(manners.only).find((each) => text.includes(each) && manners.only[each]?.[0] !== undefined);
  return (word === undefined ? manners.next : manners.only[word])?.shift() ?? null;
}

/** Refusals before the work, the limit of songs at once among them. */
function refusalNow(mishap: Mishap | null): Refused | null {
  if (running >= manners.concurrent) return REFUSALS['concurrent-limit'] ?? null;
  const afterWork: readonly (Mishap | null)[] = ['error', 'bare-error', 'bad-gateway'];
  return mishap === null || afterWork.includes(mishap) ? null : (REFUSALS[mishap] ?? null);
}

async function play(
  { body }: Entry,
  { route, format, mishap }: { route: string; format: string; mishap: Mishap | null },
  response: ServerResponse,
): Promise<void> {
  if (mishap === 'cut-before-head') return void response.destroy();
  const failed = mishap === null ? undefined : REFUSALS[mishap];
  if (failed !== undefined) return send(response, failed);
  if (mishap === 'no-sound') return send(response, { status: 200, body: { composition_plan: {} } });
  const sound =
    mishap === 'empty' ? Buffer.alloc(0) : mishap === 'not-mp3' ? Buffer.from('no music') : soundOf(body, format);
  const boundary = randomBytes(12).toString('hex');
  const detailed = route === 'detailed' ? detailedAnswer(body, sound, boundary, manners) : null;
  const bytes = detailed === null ? sound : detailed.bytes;
  response.writeHead(200, {
    'content-type': detailed === null ? 'audio/mpeg' : `multipart/mixed; boundary=${boundary}`,
    'request-id': `fake-${journal.length}`,
    ...(body.store_for_inpainting === true ? { 'song-id': `song-${journal.length}` } : {}),
    'current-concurrent-requests': String(running),
    'maximum-concurrent-requests': String(manners.concurrent),
    ...(manners.saysLength ? { 'content-length': String(bytes.length) } : {}),
  });
  response.flushHeaders();
  if (mishap === 'cut-before-sound') return void setImmediate(() => response.destroy());
  const half = mishap === 'cut-in-sound' || mishap === 'stall';
  const until = half
    ? bytes.length >> 1
    : mishap === 'no-last-boundary'
      ? bytes.length - (detailed?.last ?? 0)
      : bytes.length;
  for (let at = 0; at < until && !response.destroyed; at += manners.chunkBytes) {
    response.write(bytes.subarray(at, Math.min(until, at + manners.chunkBytes)));
    await wait(manners.chunkMs);
  }
  if (mishap === 'cut-in-sound') response.destroy();
  else if (mishap === 'stall') await untilClosed(response);
  else response.end();
}

const untilClosed = (response: ServerResponse): Promise<void> =>
  new Promise((resolve) => {
    if (response.destroyed) resolve();
    else response.once('close', () => resolve());
  });

async function bodyOf(request: IncomingMessage): Promise<Record<string, unknown>> {
  const pieces: Buffer[] = [];
  for await (const piece of request) pieces.push(piece as Buffer);
  const text = Buffer.concat(pieces).toString();
  return z.looseObject({}).parse(text === '' ? {} : JSON.parse(text));
}

function send(
  response: ServerResponse,
  { status, body, headers = {} }: Refused,
  retryAfterS: number | null = null,
): void {
  const isText = typeof body === 'string';
  response.writeHead(status, {
    'content-type': isText ? 'text/html' : 'application/json',
    ...(retryAfterS === null ? {} : { 'retry-after': String(retryAfterS) }),
    ...headers,
  });
  response.end(isText ? body : JSON.stringify(body));
}

const server = createServer((request, response) => {
  response.on('error', () => undefined); // the caller has gone
  answer(request, response).catch(() => {
    if (response.headersSent) response.destroy();
    else send(response, { status: 400, body: { detail: 'This is no JSON.' } });
  });
});
server.requestTimeout = 0;
server.listen(Number(values.port), '127.0.0.1', () => {
  const address = server.address();
  process.stdout.write(`${JSON.stringify({ port: typeof address === 'object' ? address?.port : null })}\n`);
});
// Without the program that started it, it goes too.
process.on('disconnect', () => process.exit());
