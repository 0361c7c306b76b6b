import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import {
  createServer,
  request as httpRequest,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { networkInterfaces, tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';
import { EngineError } from '../engines/engine.js';
import { createRendercast, type Rendercast, type RendercastOptions } from './create-rendercast.js';
import { defineEngine, type EngineDefinition } from './define-engine.js';

const PICTURE = Buffer.from('this is a picture, as far as anybody knows');

let dataDir: string;
let opened: (() => Promise<void>)[];
beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'rendercast-embed-'));
  opened = [];
});
afterEach(async () => {
  for (const close of opened.reverse()) await close();
  await rm(dataDir, { recursive: true, force: true });
});

/** An engine that takes three steps and hands in one file; `run` may be another. */
const stamp = (over: Partial<EngineDefinition> = {}) =>
  defineEngine({
    name: 'stamp',
    kinds: ['image'],
    async run(job, { signal, stage, progress, output }) {
      await stage({ stage: 'stamping', steps: 3 });
      for (let step = 1; step <= 3; step += 1) {
        signal.throwIfAborted();
        progress({ fraction: step / 3, step });
      }
      await output({
        slot: 0,
        mediaType: 'image/x-stamp',
        body: PICTURE,
        name: 'stamp.bin',
        parameters: { seed: job.seed },
      });
    },
    ...over,
  });

/** An engine that runs until it is told to stop. */
const endless = defineEngine({
  name: 'endless',
  kinds: ['image'],
  auto: false,
  async run(_job, { signal }) {
    await new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason as Error)));
  },
});

async function house(options: RendercastOptions = {}): Promise<Rendercast> {
  const config = { dataDir, port: 0, drainMs: 0, imageThreads: 1, ...options.config };
  const made = await createRendercast({ engines: [stamp(), endless], ...options, config });
  opened.push(() => made.stop());
  return made;
}

