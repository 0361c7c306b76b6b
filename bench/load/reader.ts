import { DUE_MARK } from '../contenders/level.js';
import { monotonicUs } from '../processes/monotonic.js';
import { serveCommands } from '../processes/serve-commands.js';
import { readUsage } from '../processes/usage.js';
import { createDelays, type DelaySummary } from './delays.js';
import { openRawSocket, type RawSocket } from './raw-socket.js';

/** How sockets are opened and what they say first. */
export interface ConnectOptions {
  port: number;
  /** Address and first messages of each socket. */
  sockets: readonly { path: string; sends: readonly string[] }[];
  subprotocol?: string;
  /** Each socket has heard this so often when it stands. */
  until?: { text: string; times: number };
  /** Sockets per source address (127.0.0.x). Default: 4,000. */
  perAddress?: number;
}

/** What arrived. */
export interface Tally {
  /** Messages since `begin`. */
  total: number;
  /** Messages and delays since `mark`. */
  messages: number;
  seconds: number;
  delays: DelaySummary;
  /** Part of a core that this process took since `mark`. */
  cpuShare: number;
}

/** Every so many messages one is opened and its delay taken: a prime, so that no pattern hides in it. */
const SAMPLE_EVERY = 31;
/** Sockets that are opened at the same time. */
const ABREAST = 50;
const OPEN_WITHIN_MS = 60_000;

const open: RawSocket[] = [];
const delays = createDelays();
let sampling = false;
let passed = 0;
let begunAt = 0;
let closedByServer = 0;
let opened = 0;
let mark = { messages: 0, atUs: 0, cpuUs: 0 };

const messages = (): number => open.reduce((sum, socket) => sum + socket.texts(), 0);

const commands = {
  async connect(options: ConnectOptions) {
    const waiting = [...options.sockets].reverse();
    const openNext = async (): Promise<void> => {
      for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) await openOne(options, next);
    };
    await Promise.all(Array.from({ length: ABREAST }, openNext));
    return open.length;
  },
  /** Counts from here; nothing may be under way. */
  begin() {
    begunAt = messages();
  },
  /** Measures from here. */
  mark() {
    delays.clear();
    sampling = true;
    mark = { messages: messages(), atUs: monotonicUs(), cpuUs: readUsage().cpuUs };
  },
  read(): Tally {
    const now = messages();
    const us = monotonicUs() - mark.atUs;
    return {
      total: now - begunAt,
      messages: now - mark.messages,
      seconds: us / 1e6,
      delays: delays.summary(),
      cpuShare: (readUsage().cpuUs - mark.cpuUs) / us,
    };
  },
  /** Only counts from now on. */
  unmark() {
    sampling = false;
  },
  /** Connections that still stand. */
  held: () => open.length - closedByServer,
  closeAll() {
    for (const socket of open.splice(0)) socket.close();
  },
};

async function openOne(options: ConnectOptions, { path, sends }: ConnectOptions['sockets'][number]): Promise<void> {
  const { port, subprotocol, until, perAddress = 4_000 } = options;
  let left = until?.times ?? 0;
  let stands = (): void => undefined;
  let late: NodeJS.Timeout | undefined;
  const standing = new Promise<void>((resolve, reject) => {
    stands = resolve;
    late = setTimeout(() => reject(new Error(`a socket did not hear ${until?.text}`)), OPEN_WITHIN_MS);
  });
  const socket = await openRawSocket({
    port,
    path,
    ...(subprotocol === undefined ? {} : { subprotocol }),
    localAddress: `127.0.0.${2 + Math.floor(opened++ / perAddress)}`,
    wants: () => left > 0 || (sampling && ++passed % SAMPLE_EVERY === 0),
    closed: () => void (closedByServer += 1),
    text(bytes) {
      if (left > 0) {
        if (until !== undefined && bytes.includes(until.text)) left -= 1;
        if (left === 0) stands();
      } else takeDelay(bytes);
    },
  });
  open.push(socket);
  for (const message of sends) socket.send(message);
  if (left === 0) stands();
  await standing.finally(() => clearTimeout(late));
}

function takeDelay(bytes: Buffer): void {
  const at = bytes.indexOf(DUE_MARK);
  if (at < 0) return;
  const dueUs = Number.parseInt(bytes.toString('latin1', at + DUE_MARK.length, at + DUE_MARK.length + 20), 10);
  delays.add(monotonicUs() - dueUs);
}

export type ReaderCommands = typeof commands;

serveCommands(commands);
