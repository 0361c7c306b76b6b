import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import type { Filter, SubmitInput } from '@rendercast/protocol/commands';
import type { ClientMessageInput, ServerMessage } from '@rendercast/protocol/dialects/native/messages';
import type { FactBody, Level } from '@rendercast/protocol/events';
import { encodeFrame } from '@rendercast/protocol/frame';
import { parsePosition } from '@rendercast/protocol/position';
import { WebSocketServer } from 'ws';
import { createPeerLog, type Entry, fits, type PeerLog, queued } from './peer-log.js';

/** How the peer behaves badly. Read at each occasion, so a test may change it on the way. */
export interface Manners {
  /** `hang`: the upgrade is never answered. `mute`: it is, and then comes nothing. */
  upgrade: 'accept' | 'refuse' | 'hang' | 'mute';
  /** `buffer`: the stream is kept back, as some proxies do. */
  sse: 'stream' | 'buffer' | 'refuse';
  poll: 'answer' | 'refuse';
  /** How many polls are answered as by a server that has not heard of anything new. */
  emptyPolls: number;
  /** How many facts of live streams are left out, and every how many are sent twice (0: none). */
  omit: number;
  doubleEvery: number;
  /** How many keys are refused before one is taken. */
  refuseKeys: number;
  /** How many submissions are answered 503 after being carried out. */
  loseAnswers: number;
  /** On sockets: everything after the welcome is ignored. */
  deaf: boolean;
  /** On sockets: how long messages are under way to the client. */
  lateMs: number;
  heartbeatMs: number;
}

/** A scripted counterpart that speaks the native wire. */
export interface Peer {
  url: string;
  port: number;
  log: PeerLog;
  manners: Manners;
  /** Streams opened so far, by transport. */
  readonly opened: { websocket: number; sse: number; poll: number };
  /** Open connections of any kind; requests keep theirs for a while. */
  readonly sockets: number;
  /** Open WebSockets among them. */
  readonly webSockets: number;
  readonly following: number;
  /** Keys that were shown. */
  tokens: (string | undefined)[];
  submissions: { key: string | undefined; input: SubmitInput }[];
  append(jobId: string, ...bodies: FactBody[]): void;
  level(jobId: string, level: Level, picture?: Uint8Array): void;
  drain(retryAfterMs: number): void;
  /** Sends any message to all who follow a topic. */
  say(jobId: string, message: (topic: string) => ServerMessage): void;
  cut(): void;
  close(): Promise<void>;
}

/** Someone who follows a job (`job` is its id as asked for) or a feed. */
interface Reader {
  job: string | null;
  feed: Filter;
  topic: string;
  seen: number;
  levels: boolean;
  previews: string;
  live: boolean;
  send(message: ServerMessage, id: string | null): void;
  sendBytes(bytes: Uint8Array): void;
}

