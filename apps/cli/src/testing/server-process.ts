import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { vi } from 'vitest';
import { type RunningCommand, startCommand } from './command.js';

/** `rendercast serve` as a process of its own, on a free port, with a folder of its own. */
export interface ServerProcess {
  url: string;
  folder: string;
  command: RunningCommand;
  stop(): Promise<void>;
}

/** Starts a server with these settings and waits until it listens. */
export async function startServerProcess(env: Record<string, string> = {}): Promise<ServerProcess> {
  const folder = await mkdtemp(join(tmpdir(), 'rendercast-serve-'));
  const settings = { RENDERCAST_DATA_DIR: join(folder, 'data'), RENDERCAST_PORT: '0', ...env };
  const command = startCommand(['serve', '--drain-ms', '0'], { cwd: folder, env: settings });
  const url = await vi.waitFor(
    () => {
      const address = /listens on (http:\/\/\S+)/.exec(command.stderr())?.[1];
      if (address === undefined) throw new Error(`the server does not listen yet; it said: ${command.stderr()}`);
      return address;
    },
    { timeout: 50_000 },
  );
  return {
    url,
    folder,
    command,
    async stop() {
      command.child.kill('SIGTERM');
      await command.ended;
      await rm(folder, { recursive: true, force: true });
    },
  };
}
