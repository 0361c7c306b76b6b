import { once } from 'node:events';
import { createServer, type Server } from 'node:net';
import { PassThrough } from 'node:stream';
import { pino } from 'pino';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { systemClock } from '../../../clock.js';
import { createSilentLogger, type Logger } from '../../../logger.js';
import { createHearer, historyOf, nextJobId } from '../bus.contract.js';
import type { Bus } from '../bus.js';
import { openRedisBus } from './open-redis-bus.js';
import { NO_REDIS, REDIS_SERVER, type RedisServer, startRedisServer } from './redis-server.contract.js';

const SECRET = 'tell-nobody-4711';
const closing: (() => Promise<unknown> | void)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

async function opened(
  urls: string | string[],
  logger: Logger = createSilentLogger(),
  names: { prefix?: string; house?: string } = {},
): Promise<Bus> {
  const bus = await openRedisBus({ urls, prefix: 'opening', ...names, clock: systemClock, logger });
  closing.push(() => bus.close());
  return bus;
}

/** A log that can be read, and what stands in it. */
function createReadableLog(): { logger: Logger; text(): string } {
  const stream = new PassThrough();
  let text = '';
  stream.on('data', (data: Buffer) => {
    text += data.toString();
  });
  return { logger: pino({ level: 'trace' }, stream), text: () => text };
}

test.each(['', 'localhost:6379', 'http://localhost', `redis://:${SECRET}@host:port`, `redis://:${SECRET}@host/first`])(
  'the address "%s" is refused in clear words that repeat nothing of it',
  async (url) => {
    const refusal = await openRedisBus({
      urls: url,
      prefix: 'p',
      clock: systemClock,
      logger: createSilentLogger(),
    }).then(
      () => null,
      (error: unknown) => error,
    );
    expect(refusal).toMatchObject({ name: 'BusOpenError', reason: 'bad_address' });
    expect(String(refusal)).not.toContain(SECRET);
  },
);

test.each(['', 'two words', '{tag}', 'x'.repeat(65)])('the prefix "%s" is refused', async (prefix) => {
  const opening = openRedisBus({ urls: 'redis://localhost', prefix, clock: systemClock, logger: createSilentLogger() });
  await expect(opening).rejects.toMatchObject({ reason: 'bad_prefix' });
});

test('a Redis that is older than 6.2 is refused by its version', async () => {
  const server = await listening(
    createServer((socket) => {
      socket.on('error', () => undefined);
      socket.on('data', (data) => {
        // As version 5 answers: it knows no HELLO.
        for (const command of data.toString().matchAll(/\$\d+\r\n(hello|info|client)\r\n/gi)) {
          const info = '# Server\r\nredis_version:5.0.14\r\n';
          if (command[1]?.toLowerCase() === 'info') socket.write(`$${info.length}\r\n${info}\r\n`);
          else socket.write('-ERR unknown command `HELLO`, with args beginning with: `3`, \r\n');
        }
      });
    }),
  );
  await expect(opened(server)).rejects.toMatchObject({
    reason: 'too_old',
    message: expect.stringMatching(/5\.0\.14.*6\.2/),
  });
});

test('a server that takes the connection and says nothing is given up, and the house starts without it', async () => {
  const server = await listening(createServer((socket) => void socket.on('error', () => undefined)));
  const bus = await opened(server);
  expect(bus.health().degraded).toContain('4000 ms');
});

