import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { watchLeaks } from '../rules/leaks.js';
import { createKiller, type Killer, type ServerCommand } from './killer.js';

const program = fileURLToPath(new URL('./fixtures/ledger-server.mjs', import.meta.url));
let folder: string;
let killer: Killer;
let leaks = watchLeaks();

beforeEach(() => {
  leaks = watchLeaks();
  folder = mkdtempSync(join(tmpdir(), 'rendercast-killer-'));
});

afterEach(async () => {
  await killer.close();
  rmSync(folder, { recursive: true, force: true });
  expect(await leaks.settled()).toEqual([]);
});

function ledgerServer(mode = '', more: Partial<ServerCommand> = {}): Killer {
  const env = { LEDGER: join(folder, 'ledger'), MODE: mode };
  killer = createKiller({ command: process.execPath, args: [program], env, ready: { line: /^ready$/ }, ...more });
  return killer;
}

const ledger = (): number[] => readFileSync(join(folder, 'ledger'), 'utf8').split('\n').slice(0, -1).map(Number);
const counted = (numbers: readonly number[]): number[] => numbers.map((_, index) => index + 1);
const isAlive = (pid: number): boolean =>
  existsSync(`/proc/${pid}`) && !/State:\s+Z/.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
const printed = (line: string): number => Number(/\d+$/.exec(line)?.[0] ?? 0);

test('start waits until the server is ready, kill ends it at once and for good', async () => {
  const server = ledgerServer();
  await server.start();
  const pid = server.pid ?? 0;
  expect(server.output).toContain('ready');
  expect(isAlive(pid)).toBe(true);
  await server.kill();
  expect(isAlive(pid)).toBe(false);
  expect(await server.exited).toEqual({ code: null, signal: 'SIGKILL' });
  expect(server.pid).toBeNull();
  await server.kill();
});

test('a killed server starts again on the same data, and nothing that it had told is gone', async () => {
  const server = ledgerServer();
  await server.start();
  await server.killAt({ line: /^wrote 5$/ });
  const told = Math.max(...server.output.map(printed));
  expect(ledger().length).toBeGreaterThanOrEqual(told);
  await server.start();
  await server.killAt({ line: new RegExp(`^wrote ${told + 10}$`) });
  expect(server.starts).toBe(2);
  expect(ledger()).toEqual(counted(ledger()));
  expect(ledger().length).toBeGreaterThanOrEqual(told + 10);
});

test('the moment may be a time or anything else that happens', async () => {
  const server = ledgerServer();
  await server.start();
  const startedMs = performance.now();
  await server.killAt({ afterMs: 50 });
  expect(performance.now() - startedMs).toBeGreaterThanOrEqual(45);
  await server.start();
  let happen: () => void = () => undefined;
  const dying = server.killAt({ when: new Promise<void>((resolve) => void (happen = resolve)) });
  expect(server.pid).not.toBeNull();
  happen();
  await dying;
  expect(server.pid).toBeNull();
});

test('torment kills at random moments, and the server is up afterwards', async () => {
  const server = ledgerServer();
  let seed = 7;
  const random = (): number => (seed = (seed * 16_807) % 2_147_483_647) / 2_147_483_647;
  const lengths: number[] = [];
  await server.torment({
    kills: 4,
    lifeMs: { min: 0, max: 40 },
    random,
    whenDown: async () => {
      expect(server.pid).toBeNull();
      lengths.push(ledger().length);
    },
  });
  expect(server.starts).toBe(5);
  expect(server.pid).not.toBeNull();
  expect(lengths).toEqual(lengths.toSorted((left, right) => left - right));
  await server.kill();
  expect(ledger()).toEqual(counted(ledger()));
});

test('ready may be an address that answers', async () => {
  const port = await freePort();
  const env = { LEDGER: join(folder, 'ledger'), PORT: String(port) };
  const server = ledgerServer('', { env, ready: { url: `http://127.0.0.1:${port}/` } });
  await server.start();
  expect(ledger().length).toBeGreaterThan(2);
  expect((await fetch(`http://127.0.0.1:${port}/`)).status).toBe(200);
});

test('children of the server die with it', async () => {
  const server = ledgerServer('parent');
  await server.start();
  const child = printed(server.output.find((line) => line.startsWith('child')) ?? '');
  expect(isAlive(child)).toBe(true);
  await server.kill();
  await expect.poll(() => isAlive(child)).toBe(false);
});

test('a server that ends before it is ready is told with its last words', async () => {
  await expect(ledgerServer('broken').start()).rejects.toThrow(/ended with 3 before it was ready\nno ledger today/);
  await expect(ledgerServer('', { command: join(folder, 'no-such-program') }).start()).rejects.toThrow(
    /ended with 127/,
  );
});

test('a server that is never ready is given up and killed', async () => {
  const server = ledgerServer('slow', { readyWithinMs: 150 });
  await expect(server.start()).rejects.toThrow(/not ready after 150 ms/);
  expect(server.pid).toBeNull();
});

test('waiting for a start or for a moment can be called off', async () => {
  const server = ledgerServer('slow');
  const stop = new AbortController();
  const starting = server.start(stop.signal);
  stop.abort(new Error('called off'));
  await expect(starting).rejects.toThrow('called off');
  expect(server.pid).toBeNull();
  const steady = ledgerServer();
  await steady.start();
  await expect(steady.killAt({ line: /never/ }, AbortSignal.timeout(20))).rejects.toThrow(/timeout/i);
  expect(steady.pid).not.toBeNull();
});

test('stop asks nicely, and kills what does not listen', async () => {
  const server = ledgerServer();
  await server.start();
  expect(await server.stop()).toEqual({ code: 0, signal: null });
  const deaf = ledgerServer('deaf');
  await deaf.start();
  await expect(deaf.stop(100)).rejects.toThrow(/did not end within 100 ms of SIGTERM/);
  expect(deaf.pid).toBeNull();
});

test('a server cannot be started twice', async () => {
  const server = ledgerServer();
  await server.start();
  await expect(server.start()).rejects.toThrow(/running already/);
  expect(server.starts).toBe(1);
});

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => probe.once('listening', resolve));
  const address = probe.address();
  await new Promise((resolve) => probe.close(resolve));
  return typeof address === 'object' && address !== null ? address.port : 0;
}
