import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createAdapter } from '@socket.io/redis-adapter';
import { type Job, Queue, Worker } from 'bullmq';
import { Redis } from 'ioredis';
import { Server } from 'socket.io';
import { serveCommands } from '../processes/serve-commands.js';
import { readUsage } from '../processes/usage.js';
import { levelMessage } from './level.js';
import { type Metronome, startMetronome } from './metronome.js';

const NAME = 'bench';
/** Jobs that run here, in their order. */
const running: Job[] = [];
let io: Server | null = null;
let metronome: Metronome | null = null;

/** One of two kinds of processes: a worker of BullMQ, or a gateway of Socket.IO. Redis's channels are between them. */
const commands = {
  /** Sockets follow one room each (`?topic=3`), or all of them (`?topic=all`). */
  async openGateway({ redisPort, topics }: { redisPort: number; topics: number }) {
    const http = createServer();
    const server = new Server(http, {
      transports: ['websocket'],
      serveClient: false,
      perMessageDeflate: false,
      pingInterval: 3_600_000, // the load does not answer pings of its own kind
    });
    server.adapter(createAdapter(new Redis(redisPort), new Redis(redisPort)));
    const all = Array.from({ length: topics }, (_, topic) => `job:${topic}`);
    server.on('connection', (socket) => {
      const { topic } = socket.handshake.query;
      void socket.join(topic === 'all' ? all : `job:${String(topic)}`);
    });
    await new Promise<void>((resolve) => http.listen({ port: 0, host: '127.0.0.1', backlog: 4_096 }, resolve));
    return { port: (http.address() as AddressInfo).port };
  },
  /** Runs jobs that end when the process does. */
  async openWorker({ redisPort, jobs }: { redisPort: number; jobs: number }) {
    io = new Server();
    io.adapter(createAdapter(new Redis(redisPort), new Redis(redisPort)));
    const connection = { host: '127.0.0.1', port: redisPort };
    const endless = (job: Job): Promise<never> => {
      running.push(job);
      return new Promise(() => undefined);
    };
    const worker = new Worker(NAME, endless, { connection, concurrency: jobs, lockDuration: 600_000 });
    worker.on('error', () => undefined);
    const queue = new Queue(NAME, { connection });
    await queue.addBulk(Array.from({ length: jobs }, (_, number) => ({ name: 'picture', data: { number } })));
    while (running.length < jobs) await new Promise((resolve) => setTimeout(resolve, 20));
  },
  /** Each report is kept with its job, and sent to the job's room: what a program does that has both. */
  beat(perSecond: number) {
    metronome?.stop();
    metronome = startMetronome({
      topics: running.length,
      perSecond,
      report(topic, dueUs) {
        const message = levelMessage(topic, dueUs);
        void running[topic]?.updateProgress(message.level);
        io?.to(`job:${topic}`).emit('level', message);
      },
    });
  },
  still: () => metronome?.stop() ?? 0,
  usage: (collect = false) => readUsage(collect),
};

export type SocketIoNodeCommands = typeof commands;

serveCommands(commands);
