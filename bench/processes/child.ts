import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import type { Answered, Commands } from './serve-commands.js';

/** A process of the bench that answers commands. */
export interface Child<C extends Commands> {
  readonly pid: number;
  call<K extends keyof C & string>(command: K, ...input: Parameters<C[K]>): Promise<Awaited<ReturnType<C[K]>>>;
  /** Resolves when it has gone by itself. */
  readonly gone: Promise<void>;
  /** Kills it, and resolves when it has gone. */
  end(): Promise<void>;
}

export interface ChildOptions {
  /**
   * Servers and load generators have a core each where there are two: neither takes the other's time. A house of many
   * processes is there to use many cores: its parts, and what is measured beside it, run on any.
   */
  core: 'server' | 'load' | 'any';
  nodeFlags?: readonly string[];
  /** A command that runs the process under it, as `strace` does. */
  under?: readonly string[];
}

const TASKSET = ['/usr/bin/taskset', '/bin/taskset'].find((path) => existsSync(path));
const CORES = { server: '0', load: '1' };

/** Whether processes are bound to a core each. */
export const PINNED = TASKSET !== undefined && availableParallelism() > 1 && process.env['BENCH_PIN'] !== '0';

const open = new Set<ChildProcess>();
process.on('exit', () => {
  for (const child of open) child.kill('SIGKILL');
});

/** Starts a process from its entry file (`contenders/rendercast.js`, within the compiled bench). */
export function startChild<C extends Commands>(entry: string, options: ChildOptions): Child<C> {
  const program = fileURLToPath(new URL(`../${entry}`, import.meta.url));
  const pin = PINNED && TASKSET !== undefined && options.core !== 'any' ? [TASKSET, '-c', CORES[options.core]] : [];
  const line = [...(options.under ?? []), ...pin, process.execPath, ...(options.nodeFlags ?? []), program];
  const [command = process.execPath, ...args] = line;
  const child = spawn(command, args, { stdio: ['ignore', 'inherit', 'inherit', 'ipc'], env: childEnvironment() });
  open.add(child);
  const calls = new Map<number, { resolve(value: unknown): void; reject(error: Error): void }>();
  let lastId = 0;

  child.on('message', (answered: Answered) => {
    const call = calls.get(answered.id);
    calls.delete(answered.id);
    if ('error' in answered) call?.reject(new Error(`${entry}: ${answered.error}`));
    else call?.resolve(answered.value);
  });
  const gone = new Promise<void>((resolve) => {
    child.on('error', () => resolve());
    child.on('exit', (code, signal) => {
      open.delete(child);
      for (const call of calls.values()) call.reject(new Error(`${entry} ended with ${signal ?? code}`));
      calls.clear();
      resolve();
    });
  });

  return {
    pid: child.pid ?? 0,
    gone,
    call: (name, ...input) =>
      new Promise((resolve, reject) => {
        lastId += 1;
        calls.set(lastId, { resolve, reject });
        child.send({ id: lastId, command: name, input: input[0] }, (error) => error !== null && reject(error));
      }),
    end() {
      // What runs under another command (strace) ends with its channel, and the command with it.
      if (options.under !== undefined && child.connected) child.disconnect();
      else child.kill('SIGKILL');
      return gone;
    },
  };
}

/** The settings of whoever runs the bench do not change what is measured. */
function childEnvironment(): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('RENDERCAST_')));
}
