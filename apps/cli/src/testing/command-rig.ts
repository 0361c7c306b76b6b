import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach } from 'vitest';
import { type RunningCommand, startCommand, startOnTerminal, stopCommands } from './command.js';
import { type ServerProcess, startServerProcess } from './server-process.js';

/** A server for all tests of a file, a fresh folder for each, and the command between them. */
export interface CommandRig {
  server(): ServerProcess;
  /** Where commands run. */
  folder(): string;
  start(...args: string[]): RunningCommand;
  startOnTerminal(args: readonly string[], env?: Record<string, string>): RunningCommand;
  /** Runs a command to its end. */
  run(...args: string[]): Promise<{ code: number | string; out: string; err: string }>;
}

/** On a busy machine a command takes seconds to start. */
export const patience = { timeout: 30_000 };

/** A job that runs until it is canceled: 25 s of rehearsal. */
export const endless = ['generate', 'an endless fox', '--engine', 'rehearsal', '--steps', '500'];

/** The first id of a job in a text. */
export const jobId = (text: string) => /j_\w+/.exec(text)?.[0] ?? '';

/** One line of `--json`. */
export interface JsonLine {
  type: string;
  name?: string;
  fact?: { seq: number };
  files?: string[];
}

/** The lines of `--json`. */
export const jsonLines = (out: string) =>
  out
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as JsonLine);

/** Sets everything up around the tests of the file that calls it. */
export function createCommandRig(): CommandRig {
  let server: ServerProcess;
  let folder: string;
  beforeAll(async () => {
    server = await startServerProcess();
  });
  afterAll(() => server.stop());
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'rendercast-command-'));
  });
  afterEach(async () => {
    stopCommands(server.command);
    await rm(folder, { recursive: true, force: true });
  });

  const env = (more: Record<string, string> = {}) => ({ RENDERCAST_URL: server.url, ...more });
  const start = (...args: string[]) => startCommand(args, { cwd: folder, env: env() });
  return {
    server: () => server,
    folder: () => folder,
    start,
    startOnTerminal: (args, more) => startOnTerminal(args, { cwd: folder, env: env(more) }),
    async run(...args) {
      const command = start(...args);
      const code = await command.ended;
      return { code, out: command.stdout(), err: command.stderr() };
    },
  };
}
