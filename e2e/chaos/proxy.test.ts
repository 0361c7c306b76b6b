import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { watchLeaks } from '../rules/leaks.js';
import type { Faults } from './faults.js';
import { createFaultProxy, type FaultProxy } from './proxy.js';
import { parseProxyOptions } from './proxy-options.js';

/** What a socket went through. */
interface Witness {
  socket: Socket;
  chunks: Buffer[];
  /** How it ended: in good form or torn; pending while it lives. */
  ended: Promise<'closed' | 'torn'>;
  received(bytes: number): Promise<Buffer>;
}

function witness(socket: Socket): Witness {
  const chunks: Buffer[] = [];
  let isTorn = false;
  let wake: () => void = () => undefined;
  socket.on('data', (chunk: Buffer) => {
    chunks.push(chunk);
    wake();
  });
  socket.on('error', () => {
    isTorn = true;
  });
  const ended = new Promise<'closed' | 'torn'>((resolve) => {
    socket.once('close', () => {
      resolve(isTorn ? 'torn' : 'closed');
      wake();
    });
  });
  const length = (): number => chunks.reduce((sum, chunk) => sum + chunk.length, 0);
  return {
    socket,
    chunks,
    ended,
    async received(bytes) {
      while (length() < bytes) {
        if (socket.closed) throw new Error(`closed before ${bytes} bytes had come`);
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
      return Buffer.concat(chunks);
    },
  };
}

let server: Server;
let atServer: Promise<Witness>;
let proxy: FaultProxy;
const sockets: Socket[] = [];
const leaks = { watch: watchLeaks() };

beforeEach(async () => {
  leaks.watch = watchLeaks();
  server = createServer();
  atServer = new Promise((resolve) => {
    server.on('connection', (socket) => {
      sockets.push(socket);
      resolve(witness(socket));
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
});

afterEach(async () => {
  await proxy.close();
  for (const socket of sockets.splice(0)) socket.destroy();
  server.close();
  expect(await leaks.watch.settled()).toEqual([]);
});

/** A client and the server it reached, with the proxy between them. */
async function joined(faults: Faults = {}): Promise<{ client: Witness; far: Witness }> {
  proxy = await createFaultProxy({ target: { port: (server.address() as AddressInfo).port }, faults });
  return { client: await dial(), far: await atServer };
}

/** Another client, by way of the proxy or of a given port. */
async function dial(port = proxy.port): Promise<Witness> {
  const socket = connect(port, '127.0.0.1');
  sockets.push(socket);
  const client = witness(socket);
  await Promise.race([once(socket, 'connect').catch(() => undefined), client.ended]);
  return client;
}

/** The next connection that reaches the server. */
const nextAtServer = (): Promise<Witness> =>
  new Promise((resolve) => server.once('connection', (socket) => resolve(witness(socket))));

const bytes = (length: number): Buffer => Buffer.from(Array.from({ length }, (_, index) => index % 251));

describe('a line without faults', () => {
  test('carries bytes both ways, counts them, and passes on the end', async () => {
    const { client, far } = await joined();
    client.socket.write(bytes(1000));
    expect(await far.received(1000)).toEqual(bytes(1000));
    far.socket.write(bytes(500));
    expect(await client.received(500)).toEqual(bytes(500));
    expect(proxy.passed).toEqual({ up: 1000, down: 500 });
    expect([proxy.open, proxy.made]).toEqual([1, 1]);
    client.socket.end();
    expect(await far.ended).toBe('closed');
  });

  test('carries megabytes in order to a reader that is slow to start', async () => {
    const { client, far } = await joined();
    far.socket.pause();
    const sent = bytes(5_000_000);
    client.socket.write(sent);
    await new Promise(
      (resolve) => client.socket.once('drain', resolve).once('close', resolve) && setImmediate(resolve),
    );
    far.socket.resume();
    expect((await far.received(sent.length)).equals(sent)).toBe(true);
  });

  test('a side that is torn tears the other', async () => {
    const { client, far } = await joined();
    client.socket.resetAndDestroy();
    expect(await far.ended).toBe('torn');
  });

  test('a server that is not there is a torn connection', async () => {
    const { port } = server.address() as AddressInfo;
    server.close();
    proxy = await createFaultProxy({ target: { port } });
    expect(await (await dial()).ended).toBe('torn');
  });
});

describe('delay and throttle', () => {
  test('a delay holds every byte back, in order, and only in its direction', async () => {
    const { client, far } = await joined({ up: { delayMs: 120 } });
    const startedMs = performance.now();
    client.socket.write('a');
    client.socket.write('b');
    expect(String(await far.received(2))).toBe('ab');
    expect(performance.now() - startedMs).toBeGreaterThanOrEqual(115);
    proxy.set({ up: { delayMs: 60_000 } });
    client.socket.write('late');
    far.socket.write('c');
    expect(String(await client.received(1))).toBe('c');
    expect(far.chunks.join('')).toBe('ab');
  });

  test('a delay is no throttle: chunks that follow each other do not add up', async () => {
    const { client, far } = await joined({ up: { delayMs: 100 } });
    const startedMs = performance.now();
    for (let index = 0; index < 20; index += 1) {
      client.socket.write(bytes(10));
      await new Promise((resolve) => setImmediate(resolve));
    }
    await far.received(200);
    expect(performance.now() - startedMs).toBeLessThan(1_500);
  });

  test('a throttle keeps its rate', async () => {
    const { client, far } = await joined({ up: { bytesPerSecond: 10_000 } });
    const startedMs = performance.now();
    client.socket.write(bytes(3000));
    expect(await far.received(3000)).toEqual(bytes(3000));
    expect(performance.now() - startedMs).toBeGreaterThanOrEqual(240);
  });
});

describe('ends', () => {
  test.each([0, 1, 7, 100])('a cut after %i bytes lets exactly those through', async (place) => {
    const { client, far } = await joined({ down: { cutAfterBytes: place } });
    far.socket.write(bytes(200));
    expect(await client.ended).toBe('closed');
    expect(Buffer.concat(client.chunks)).toEqual(bytes(200).subarray(0, place));
    expect(['closed', 'torn']).toContain(await far.ended);
  });

  test('a reset after some bytes tears both sides', async () => {
    const { client, far } = await joined({ up: { resetAfterBytes: 10 } });
    client.socket.write(bytes(20));
    expect(await client.ended).toBe('torn');
    // Bytes and RST that come in one turn of the loop read as bytes and an end: libuv does not look for the error then.
    expect(['closed', 'torn']).toContain(await far.ended);
    expect(Buffer.concat(far.chunks).length).toBeLessThanOrEqual(10);
  });

  test('a reset at command tears both sides, with no end before it', async () => {
    const { client, far } = await joined();
    let ends = 0;
    for (const { socket } of [client, far]) socket.on('end', () => (ends += 1));
    proxy.reset();
    expect(await Promise.all([client.ended, far.ended])).toEqual(['torn', 'torn']);
    expect(ends).toBe(0);
  });

  test('a cut at command leaves the proxy ready for the next connection', async () => {
    const first = await joined();
    proxy.cut();
    expect(await first.client.ended).toBe('closed');
    const second = await dial();
    proxy.reset();
    expect(await second.ended).toBe('torn');
    expect(['closed', 'torn']).toContain(await first.far.ended);
  });

  test('refused connections are torn at once and reach no server', async () => {
    proxy = await createFaultProxy({
      target: { port: (server.address() as AddressInfo).port },
      faults: { refuse: true },
    });
    expect(await (await dial()).ended).toBe('torn');
    proxy.set({});
    const next = await dial();
    const far = await atServer;
    next.socket.write('x');
    expect(String(await far.received(1))).toBe('x');
  });
});

describe('half-open', () => {
  test('after its bytes a silent line passes nothing, not even the end, and nobody is told', async () => {
    const { client, far } = await joined({ down: { silentAfterBytes: 5 } });
    far.socket.write(bytes(100));
    await client.received(5);
    far.socket.end();
    client.socket.write('still here');
    expect(String(await far.received(10))).toBe('still here');
    expect(Buffer.concat(client.chunks)).toEqual(bytes(5));
    expect(client.socket.readyState).toBe('open');
  });

  test('a silent line takes all that is sent, so the sender notices nothing', async () => {
    const { client } = await joined({ up: { silentAfterBytes: 0 } });
    const taken = new Promise((resolve) => client.socket.write(bytes(3_000_000), resolve));
    await taken;
    expect(proxy.passed.up).toBe(0);
  });

  test('a frozen connection is silent both ways and survives the death of the other side; new ones work', async () => {
    const { client, far } = await joined();
    proxy.freeze();
    client.socket.write('lost');
    far.socket.resetAndDestroy();
    const arrived = once(server, 'connection');
    await dial();
    await arrived;
    expect(client.socket.readyState).toBe('open');
    expect(client.chunks).toEqual([]);
  });
});

describe('split frames', () => {
  test('segments of one byte arrive one by one, and whole', async () => {
    const { client, far } = await joined({ down: { segmentBytes: 1, pauseMs: 60_000 } });
    far.socket.write(bytes(40));
    expect(await client.received(1)).toEqual(bytes(1));
    proxy.reset();
    proxy.set({ down: { segmentBytes: 1 } });
    const arrived = nextAtServer();
    const second = await dial();
    (await arrived).socket.write(bytes(40));
    expect(await second.received(40)).toEqual(bytes(40));
  });

  test('a frame can be split at any of its bytes', async () => {
    const frame = bytes(12);
    await joined();
    for (let place = 1; place < frame.length; place += 1) {
      for (const pauseMs of [60_000, 1]) {
        proxy.set({ up: { splitAt: [place], pauseMs } });
        const arrived = nextAtServer();
        const { socket } = await dial();
        const far = await arrived;
        socket.write(frame);
        // With the long pause only the first part comes, with the short one the rest follows.
        const expected = pauseMs > 1 ? frame.subarray(0, place) : frame;
        expect(await far.received(expected.length)).toEqual(expected);
      }
    }
  });

  test('faults can be changed while bytes flow', async () => {
    const { client, far } = await joined({ up: { silentAfterBytes: 4 } });
    client.socket.write('abcdefgh');
    await far.received(4);
    proxy.set({});
    client.socket.write('heard');
    await expect.poll(() => String(Buffer.concat(far.chunks))).toMatch(/^abcd.*heard$/);
  });
});

describe('the program', () => {
  test('reads its arguments and says what is wrong with them', () => {
    expect(
      parseProxyOptions(['--target', 'db.test:81', '--listen', '9', '--delay-ms', '5', '--down-delay-ms', '7']),
    ).toEqual({
      target: { host: 'db.test', port: 81 },
      port: 9,
      faults: { up: { delayMs: 5 }, down: { delayMs: 7 } },
    });
    expect(parseProxyOptions(['--target', '81', '--up-split-at', '1,5'])).toMatchObject({
      faults: { up: { splitAt: [1, 5] } },
    });
    expect(parseProxyOptions([])).toMatch(/--target/);
    expect(parseProxyOptions(['--target', '81', '--delay-ms', 'long'])).toMatch(/--delay-ms needs a number/);
    expect(parseProxyOptions(['--target', '81', '--tea'])).toMatch(/tea/);
  });

  test('runs, says where it listens, carries bytes, and stops at SIGTERM', async () => {
    proxy = await createFaultProxy({ target: { port: 1 } });
    const program = fileURLToPath(new URL('./proxy.ts', import.meta.url));
    const { port } = server.address() as AddressInfo;
    const child = spawn(process.execPath, ['--import', 'tsx', program, '--target', `127.0.0.1:${port}`], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const [line] = (await once(createInterface(child.stdout), 'line')) as [string];
    const { socket } = await dial(Number(/:(\d+)$/.exec(line)?.[1]));
    socket.write('hello');
    expect(String(await (await atServer).received(5))).toBe('hello');
    child.kill('SIGTERM');
    expect(await once(child, 'exit')).toEqual([0, null]);
  });
});
