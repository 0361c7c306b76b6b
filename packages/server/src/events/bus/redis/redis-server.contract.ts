import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { Redis } from 'ioredis';
import { vi } from 'vitest';

/** A real redis-server that a test may do anything to. */
export interface RedisServer {
  readonly url: string;
  readonly port: number;
  /** A client of the test's own, beside the bus: opened anew after each restart. */
  client(): Redis;
  pause(): void;
  resume(): void;
  /** Ends the process (data included, nothing is saved) and starts another on the same port. */
  restart(): Promise<void>;
  kill(): Promise<void>;
  start(): Promise<void>;
  close(): Promise<void>;
}

/** The program, by RENDERCAST_TEST_REDIS or in PATH; null: there is none. */
export const REDIS_SERVER = findServer();
/** Why tests are skipped without it, for their names. */
export const NO_REDIS = 'there is no redis-server: apt-get install redis-server, or set RENDERCAST_TEST_REDIS';

function findServer(): string | null {
  const named = process.env.RENDERCAST_TEST_REDIS;
  if (named !== undefined && named !== '') return named;
  for (const folder of (process.env.PATH ?? '').split(delimiter))
    for (const name of ['redis-server', 'valkey-server'])
      if (folder !== '' && existsSync(join(folder, name))) return join(folder, name);
  return null;
}

/** Starts a server on a free port, in a folder of its own that goes with it. */
export async function startRedisServer(
  extra: readonly string[] = [],
  password: string | null = null,
): Promise<RedisServer> {
  if (REDIS_SERVER === null) throw new Error(NO_REDIS);
  const program = REDIS_SERVER;
  const folder = await mkdtemp(join(tmpdir(), 'rendercast-redis-'));
  const port = await freePort();
  const clients: Redis[] = [];
  let server: ChildProcess | null = null;

  async function start(): Promise<void> {
    const locked = password === null ? [] : ['--requirepass', password];
    const plain = ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no', '--dir', folder];
    const child = spawn(program, [...plain, ...locked, ...extra], { stdio: ['ignore', 'pipe', 'pipe'] });
    server = child;
    let said = '';
    child.stdout.on('data', (data: Buffer) => {
      said += data.toString();
    });
    await vi.waitFor(
      () => {
        if (child.exitCode !== null) throw new Error(`redis-server ended: ${said}`);
        if (!said.includes('Ready to accept connections')) throw new Error('redis-server is not ready yet');
      },
      { timeout: 15_000, interval: 20 },
    );
  }

  async function kill(): Promise<void> {
    const child = server;
    server = null;
    if (child === null || child.exitCode !== null) return;
    const exited = once(child, 'exit');
    child.kill('SIGKILL');
    await exited;
  }

  await start();
  return {
    url: `redis://127.0.0.1:${port}`,
    port,
    client() {
      const entry = password === null ? {} : { password };
      const client = new Redis(port, '127.0.0.1', { ...entry, retryStrategy: () => null });
      client.on('error', () => undefined); // the server is ended on purpose
      clients.push(client);
      return client;
    },
    pause: () => void server?.kill('SIGSTOP'),
    resume: () => void server?.kill('SIGCONT'),
    async restart() {
      await kill();
      await start();
    },
    kill,
    start,
    async close() {
      for (const client of clients) client.disconnect();
      await kill();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('no free port');
  // A cluster node listens at its port plus 10,000 as well.
  return address.port > 55_000 ? freePort() : address.port;
}