/** Somebody's own server, that answers everything it hears of with its own words. */
async function theirServer(): Promise<{ server: Server; url: string; heard: string[] }> {
  const heard: string[] = [];
  const server = createServer((request, response) => {
    heard.push(request.url ?? '');
    response.end(`theirs: ${request.url}`);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  opened.push(async () => {
    server.closeAllConnections();
    server.close();
  });
  return { server, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, heard };
}

const get = async (url: string): Promise<string> => (await fetch(url)).text();

describe('generate', () => {
  it('makes a file on an engine of the program, which every watcher sees', async () => {
    const { generate } = await house();
    const generation = await generate({ prompt: 'a red fox', jobId: 'my-fox', tags: ['forest'] });
    const types: string[] = [];
    for await (const event of generation.events()) if (event.type === 'fact') types.push(event.fact.type);
    expect(types).toEqual(['queued', 'started', 'stage', 'output', 'succeeded']);
    const [file] = await generation.result();
    expect(file).toMatchObject({ mediaType: 'image/x-stamp', name: 'stamp.bin', sizeBytes: PICTURE.length });
    expect(Buffer.from((await file?.bytes()) ?? []).equals(PICTURE)).toBe(true);
    expect(generation.submitted).toMatchObject({
      clientId: 'my-fox',
      owner: 'local',
      via: 'in-process',
      tags: ['forest'],
    });
  });

  it('asked twice under one id makes one job', async () => {
    const { generate } = await house();
    const [first, second] = [
      await generate({ prompt: 'a red fox', jobId: 'once' }),
      await generate({ prompt: 'a red fox', jobId: 'once' }),
    ];
    expect([first.replayed, second.replayed, second.id]).toEqual([false, true, first.id]);
    await expect(generate({ prompt: 'a blue fox', jobId: 'once' })).rejects.toMatchObject({ code: 'conflict' });
  });

  it('refuses what it cannot make, naming the field', async () => {
    const { generate } = await house();
    await expect(generate({ prompt: ' ' })).rejects.toMatchObject({ code: 'invalid_field', field: 'request.prompt' });
    await expect(generate({ prompt: 'x', width: 3 })).rejects.toMatchObject({ field: 'request.width' });
  });

  it('leaves jobs that ask for no engine to the one that the program brings', async () => {
    const { generate, verbs } = await house();
    const generation = await generate({ prompt: 'a red fox' });
    await generation.result();
    expect((await verbs().get(generation.id)).job.ranOn?.engine).toBe('stamp');
    const named = (await verbs().engines()).map(({ name, auto }) => [name, auto]);
    expect(named).toContainEqual(['embedded-image', false]);
    expect(named).toContainEqual(['embedded-music', true]);
  });

  it('cancels its own job and no other', async () => {
    const { generate } = await house();
    const [stopped, other] = [await generate({ prompt: 'a', engine: 'endless' }), await generate({ prompt: 'b' })];
    await stopped.cancel('enough');
    await expect(stopped.result()).rejects.toMatchObject({ code: 'canceled' });
    expect(await other.result()).toHaveLength(1);
    await expect(other.cancel()).rejects.toMatchObject({ code: 'already_ended' });
  });

  it('rejects with what the engine says went wrong, or says nothing of what it did not explain', async () => {
    const picky = stamp({
      name: 'picky',
      async run() {
        throw new EngineError('unsupported_request', 'no foxes today', { retryable: false });
      },
    });
    const { generate } = await house({ engines: [picky] });
    const generation = await generate({ prompt: 'a red fox' });
    await expect(generation.result()).rejects.toMatchObject({ code: 'unsupported_request', message: 'no foxes today' });
  });

  it('ends a wait when its signal does, and every wait when the house stops; the job goes on at its next start', async () => {
    const first = await house();
    const { id, result, events } = await first.generate({ prompt: 'a', engine: 'endless', jobId: 'goes-on' });
    const enough = new AbortController();
    const waiting = result({ signal: enough.signal });
    enough.abort(new Error('enough'));
    await expect(waiting).rejects.toThrow('enough');
    const following = (async () => {
      for await (const event of events()) if (event.type === 'level') break;
      for await (const event of events()) expect(event).toBeDefined();
    })();
    const [ended] = await Promise.allSettled([result(), following, first.stop()]);
    expect(ended).toMatchObject({ status: 'rejected', reason: { code: 'shutting_down' } });
    await expect(following).rejects.toMatchObject({ code: 'shutting_down' });
    const again = await house();
    expect((await again.verbs().get('goes-on')).job).toMatchObject({ id, failures: 0 });
  });

  it('shows previews to who asks for them', async () => {
    let watched: () => void = () => undefined;
    const isWatched = new Promise<void>((resolve) => {
      watched = resolve;
    });
    const painter = stamp({
      name: 'painter',
      async run(_job, context) {
        await isWatched;
        expect(context.wantsPreview()).toBe(true);
        context.preview({ mediaType: 'image/webp', bytes: Buffer.from('tiny'), width: 8, height: 8 });
        await context.output({ slot: 0, mediaType: 'image/x-stamp', body: PICTURE, name: 'a', parameters: {} });
      },
    });
    const { generate } = await house({ engines: [painter] });
    const previews: string[] = [];
    for await (const event of (await generate({ prompt: 'x' })).events({ previews: true })) {
      if (event.type === 'fact' && event.fact.type === 'started') watched();
      if (event.type === 'preview') previews.push(Buffer.from(event.bytes).toString());
    }
    expect(previews).toEqual(['tiny']);
  });
});

describe("in somebody's HTTP server", () => {
  it('answers its own addresses, and leaves all others to their listeners', async () => {
    const made = await house();
    const { server, url, heard } = await theirServer();
    made.attach(server);
    const { id, result } = await made.generate({ prompt: 'a red fox', jobId: 'fox' });
    await result();
    expect(JSON.parse(await get(`${url}/v1/jobs/fox`))).toMatchObject({ job: { id, state: 'succeeded' } });
    const posted = await fetch(`${url}/v1/jobs`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ kind: 'image', request: { prompt: 'another' } }),
    });
    expect(posted.status).toBe(201);
    const wrongly = await fetch(`${url}/v1/engines`, { method: 'DELETE' });
    expect(await wrongly.json()).toMatchObject({ error: { retryable: false } });
    expect(heard).toEqual([]);
    for (const path of ['/', '/health', '/v1', '/v1/unknown', '/docs', '/mine?x=/v1/jobs'])
      expect(await get(`${url}${path}`)).toBe(`theirs: ${path}`);
    expect(heard).toHaveLength(6);
  });

  it('answers listeners that come later no differently', async () => {
    const made = await house();
    const { server, url, heard } = await theirServer();
    made.attach(server);
    server.on('request', (request: IncomingMessage) => heard.push(`late ${request.url}`));
    await get(`${url}/v1/jobs`);
    expect(heard).toEqual([]);
    await get(`${url}/mine`);
    expect(heard).toEqual(['/mine', 'late /mine']);
  });

  it('shares upgrades with their own sockets', async () => {
    const made = await house();
    const { server, url } = await theirServer();
    const theirs = new WebSocketServer({ server, path: '/chat' });
    theirs.on('connection', (socket) => socket.send('theirs'));
    made.attach(server);
    const { id, note, result } = await made.generate({ prompt: 'x', engine: 'endless' });
    const watcher = new WebSocket(`${url.replace('http', 'ws')}/v1/stream`, 'rendercast.v1');
    const messages: string[] = [];
    watcher.on('message', (data: Buffer) => messages.push(data.toString()));
    await once(watcher, 'open');
    watcher.send(JSON.stringify({ type: 'hello' }));
    watcher.send(JSON.stringify({ type: 'subscribe', job: id }));
    await expect.poll(() => messages.some((message) => message.includes('"subscribed"'))).toBe(true);
    await note({ mood: 'curious' });
    await made.note(id, { mood: 'sure' });
    await expect.poll(() => messages.filter((message) => message.includes('"note"'))).toHaveLength(2);
    const chat = new WebSocket(`${url.replace('http', 'ws')}/chat`);
    const [greeting] = (await once(chat, 'message')) as [Buffer];
    expect(greeting.toString()).toBe('theirs');
    const strange = new WebSocket(`${url.replace('http', 'ws')}/nowhere`);
    await expect(once(strange, 'open')).rejects.toThrow('400');
    chat.close();
    theirs.close();
    const closed = once(watcher, 'close');
    const ended = result().catch((error: unknown) => error);
    await made.stop();
    await closed;
    expect(await ended).toMatchObject({ code: 'shutting_down' });
  });

  it('passes on a request that would like to upgrade where they have no sockets', async () => {
    const made = await house();
    const { server, url } = await theirServer();
    made.attach(server);
    const socket = connect(Number(new URL(url).port), '127.0.0.1');
    const wish = 'host: localhost\r\nconnection: upgrade, close\r\nupgrade: h2c\r\n';
    socket.write(`GET /mine HTTP/1.1\r\n${wish}\r\n`);
    const answer = await text(socket);
    expect(answer).toMatch(/^HTTP\/1.1 200 OK\r\n/);
    expect(answer).toContain('theirs: /mine');
  });

  it('keeps the body of a request that would like to upgrade, their own and ours', async () => {
    const made = await house();
    const { server, url } = await theirServer();
    server.removeAllListeners('request');
    server.on('request', (request: IncomingMessage, response: ServerResponse) => {
      void text(request).then((body) => response.end(`heard: ${body}`));
    });
    made.attach(server);
    const ask = async (path: string, body: string): Promise<string> => {
      const socket = connect(Number(new URL(url).port), '127.0.0.1');
      const wish = 'host: localhost\r\nconnection: upgrade, close\r\nupgrade: h2c\r\n';
      socket.write(`POST ${path} HTTP/1.1\r\n${wish}content-type: application/json\r\n`);
      socket.write(`content-length: ${body.length}\r\n\r\n${body}`);
      return text(socket);
    };
    const job = JSON.stringify({ kind: 'image', engine: 'endless', request: { prompt: 'x' } });
    expect(await ask('/v1/jobs', job)).toMatch(/^HTTP\/1.1 201 /);
    expect(await ask('/echo', 'hello')).toContain('heard: hello');
  });

  it('takes uploads that wait for leave, also where they listen for those', async () => {
    const made = await house();
    const { server, url } = await theirServer();
    server.on('checkContinue', (_request: IncomingMessage, response: ServerResponse) => {
      response.writeHead(417);
      response.end();
    });
    made.attach(server);
    const upload = httpRequest(`${url}/v1/files`, {
      method: 'POST',
      headers: { expect: '100-continue', 'content-type': 'text/plain', 'content-length': 5 },
    });
    upload.on('continue', () => upload.end('hello'));
    upload.flushHeaders();
    const [response] = (await once(upload, 'response')) as [IncomingMessage];
    expect(response.statusCode).toBe(201);
    expect(await text(response)).toContain('"sizeBytes":5');
  });

  it('gives the server back untouched', async () => {
    const made = await house();
    const { server, url, heard } = await theirServer();
    const before = { names: server.eventNames(), own: Object.keys(server) };
    const leave = made.attach(server);
    await get(`${url}/v1/jobs`);
    leave();
    expect(await get(`${url}/v1/jobs`)).toBe('theirs: /v1/jobs');
    made.attach(server);
    const stream = await fetch(`${url}/v1/events`);
    await made.stop();
    expect(await stream.text()).toContain('retry:');
    expect({ names: server.eventNames(), own: Object.keys(server) }).toEqual(before);
    expect(Object.hasOwn(server, 'emit')).toBe(false);
    expect(server.listening).toBe(true);
    expect(await get(`${url}/v1/jobs`)).toBe('theirs: /v1/jobs');
    expect(heard).toEqual(['/v1/jobs', '/v1/jobs']);
  });

  it('answers single requests and upgrades in a chain of handlers', async () => {
    const made = await house();
    const server = createServer((request, response) => {
      if (!made.handle(request, response)) response.end('next');
    });
    server.on('upgrade', (request: IncomingMessage, socket: Socket, head: Buffer) => {
      if (!made.upgrade(request, socket, head)) socket.destroy();
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    opened.push(async () => void server.close());
    const url = `127.0.0.1:${(server.address() as AddressInfo).port}`;
    expect(await get(`http://${url}/other`)).toBe('next');
    expect(await get(`http://${url}/v1/engines`)).toContain('stamp');
    const socket = new WebSocket(`ws://${url}/v1/stream`, 'rendercast.v1');
    await once(socket, 'open');
    socket.close();
    await once(socket, 'close');
  });

  it('answers nobody from elsewhere as long as there are no keys', async ({ skip }) => {
    const address = Object.values(networkInterfaces())
      .flat()
      .find((each) => each?.family === 'IPv4' && !each.internal)?.address;
    if (address === undefined) return skip('this machine has no address but loopback');
    const made = await house();
    const server = createServer((_request, response) => response.end('theirs'));
    server.listen(0, '0.0.0.0');
    await once(server, 'listening');
    opened.push(async () => void server.close());
    made.attach(server);
    const { port } = server.address() as AddressInfo;
    const ask = async (host: string, path: string): Promise<IncomingMessage> => {
      const asked = httpRequest({ host, port, path, headers: { host: 'localhost' } }).end();
      const [response] = (await once(asked, 'response')) as [IncomingMessage];
      response.resume();
      return response;
    };
    expect((await ask(address, '/v1/jobs')).statusCode).toBe(403);
    expect((await ask(address, '/mine')).statusCode).toBe(200);
    expect((await ask('127.0.0.1', '/v1/jobs')).statusCode).toBe(200);
  });
});

describe('on a port of its own', () => {
  it('listens where it is told, with all that a server shows', async () => {
    const made = await house();
    const [url = ''] = await made.listen();
    expect(await get(`${url}/health`)).toContain('"ok"');
    expect(await get(url)).toContain('Rendercast');
  });

  it('is not opened to others without keys, and with keys knows its owners', async () => {
    const open = await house({ config: { host: '0.0.0.0' } });
    await expect(open.listen()).rejects.toMatchObject({ code: 'forbidden' });
    await open.stop();
    const keyed = await house({ config: { apiKeys: [{ owner: 'ann', key: 'a-key-of-enough-length' }] } });
    const [url = ''] = await keyed.listen();
    const { id } = await keyed.generate({ prompt: 'x', owner: 'ann' });
    await keyed.generate({ prompt: 'y', owner: 'bob' });
    expect((await fetch(`${url}/v1/jobs`)).status).toBe(401);
    const mine = await fetch(`${url}/v1/jobs`, { headers: { authorization: 'Bearer a-key-of-enough-length' } });
    const { jobs } = (await mine.json()) as { jobs: { id: string }[] };
    expect(jobs.map((job) => job.id)).toEqual([id]);
  });
});

describe('its configuration', () => {
  it('comes from code, and from the environment only when that is handed over', async () => {
    const env = { RENDERCAST_PORT: '70000', RENDERCAST_DATA_DIR: dataDir };
    const fromCode = await createRendercast({ config: { dataDir } });
    opened.push(() => fromCode.stop());
    await fromCode.stop();
    await expect(createRendercast({ env })).rejects.toMatchObject({ code: 'invalid_field', field: 'port' });
    const fromBoth = await createRendercast({ config: { port: 0 }, env });
    opened.push(() => fromBoth.stop());
    expect(fromBoth.dataDir).toBe(dataDir);
  });

  it('is refused in words', async () => {
    const short = { apiKeys: [{ owner: 'ann', key: 'short' }] };
    await expect(createRendercast({ config: { dataDir, ...short } })).rejects.toThrow('shorter than 16');
    const first = await house();
    await expect(createRendercast({ config: { dataDir } })).rejects.toThrow('Another server is using');
    await first.stop();
  });
});
