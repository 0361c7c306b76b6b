import { type Client, createClient } from '@rendercast/client';
import { QueueEvents } from 'bullmq';
import { WebSocket } from 'ws';
import { monotonicUs } from '../processes/monotonic.js';
import { serveCommands } from '../processes/serve-commands.js';
import { readUsage } from '../processes/usage.js';
import { createDelays, type DelaySummary } from './delays.js';

/** Who watches what: one connection each. */
export interface WatchOptions {
  port: number;
  /** Job ids (for the SDK), or topics (for the relay); one watcher for each entry. */
  jobs: readonly string[];
}

/** What reached the callbacks since `mark`. */
export interface WatchTally {
  messages: number;
  seconds: number;
  delays: DelaySummary;
  cpuShare: number;
}

const delays = createDelays();
const clients: Client[] = [];
let messages = 0;
let mark = { messages: 0, atUs: 0, cpuUs: 0 };

/** What a callback does with a report: it is here, so it is counted. */
function heard(dueUs: number): void {
  messages += 1;
  delays.add(monotonicUs() - dueUs);
}

const commands = {
  /** Follows jobs with the SDK, as a program would: an event loop over each. */
  async follow({ port, jobs }: WatchOptions) {
    await inParts(jobs, (job) => followOne(port, job));
  },
  /** Follows topics of the bare relay: a socket, and a callback that parses. */
  async listen({ port, jobs }: WatchOptions) {
    await inParts(jobs, (topic) => listenOne(port, topic));
  },
  /** Follows rooms of Socket.IO: a socket, and a callback that parses. */
  async listenToRooms({ port, jobs }: WatchOptions) {
    await inParts(jobs, (topic) => listenToRoom(port, topic));
  },
  /** Listens to BullMQ's progress events, each watcher to all of them. */
  async listenToQueue({ redisPort, watchers }: { redisPort: number; watchers: number }) {
    for (let index = 0; index < watchers; index += 1) {
      const events = new QueueEvents('bench', { connection: { host: '127.0.0.1', port: redisPort } });
      events.on('progress', ({ data }) => heard((data as { step: number }).step));
      events.on('error', () => undefined);
      await events.waitUntilReady();
    }
  },
  mark() {
    delays.clear();
    mark = { messages, atUs: monotonicUs(), cpuUs: readUsage().cpuUs };
  },
  read(): WatchTally {
    const us = monotonicUs() - mark.atUs;
    return {
      messages: messages - mark.messages,
      seconds: us / 1e6,
      delays: delays.summary(),
      cpuShare: (readUsage().cpuUs - mark.cpuUs) / us,
    };
  },
};

async function followOne(port: number, job: string): Promise<void> {
  const client = createClient({ url: `http://127.0.0.1:${port}`, webSocket: WebSocket, transports: ['websocket'] });
  clients.push(client);
  await new Promise<void>((resolve, reject) => {
    void (async () => {
      for await (const event of client.job(job).events()) {
        if (event.type === 'snapshot') resolve();
        else if (event.type === 'level' && event.level.kind === 'progress') heard(event.level.step ?? 0);
      }
    })().catch(reject);
  });
}

async function listenOne(port: number, topic: string): Promise<void> {
  const socket = new WebSocket(`ws://127.0.0.1:${port}/?topic=${topic}`, { perMessageDeflate: false });
  socket.on('message', (data: Buffer) => {
    heard((JSON.parse(data.toString('utf8')) as { level: { step: number } }).level.step);
  });
  await new Promise<void>((resolve, reject) => {
    socket.once('open', resolve);
    socket.once('error', reject);
  });
}

/** Speaks just as much of Engine.IO and Socket.IO as it takes: `40` connects, `42` is an event. */
async function listenToRoom(port: number, topic: string): Promise<void> {
  const path = `/socket.io/?EIO=4&transport=websocket&topic=${topic}`;
  const socket = new WebSocket(`ws://127.0.0.1:${port}${path}`, { perMessageDeflate: false });
  await new Promise<void>((resolve, reject) => {
    socket.on('message', (data: Buffer) => {
      const text = data.toString('utf8');
      if (text.startsWith('0')) socket.send('40');
      else if (text.startsWith('40')) resolve();
      else if (text.startsWith('42')) heard((JSON.parse(text.slice(2)) as [string, Heard])[1].level.step);
    });
    socket.once('error', reject);
  });
}

interface Heard {
  level: { step: number };
}

/** Opens many, a few at a time. */
async function inParts(items: readonly string[], one: (item: string) => Promise<void>): Promise<void> {
  for (let at = 0; at < items.length; at += 25) await Promise.all(items.slice(at, at + 25).map(one));
}

export type WatcherCommands = typeof commands;

serveCommands(commands);
