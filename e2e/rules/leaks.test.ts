import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { type AddressInfo, connect, createServer } from 'node:net';
import { Worker } from 'node:worker_threads';
import { expect, test } from 'vitest';
import { watchLeaks } from './leaks.js';

/** The first word of each. */
const kinds = (open: readonly string[]): string[] => open.map((one) => one.split(' ')[0] ?? '').sort();
const briefly = { withinMs: 60 };

test('what is closed again is no leak, though closing takes some turns of the loop', async () => {
  const leaks = watchLeaks();
  const server = createServer((socket) => socket.pipe(socket)).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const socket = connect((server.address() as AddressInfo).port, '127.0.0.1');
  await once(socket, 'connect');
  const worker = new Worker('setInterval(() => {}, 1000)', { eval: true });
  await once(worker, 'online');
  const timer = setTimeout(() => undefined, 60_000);
  expect(kinds(leaks.open())).toEqual(expect.arrayContaining(['server', 'socket', 'timer', 'worker']));
  clearTimeout(timer);
  socket.end();
  server.close();
  await worker.terminate();
  expect(await leaks.settled()).toEqual([]);
});

test('a timer left running is caught, one that was let go of is not', async () => {
  const leaks = watchLeaks();
  const idle = setInterval(() => undefined, 60_000).unref();
  const timer = setInterval(() => undefined, 60_000);
  expect(await leaks.settled(briefly)).toEqual([
    expect.stringMatching(/^timer opened at e2e\/rules\/leaks\.test\.ts:\d+$/),
  ]);
  clearInterval(timer);
  clearInterval(idle);
});

test('a server left listening and a socket left open are caught', async () => {
  const leaks = watchLeaks();
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const socket = connect((server.address() as AddressInfo).port, '127.0.0.1');
  const [[accepted]] = await Promise.all([once(server, 'connection'), once(socket, 'connect')]);
  expect(kinds(await leaks.settled(briefly))).toEqual(['server', 'socket', 'socket']);
  accepted.destroy();
  socket.destroy();
  server.close();
  await once(server, 'close');
});

test('a worker left running is caught, also one that was let go of', async () => {
  const leaks = watchLeaks();
  const worker = new Worker('setInterval(() => {}, 1000)', { eval: true });
  await once(worker, 'online');
  worker.unref();
  expect(kinds(await leaks.settled(briefly))).toEqual(['worker']);
  await worker.terminate();
});

test('a child process left running is caught', async () => {
  const leaks = watchLeaks();
  const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'ignore' });
  await once(child, 'spawn');
  expect(kinds(await leaks.settled(briefly))).toEqual(['child']);
  child.kill('SIGKILL');
  await once(child, 'exit');
});

test('waiting for the end of what is open can be called off', async () => {
  const leaks = watchLeaks();
  const timer = setInterval(() => undefined, 60_000);
  const stop = new AbortController();
  const waiting = leaks.settled({ withinMs: 60_000, signal: stop.signal });
  stop.abort();
  await expect(waiting).rejects.toThrow(/abort/i);
  clearInterval(timer);
});
