import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type WebSocket, WebSocketServer } from 'ws';
import { serveCommands } from '../processes/serve-commands.js';
import { readUsage } from '../processes/usage.js';
import { levelMessage } from './level.js';
import { type Metronome, startMetronome } from './metronome.js';

/** Sockets by the topic that they follow (`?topic=3`), or that follow all of them (`?topic=all`). */
const rooms = new Map<string, Set<WebSocket>>();
let topics = 1;
let metronome: Metronome | null = null;

const commands = {
  async open(options: { topics: number }) {
    topics = options.topics;
    const http = createServer();
    const server = new WebSocketServer({ server: http, perMessageDeflate: false, clientTracking: false });
    server.on('connection', (socket, request) => {
      const topic = new URL(request.url ?? '/', 'http://bench').searchParams.get('topic') ?? 'none';
      const room = rooms.get(topic) ?? new Set();
      rooms.set(topic, room.add(socket));
      socket.on('close', () => room.delete(socket));
      socket.on('error', () => room.delete(socket));
    });
    await new Promise<void>((resolve) => http.listen({ port: 0, host: '127.0.0.1', backlog: 4_096 }, resolve));
    return { port: (http.address() as AddressInfo).port };
  },
  beat(perSecond: number) {
    metronome?.stop();
    metronome = startMetronome({ topics, perSecond, report: send });
  },
  still: () => metronome?.stop() ?? 0,
  usage: (collect = false) => readUsage(collect),
};

/** One prepared buffer, and a loop: the least that a server can do. */
function send(topic: number, dueUs: number): void {
  const bytes = Buffer.from(JSON.stringify(levelMessage(topic, dueUs)));
  for (const room of [rooms.get('all'), rooms.get(String(topic))])
    for (const socket of room ?? []) socket.send(bytes, { binary: false });
}

/** What this process can be asked for. */
export type PeerCommands = typeof commands;

serveCommands(commands);
