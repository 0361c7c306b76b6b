import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';

/** A server as a process, to be started again and again on the same data. */
export interface ServerCommand {
  command: string;
  args: readonly string[];
  cwd?: string;
  /** Beside the environment of this process; undefined takes a name away. */
  env?: Record<string, string | undefined>;
  /** How it shows that it is ready: a line that it prints, or an address that answers with 200. */
  ready: { line: RegExp } | { url: string };
  /** Longest wait for that. Default: 15,000 ms. */
  readyWithinMs?: number;
}

/** When to kill. */
export type Moment =
  /** So long after now. */
  | { afterMs: number }
  /** When the server prints such a line. */
  | { line: RegExp }
  /** When something else has happened. */
  | { when: Promise<unknown> };

/** How a process ended. */
export interface Exit {
  code: number | null;
  signal: NodeJS.Signals | null;
}

/** Holds a server process, and lets it die. */
export interface Killer {
  /** Null while it is down. */
  readonly pid: number | null;
  /** How often it was started. */
  readonly starts: number;
  /** The newest lines it printed, to either stream, over all its lives. */
  readonly output: readonly string[];
  /** Starts it and waits until it is ready. Rejects, with its last lines, when it ends before or takes too long. */
  start(signal?: AbortSignal): Promise<void>;
  /** SIGKILL, now. Resolves when it and its children are gone; does nothing when it is down. */
  kill(): Promise<void>;
  /** SIGKILL at a moment. */
  killAt(moment: Moment, signal?: AbortSignal): Promise<void>;
  /** SIGTERM: a graceful end. Rejects when it is not gone in time (default: 10,000 ms), and kills it then. */
  stop(withinMs?: number): Promise<Exit>;
  /** Kills it at random moments and starts it again, so many times. `random` gives numbers from 0 to 1. */
  torment(plan: Torment): Promise<void>;
  /** How the present life ends, or the last one ended. */
  readonly exited: Promise<Exit>;
  /** Kills it for good. */
  close(): Promise<void>;
}

export interface Torment {
  kills: number;
  /** Each life lasts so long after it was ready. */
  lifeMs: { min: number; max: number };
  random(): number;
  /** Called when it is down, before the next start: the place to look at what is on disk. */
  whenDown?(kill: number): Promise<void>;
  signal?: AbortSignal;
}

/** Lines kept of what it printed. */
const KEPT_LINES = 1_000;

/** Makes a killer for a server that is not started yet. */
export function createKiller(server: ServerCommand): Killer {
  const output: string[] = [];
  const listeners = new Set<(line: string) => void>();
  let child: ChildProcess | null = null;
  let exited: Promise<Exit> = Promise.resolve({ code: null, signal: null });
  let starts = 0;

  // A test that is broken off must not leave its server behind.
  const atExit = (): void => killGroup(child);

  const read = (stream: Readable | null): void => {
    if (stream === null) return;
    createInterface(stream).on('line', (line) => {
      output.push(line);
      if (output.length > KEPT_LINES) output.shift();
      for (const listener of listeners) listener(line);
    });
  };

  const lineMatching = (pattern: RegExp, signal: AbortSignal): Promise<void> =>
    new Promise((resolve, reject) => {
      const settle = (finish: () => void): void => {
        listeners.delete(listener);
        signal.removeEventListener('abort', onAbort);
        finish();
      };
      const listener = (line: string): void => {
        if (pattern.test(line)) settle(resolve);
      };
      const onAbort = (): void => settle(() => reject(signal.reason as Error));
      listeners.add(listener);
      signal.addEventListener('abort', onAbort, { once: true });
      if (signal.aborted) onAbort();
    });

  const kill = async (): Promise<void> => {
    killGroup(child);
    await exited;
  };

  const start = async (signal?: AbortSignal): Promise<void> => {
    if (child !== null) throw new Error('the server is running already');
    signal?.throwIfAborted();
    starts += 1;
    const giveUp = new AbortController();
    const either = signal === undefined ? giveUp.signal : AbortSignal.any([signal, giveUp.signal]);
    const isReady =
      'line' in server.ready ? lineMatching(server.ready.line, either) : answers(server.ready.url, either);
    isReady.catch(() => undefined); // judged below, whichever comes first
    const born = spawn(server.command, [...server.args], {
      ...(server.cwd === undefined ? {} : { cwd: server.cwd }),
      env: { ...process.env, ...server.env },
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true, // a group of its own: children that it starts die with it
    });
    child = born;
    process.once('exit', atExit);
    read(born.stdout);
    read(born.stderr);
    exited = exitOf(born).then((exit) => {
      killGroup(born);
      if (child === born) child = null;
      process.off('exit', atExit);
      return exit;
    });
    const withinMs = server.readyWithinMs ?? 15_000;
    const tooLate = sleep(withinMs, `is not ready after ${withinMs} ms`, { signal: giveUp.signal });
    tooLate.catch(() => undefined);
    try {
      const trouble = await Promise.race([
        isReady.then(() => null),
        exited.then(({ code, signal: by }) => `ended with ${by ?? code} before it was ready`),
        tooLate,
      ]);
      if (trouble !== null) throw new Error(`the server ${trouble}\n${output.slice(-20).join('\n')}`);
    } catch (error) {
      await kill();
      throw error;
    } finally {
      giveUp.abort();
    }
  };

  const killAt = async (moment: Moment, signal?: AbortSignal): Promise<void> => {
    const limits = signal ?? new AbortController().signal;
    if ('afterMs' in moment) await sleep(moment.afterMs, undefined, { signal: limits });
    else if ('line' in moment) await lineMatching(moment.line, limits);
    else await moment.when;
    await kill();
  };

  return {
    get pid() {
      return child?.pid ?? null;
    },
    get starts() {
      return starts;
    },
    get exited() {
      return exited;
    },
    output,
    start,
    kill,
    killAt,
    async stop(withinMs = 10_000) {
      const timer = new AbortController();
      child?.kill('SIGTERM');
      const late = sleep(withinMs, null, { signal: timer.signal });
      late.catch(() => undefined);
      const exit = await Promise.race([exited, late]);
      timer.abort();
      if (exit !== null) return exit;
      await kill();
      throw new Error(`the server did not end within ${withinMs} ms of SIGTERM\n${output.slice(-20).join('\n')}`);
    },
    async torment({ kills, lifeMs, random, whenDown, signal }) {
      for (let count = 1; count <= kills; count += 1) {
        if (child === null) await start(signal);
        await killAt({ afterMs: lifeMs.min + random() * (lifeMs.max - lifeMs.min) }, signal);
        await whenDown?.(count);
        await start(signal);
      }
    },
    close: kill,
  };
}

/** Resolves when the process has ended and its output is read. A command that cannot be started has ended, too. */
async function exitOf(child: ChildProcess): Promise<Exit> {
  try {
    const [code, signal] = (await once(child, 'close')) as [number | null, NodeJS.Signals | null];
    return { code, signal };
  } catch {
    return { code: 127, signal: null };
  }
}

/** Kills a process with all that it started; those may outlive it otherwise. */
function killGroup(child: ChildProcess | null): void {
  if (child?.pid === undefined) return;
  try {
    process.kill(-child.pid, 'SIGKILL');
  } catch {
    // The group is gone already.
  }
}

/** Resolves once an address answers with 200. */
async function answers(url: string, signal: AbortSignal): Promise<void> {
  for (;;) {
    try {
      const response = await fetch(url, { signal });
      await response.body?.cancel();
      if (response.status === 200) return;
    } catch {
      signal.throwIfAborted();
    }
    await sleep(25, undefined, { signal });
  }
}
