import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createKiller, type Killer } from '../chaos/killer.js';

/** The real program in a process of its own, on a port and data that stay the same over all its lives. */
export interface ServerProcess extends Pick<Killer, 'start' | 'kill' | 'stop' | 'output' | 'starts'> {
  readonly url: string;
  readonly port: number;
  readonly dataDir: string;
  /** Kills it for good and removes its data. */
  close(): Promise<void>;
}

const PROGRAM = fileURLToPath(new URL('../../apps/cli/bin/rendercast.js', import.meta.url));

/** Makes a server that is not started yet. Flags are those of `rendercast serve`. */
export async function createServerProcess(flags: readonly string[] = []): Promise<ServerProcess> {
  const dataDir = await mkdtemp(join(tmpdir(), 'rendercast-story-'));
  const port = await freePort();
  const killer = createKiller({
    command: process.execPath,
    args: [PROGRAM, 'serve', '--port', String(port), '--data-dir', dataDir, '--log-level', 'warn', ...flags],
    env: { RENDERCAST_API_KEYS: undefined, RENDERCAST_HOST: undefined },
    ready: { line: /Its data is kept in/ },
    readyWithinMs: 20_000,
  });
  return {
    url: `http://127.0.0.1:${port}`,
    port,
    dataDir,
    output: killer.output,
    get starts() {
      return killer.starts;
    },
    start: (signal) => killer.start(signal),
    kill: () => killer.kill(),
    stop: (withinMs) => killer.stop(withinMs),
    async close() {
      await killer.close();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

/** A port that nobody uses now. */
async function freePort(): Promise<number> {
  const listener = createServer().listen(0, 'localhost');
  await once(listener, 'listening');
  const { port } = listener.address() as AddressInfo;
  listener.close();
  await once(listener, 'close');
  return port;
}