export async function openPeer(port = 0, log: PeerLog = createPeerLog()): Promise<Peer> {
  const readers = new Set<Reader>();
  const raw = new Set<Duplex>();
  const streams = new Set<ServerResponse>();
  const opened = { websocket: 0, sse: 0, poll: 0 };
  const tokens: (string | undefined)[] = [];
  const submissions: Peer['submissions'] = [];
  let sent = 0;
  const manners: Manners = {
    upgrade: 'accept',
    sse: 'stream',
    poll: 'answer',
    emptyPolls: 0,
    omit: 0,
    doubleEvery: 0,
    refuseKeys: 0,
    loseAnswers: 0,
    deaf: false,
    lateMs: 0,
    heartbeatMs: 20_000,
  };

  const eventOf = (topic: string, { fact, cursor }: Entry): ServerMessage => ({
    type: 'event',
    topic,
    jobId: fact.jobId,
    position: `${log.epoch}:${fact.seq}`,
    cursor: `${log.epoch}:${cursor}`,
    fact,
  });
  const numberOf = (reader: Reader, entry: Entry): number => (reader.job === null ? entry.cursor : entry.fact.seq);

  function pending(reader: Reader): Entry[] {
    if (reader.job === null)
      return log.all(reader.seen).filter(({ fact }) => {
        const job = log.find(fact.jobId);
        return job !== null && fits(job, reader.feed);
      });
    const job = log.find(reader.job);
    return job === null ? [] : log.factsOf(job.id, reader.seen);
  }

  function flush(reader: Reader): void {
    for (const entry of pending(reader)) {
      const position = `${log.epoch}:${numberOf(reader, entry)}`;
      reader.seen = numberOf(reader, entry);
      if (reader.live && manners.omit > 0) {
        manners.omit -= 1;
        continue;
      }
      sent += 1;
      reader.send(eventOf(reader.topic, entry), position);
      if (manners.doubleEvery > 0 && sent % manners.doubleEvery === 0)
        reader.send(eventOf(reader.topic, entry), position);
    }
    reader.live = true;
  }

  /** Where a stream starts, or a reset. */
  function open(job: string | null, position: string | null) {
    const snapshot = job === null ? null : log.snapshot(job);
    const head = job === null ? log.head : (snapshot?.job.seq ?? 0);
    const asked = position === null ? null : parsePosition(position);
    const reset = asked === null ? null : asked.epoch !== log.epoch ? 'epoch' : asked.n > head ? 'ahead' : null;
    const fresh = asked === null || reset !== null;
    const at = fresh ? head : asked.n;
    return { reset, snapshot: fresh ? snapshot : null, at, position: `${log.epoch}:${at}` } as const;
  }

  const newReader = (part: Pick<Reader, 'job' | 'feed' | 'send'> & Partial<Reader>): Reader => ({
    topic: part.job === null ? 'feed' : `job:${part.job}`,
    seen: 0,
    levels: true,
    previews: 'none',
    live: false,
    sendBytes: () => undefined,
    ...part,
  });

  const socketServer = new WebSocketServer({ noServer: true, handleProtocols: () => 'rendercast.v1' });
  socketServer.on('connection', (socket) => {
    const own = new Map<string, Reader>();
    const send = (message: ServerMessage): void => {
      const text = JSON.stringify(message);
      if (manners.lateMs === 0) socket.send(text);
      else setTimeout(() => socket.send(text), manners.lateMs);
    };
    let welcomed = false;
    socket.on('error', () => socket.terminate());
    socket.on('close', () => {
      for (const reader of own.values()) readers.delete(reader);
    });
    socket.on('message', (data: Buffer) => {
      const message = JSON.parse(data.toString()) as ClientMessageInput;
      if (manners.upgrade === 'mute' || (welcomed && manners.deaf)) return;
      if (message.type === 'hello') {
        tokens.push(message.token);
        if (manners.refuseKeys > 0) {
          manners.refuseKeys -= 1;
          send({ type: 'error', ref: null, error: { code: 'unauthorized', message: 'no', retryable: false } });
          socket.close(4401);
          return;
        }
        opened.websocket += 1;
        welcomed = true;
        const { heartbeatMs } = manners;
        send({ type: 'welcome', protocol: 'rendercast.v1', connectionId: 'c', epoch: log.epoch, heartbeatMs });
      } else if (message.type === 'ping') send({ type: 'pong', ref: null });
      else if (message.type === 'unsubscribe') {
        const reader = own.get(message.topic);
        if (reader !== undefined) readers.delete(reader);
        own.delete(message.topic);
      } else subscribe(message);
    });

    function subscribe(message: Extract<ClientMessageInput, { type: 'subscribe' }>): void {
      const job = message.job ?? null;
      const { reset, snapshot, at, position } = open(job, message.position ?? null);
      const reader = newReader({
        job,
        feed: (message.feed ?? {}) as Filter,
        seen: at,
        levels: message.levels ?? true,
        previews: message.previews ?? 'none',
        send: (each) => send(each),
        sendBytes: (bytes) => socket.send(bytes),
      });
      const { topic } = reader;
      const before = own.get(topic);
      if (before !== undefined) readers.delete(before);
      own.set(topic, reader);
      readers.add(reader);
      send({
        type: 'subscribed',
        ref: message.ref ?? null,
        topic,
        snapshot: reset === null ? snapshot : null,
        position,
      });
      if (reset !== null) send({ type: 'reset', topic, reason: reset, snapshot, position });
      flush(reader);
    }
  });

  function stream(
    job: string | null,
    feed: Filter,
    url: URL,
    request: IncomingMessage,
    response: ServerResponse,
  ): void {
    const asked = (request.headers['last-event-id'] as string | undefined) ?? url.searchParams.get('position');
    const { reset, snapshot, at, position } = open(job, asked ?? null);
    const levels = url.searchParams.get('levels') !== 'false';
    const wait = url.searchParams.get('wait');
    if (wait !== null)
      return poll({ job, feed, at, levels, reset, snapshot, position, waitMs: Number(wait) }, response);
    if (manners.sse === 'refuse') return void response.writeHead(502).end('<html>');
    opened.sse += 1;
    const write = (text: string): void => void (manners.sse === 'buffer' || response.write(text));
    if (manners.sse === 'buffer') response.writeHead(200, { 'content-type': 'text/event-stream' }).flushHeaders();
    else response.writeHead(200, { 'content-type': 'text/event-stream' });
    const reader = newReader({
      job,
      feed,
      seen: at,
      levels,
      send: (message, id) =>
        write(`${id === null ? '' : `id: ${id}\n`}event: ${message.type}\ndata: ${JSON.stringify(message)}\n\n`),
    });
    const { topic } = reader;
    write(': stream\n\n');
    if (reset !== null) reader.send({ type: 'reset', topic, reason: reset, snapshot, position }, position);
    else if (asked === null) reader.send({ type: 'snapshot', topic, snapshot, position }, position);
    readers.add(reader);
    flush(reader);
    streams.add(response);
    response.on('close', () => {
      readers.delete(reader);
      streams.delete(response);
    });
  }

  function poll(
    asked: ReturnType<typeof open> & { job: string | null; feed: Filter; levels: boolean; waitMs: number },
    response: ServerResponse,
  ): void {
    if (manners.poll === 'refuse') return void response.writeHead(502).end('<html>');
    opened.poll += 1;
    const messages: ServerMessage[] = [];
    const { job, feed, at, levels, reset, snapshot, position } = asked;
    const reader = newReader({
      job,
      feed,
      seen: at,
      levels,
      send(message) {
        messages.push(message);
        if (timer !== null) answer();
      },
    });
    let timer: ReturnType<typeof setTimeout> | null = null;
    let answered = false;
    const answer = (): void => {
      if (answered) return;
      answered = true;
      if (timer !== null) clearTimeout(timer);
      readers.delete(reader);
      const seen = job === null && asked.waitMs === 0 ? log.head : reader.seen;
      const end = messages.some(({ type }) => type === 'event') || job === null ? seen : at;
      const at_ = reset === null && snapshot === null ? `${log.epoch}:${end}` : position;
      json(response, 200, { topic: reader.topic, reset, snapshot, messages, position: at_, levelStamp: null });
    };
    if (manners.emptyPolls > 0 && reset === null && snapshot === null) {
      manners.emptyPolls -= 1;
      return json(response, 200, { topic: reader.topic, reset, snapshot, messages, position, levelStamp: null });
    }
    flush(reader);
    if (messages.length > 0 || snapshot !== null || reset !== null || asked.waitMs === 0) return answer();
    timer = setTimeout(answer, asked.waitMs);
    readers.add(reader);
    response.on('close', () => {
      if (timer !== null) clearTimeout(timer);
      readers.delete(reader);
    });
  }

  function submit(request: IncomingMessage, body: string, response: ServerResponse): void {
    const input = JSON.parse(body) as SubmitInput;
    const key = request.headers['idempotency-key'] as string | undefined;
    const before = submissions.findIndex((each) => each.key === key);
    submissions.push({ key, input });
    const id = `j${before < 0 ? submissions.length : before + 1}`;
    if (before < 0) peer.append(id, queued({ kind: input.kind, clientId: input.id ?? null, tags: input.tags ?? [] }));
    if (manners.loseAnswers > 0) {
      manners.loseAnswers -= 1;
      return json(response, 503, {
        error: { code: 'storage_unavailable', message: 'later', retryable: true, retryAfterMs: 5 },
      });
    }
    json(response, 201, { job: log.find(id), urls: {} });
  }

  function route(request: IncomingMessage, body: string, response: ServerResponse): void {
    const url = new URL(request.url ?? '/', 'http://peer');
    tokens.push(request.headers.authorization?.replace('Bearer ', ''));
    if (manners.refuseKeys > 0) {
      manners.refuseKeys -= 1;
      return json(response, 401, { error: { code: 'unauthorized', message: 'no', retryable: false } });
    }
    const [, , what, id, part] = url.pathname.split('/').map(decodeURIComponent);
    const filter: Filter = {};
    const tag = url.searchParams.get('tag');
    if (tag !== null) filter.tag = tag;
    if (what === 'events') return stream(null, filter, url, request, response);
    if (what === 'jobs' && part === 'events') return stream(id ?? '', filter, url, request, response);
    if (what === 'jobs' && request.method === 'POST' && id === undefined) return submit(request, body, response);
    if (what === 'jobs' && id === undefined) {
      const jobs = log.jobs().filter((job) => fits(job, filter));
      return json(response, 200, { jobs: jobs.reverse(), next: null, feedCursor: `${log.epoch}:${log.head}` });
    }
    const snapshot = what === 'jobs' ? log.snapshot(id ?? '') : null;
    if (snapshot !== null) return json(response, 200, { ...snapshot, urls: {} });
    json(response, 404, { error: { code: 'not_found', message: 'nothing here', retryable: false } });
  }

  const server = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on('data', (part: Buffer) => parts.push(part));
    request.on('end', () => route(request, Buffer.concat(parts).toString(), response));
  });
  server.on('connection', (socket) => {
    raw.add(socket);
    socket.on('close', () => raw.delete(socket));
  });
  server.on('upgrade', (request, socket: Duplex, head) => {
    if (manners.upgrade === 'hang') return;
    if (manners.upgrade === 'refuse') return void socket.end('HTTP/1.1 403 Forbidden\r\nconnection: close\r\n\r\n');
    socketServer.handleUpgrade(request, socket, head, (webSocket) => socketServer.emit('connection', webSocket));
  });
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  const { port: listening } = server.address() as AddressInfo;
  const follows = (reader: Reader, jobId: string): boolean => reader.job === null || log.find(reader.job)?.id === jobId;

  const peer: Peer = {
    url: `http://127.0.0.1:${listening}`,
    port: listening,
    log,
    manners,
    opened,
    tokens,
    submissions,
    get sockets() {
      return raw.size;
    },
    get webSockets() {
      return socketServer.clients.size;
    },
    get following() {
      return readers.size;
    },
    append(jobId, ...bodies) {
      for (const body of bodies) {
        log.append(jobId, body);
        for (const reader of [...readers]) flush(reader);
      }
    },
    level(jobId, level, picture) {
      log.setLevel(jobId, level);
      for (const reader of [...readers]) {
        if (!follows(reader, jobId)) continue;
        const { topic } = reader;
        if (level.kind !== 'preview' && reader.levels) reader.send({ type: 'level', topic, jobId, level }, null);
        if (level.kind !== 'preview' || reader.previews === 'none') continue;
        if (picture !== undefined && reader.previews === 'binary')
          reader.sendBytes(encodeFrame({ type: 'preview', topic, jobId, level }, picture));
        else reader.send({ type: 'level', topic, jobId, level }, null);
      }
    },
    drain(retryAfterMs) {
      for (const socket of socketServer.clients) {
        socket.send(JSON.stringify({ type: 'draining', retryAfterMs }));
        socket.close(1012);
      }
      for (const response of streams) response.end(`retry: ${retryAfterMs}\n\n`);
    },
    say(jobId, message) {
      for (const reader of readers) if (follows(reader, jobId)) reader.send(message(reader.topic), null);
    },
    cut() {
      for (const socket of raw) socket.destroy();
    },
    close() {
      peer.cut();
      socketServer.close();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
  return peer;
}

function json(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}
