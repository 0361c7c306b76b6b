import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Server } from 'socket.io';
import { serveCommands } from '../processes/serve-commands.js';
import { readUsage } from '../processes/usage.js';
import { levelMessage } from './level.js';
import { type Metronome, startMetronome } from './metronome.js';

let topics = 1;
let metronome: Metronome | null = null;
let io: Server | null = null;

const commands = {
  /** A room per topic, and every socket in all of them. */
  async open(options: { topics: number }) {
    topics = options.topics;
    const http = createServer();
    io = new Server(http, {
      transports: ['websocket'],
      serveClient: false,
      perMessageDeflate: false,
      pingInterval: 3_600_000, // the load does not answer pings of its own kind
    });
    io.on('connection', (socket) => {
      void socket.join(Array.from({ length: topics }, (_, topic) => `job:${topic}`));
    });
    await new Promise<void>((resolve) => http.listen({ port: 0, host: '127.0.0.1', backlog: 4_096 }, resolve));
    return { port: (http.address() as AddressInfo).port };
  },
  beat(perSecond: number) {
    metronome?.stop();
    metronome = startMetronome({
      topics,
      perSecond,
      report: (topic, dueUs) => void io?.to(`job:${topic}`).emit('level', levelMessage(topic, dueUs)),
    });
  },
  still: () => metronome?.stop() ?? 0,
  usage: (collect = false) => readUsage(collect),
};

export type SocketIoCommands = typeof commands;

serveCommands(commands);
