import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { RunningServer, SettingName } from '@rendercast/server';

/** A whole server in a process of its own (the built one), that can be asked how it is. */
export interface HouseProcess {
  readonly url: string;
  readonly port: number;
  readonly pid: number;
  readonly dataDir: string;
  /** What its log would say as errors. */
  readonly errors: readonly string[];
  /** How it ended; null while it lives. */
  readonly ended: string | null;
  /** Its memory in bytes, after garbage was collected. */
  memory(): Promise<NodeJS.MemoryUsage>;
  /** What its readers follow right now. */
  followed(): Promise<Followed>;
  /** Moves its wall clock so far from the real one. */
  shiftClock(ms: number): Promise<void>;
  signal(name: NodeJS.Signals): void;
  /** Kills it; its data stay unless they are its own. */
  kill(): Promise<void>;
  /** Ends it as SIGTERM would. */
  stop(): Promise<void>;
}

/** What readers follow, by what it costs. */
export type Followed = ReturnType<RunningServer['followed']>;

/** Why a server would not start. */
export class HouseRefusal extends Error {
  override readonly name = 'HouseRefusal';
  readonly code: string | null;
  constructor(code: string | null, message: string) {
    super(message);
    this.code = code;
  }
}

export type HouseSettings = Partial<Record<SettingName | 'ticksPerSecond', unknown>>;

type Said =
  | { say: 'ready'; urls: string[] }
  | { say: 'refused'; code: string | null; text: string }
  | { say: 'error'; text: string }
  | { say: 'memory'; memory: NodeJS.MemoryUsage }
  | { say: 'followed'; followed: Followed }
  | { say: 'shifted' };

const PROGRAM = fileURLToPath(new URL('./house-program.mjs', import.meta.url));

/**
 * Starts a server. Without `dataDir` it gets a folder of its own, removed when it is gone.
 *
 * @throws HouseRefusal when the server would not start.
 */
export async function startHouseProcess(settings: HouseSettings = {}): Promise<HouseProcess> {
  const ownDir = settings.dataDir === undefined ? await mkdtemp(join(tmpdir(), 'rendercast-proof-')) : null;
  const dataDir = ownDir ?? String(settings.dataDir);
  const all = JSON.stringify({ port: 0, imageThreads: 1, host: '127.0.0.1', ...settings, dataDir });
  const child = spawn(process.execPath, ['--expose-gc', PROGRAM, all], {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  const errors: string[] = [];
  const hear = listenTo(child, errors);
  let ended: string | null = null;
  const gone = once(child, 'exit').then(async ([code, signal]) => {
    ended = String(signal ?? code);
    if (ownDir !== null) await rm(ownDir, { recursive: true, force: true });
  });
  const kill = async (): Promise<void> => {
    if (ended === null) child.kill('SIGKILL');
    await gone;
  };

  const dead = gone.then((): never => {
    throw new Error(`the server ended with ${ended}`);
  });
  dead.catch(() => undefined);

  const first = await Promise.race([
    hear('ready'),
    hear('refused'),
    gone.then(() => ({ say: 'refused', code: null, text: `the server ended with ${ended}` }) as const),
  ]);
  if (first.say === 'refused') {
    await kill();
    throw new HouseRefusal(first.code, first.text);
  }
  const url = (first.urls[0] ?? '').replace('localhost', '127.0.0.1');
  return {
    url,
    port: Number(new URL(url).port),
    pid: child.pid ?? 0,
    dataDir,
    errors,
    get ended() {
      return ended;
    },
    async memory() {
      child.send({ do: 'memory' });
      return (await Promise.race([hear('memory'), dead])).memory;
    },
    async followed() {
      child.send({ do: 'followed' });
      return (await Promise.race([hear('followed'), dead])).followed;
    },
    async shiftClock(ms) {
      child.send({ do: 'shift', ms });
      await Promise.race([hear('shifted'), dead]);
    },
    signal: (name) => void child.kill(name),
    kill,
    async stop() {
      if (ended === null) child.send({ do: 'stop' });
      await gone;
    },
  };
}

/** Waits for what the child says; a child that ends says nothing more. */
function listenTo(child: ChildProcess, errors: string[]) {
  const waiting = new Set<(said: Said) => boolean>();
  child.on('message', (message) => {
    const said = message as Said;
    if (said.say === 'error') errors.push(said.text);
    for (const wants of waiting) if (wants(said)) waiting.delete(wants);
  });
  return <T extends Said['say']>(say: T): Promise<Extract<Said, { say: T }>> =>
    new Promise((resolve) => {
      waiting.add((said) => {
        if (said.say !== say) return false;
        resolve(said as Extract<Said, { say: T }>);
        return true;
      });
    });
}