describe.skipIf(REDIS_SERVER === null)(`a real server${REDIS_SERVER === null ? ` (${NO_REDIS})` : ''}`, () => {
  let server: RedisServer;
  beforeAll(async () => {
    server = await startRedisServer([], SECRET);
    const admin = server.client();
    await admin.acl('SETUSER', 'weak', 'on', `>${SECRET}`, '~*', '&*', '+@all', '-eval', '-evalsha');
  });
  afterAll(() => server.close());
  const at = (entry: string) => server.url.replace('redis://', `redis://${entry}`);

  test.each([
    ['no password', ''],
    ['a wrong password', ':wrong@'],
    ['an unknown user', `nobody:${SECRET}@`],
  ])('%s is refused at the start, in clear words', async (_, entry) => {
    await expect(opened(at(entry))).rejects.toMatchObject({
      reason: 'bad_credentials',
      message: expect.stringContaining(`127.0.0.1:${server.port}`),
    });
  });

  test('a user without the rights is refused, and told which', async () => {
    const refusal = opened(at(`weak:${SECRET}@`));
    await expect(refusal).rejects.toMatchObject({
      reason: 'not_permitted',
      message: expect.stringContaining('evalsha'),
    });
  });

  test('several addresses that are no cluster are refused: processes would not hear each other', async () => {
    const several = [at(`:${SECRET}@`), at(`:${SECRET}@`).replace('127.0.0.1', 'localhost')];
    await expect(opened(several)).rejects.toMatchObject({ reason: 'bad_address' });
  });

  test('with the right password it opens, and no word of it stands in the log, also when all goes wrong', async () => {
    const { logger, text } = createReadableLog();
    const bus = await opened(at(`:${SECRET}@`), logger);
    expect(bus.health().degraded).toBeNull();
    await server.kill();
    await vi.waitFor(() => expect(bus.health().degraded).toContain('ECONNREFUSED'), { timeout: 10_000 });
    await server.start(); // now with the password again
    await vi.waitFor(() => expect(bus.health().degraded).toBeNull(), { timeout: 10_000 });
    expect(text()).toContain('degraded');
    expect(text()).toContain('the bus is up');
    expect(text()).not.toContain(SECRET);
  });

  test('a prefix that a house with another database uses is refused, in words that say what to do; its own nodes come and go', async () => {
    const url = at(`:${SECRET}@`);
    const logger = createSilentLogger();
    for (const name of ['one', 'one'])
      expect((await opened(url, logger, { prefix: 'mine', house: name })).health().degraded).toBeNull();
    const refusal = opened(url, logger, { prefix: 'mine', house: 'two' });
    await expect(refusal).rejects.toMatchObject({
      reason: 'in_use',
      message: expect.stringMatching(/"mine".*another house.*cluster name/s),
    });
    const apart = await opened(url, logger, { prefix: 'ours', house: 'two' });
    expect(apart.health().degraded).toBeNull();
  });

  test('of two houses with one prefix that wait for Redis, one is kept apart when it comes, and says why', async () => {
    const url = at(`:${SECRET}@`);
    await server.kill();
    const open = (house: string) => opened(url, createSilentLogger(), { prefix: 'race', house });
    const buses = [await open('one'), await open('two')];
    await server.start();
    const reasons = () => buses.map((bus) => bus.health().degraded);
    await vi.waitFor(() => {
      expect(reasons()).toContain(null);
      expect(reasons()).toContainEqual(expect.stringContaining('another house'));
    }, 15_000);
    const job = nextJobId();
    const hears = createHearer();
    const [first, second] = buses[0]?.health().degraded === null ? buses : [buses[1], buses[0]];
    await second?.listen({ job }, hears.listener);
    first?.publishFacts([historyOf(job).queued()]);
    expect(hears.seqs()).toEqual([]);
  });

  test('a server that is not there at the start is waited for: degraded, loudly, and then it is used', async () => {
    const { logger, text } = createReadableLog();
    await server.kill();
    const [bus, peer] = [await opened(at(`:${SECRET}@`), logger), await opened(at(`:${SECRET}@`))];
    expect(bus.health().degraded).toContain('ECONNREFUSED');
    expect(text()).toContain('"level":40');
    const job = nextJobId();
    const hears = createHearer();
    await bus.listen({ job }, hears.listener);
    await server.start();
    await vi.waitFor(() => expect([bus.health().degraded, peer.health().degraded]).toEqual([null, null]), {
      timeout: 15_000,
    });
    expect(hears.missed()).toBeGreaterThan(0);
    peer.publishFacts([historyOf(job).queued()]);
    await vi.waitFor(() => expect(hears.seqs()).toEqual([`${job}#1`]));
  });
});

async function listening(server: Server): Promise<string> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  closing.push(() => {
    server.close();
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return `redis://127.0.0.1:${address.port}`;
}
