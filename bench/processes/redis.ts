import { execFileSync, spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/** A Redis of the bench's own, on a free loopback port. */
export interface Redis {
  port: number;
  pid: number;
  close(): Promise<void>;
}

/** The version of the `redis-server` that is found; null: there is none. */
export function redisVersion(): string | null {
  try {
    return /v=(\S+)/.exec(execFileSync('redis-server', ['--version'], { encoding: 'utf8' }))?.[1] ?? null;
  } catch {
    return null;
  }
}

/**
 * Starts it. `synced`: every write is on disk before its answer, as the server does it with its jobs; where it only carries
 * news, it keeps nothing. Default: true.
 */
export async function startRedis({ synced = true }: { synced?: boolean } = {}): Promise<Redis> {
  const folder = await mkdtemp(join(tmpdir(), 'rendercast-bench-redis-'));
  const port = await freePort();
  const settings = ['--port', String(port), '--bind', '127.0.0.1', '--dir', folder, '--save', ''];
  const keeping = synced ? ['--appendonly', 'yes', '--appendfsync', 'always'] : ['--appendonly', 'no'];
  const child = spawn('redis-server', [...settings, ...keeping], { stdio: 'ignore' });
  const kill = (): void => void child.kill('SIGKILL');
  process.on('exit', kill);
  const gone = new Promise<void>((resolve) => child.on('exit', () => resolve()));
  for (let tries = 0; tries < 200 && !(await answers(port)); tries += 1) await sleep(20);
  return {
    port,
    pid: child.pid ?? 0,
    async close() {
      kill();
      await gone;
      process.off('exit', kill);
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** A port that nobody uses now. */
export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return typeof address === 'object' && address !== null ? address.port : 0;
}

function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => resolve(true));
    socket.once('error', () => resolve(false));
    socket.once('close', () => resolve(false));
    socket.unref();
    setTimeout(() => socket.destroy(), 500).unref();
  });
}
