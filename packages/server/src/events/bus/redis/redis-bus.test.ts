import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { systemClock } from '../../../clock.js';
import { createSilentLogger } from '../../../logger.js';
import { busContract, createHearer, nextJobId } from '../bus.contract.js';
import { openRedisBus } from './open-redis-bus.js';
import { NO_REDIS, REDIS_SERVER, type RedisServer, startRedisServer } from './redis-server.contract.js';

describe.skipIf(REDIS_SERVER === null)(`one Redis${REDIS_SERVER === null ? ` (${NO_REDIS})` : ''}`, () => {
  let server: RedisServer;
  beforeAll(async () => {
    server = await startRedisServer();
  });
  afterAll(() => server.close());

  let houses = 0;
  busContract({
    name: 'Redis',
    async open() {
      const options = {
        urls: server.url,
        prefix: `exam-${houses++}`,
        clock: systemClock,
        logger: createSilentLogger(),
      };
      const [bus, peer] = await Promise.all([openRedisBus(options), openRedisBus(options)]);
      return { bus, peer, close: async () => void (await Promise.all([bus.close(), peer.close()])) };
    },
  });

  test('a wish for previews is told to the process that runs the job, which need not ask again', async () => {
    // By this clock it is never time to ask a second time.
    const clock = { ...systemClock, monotonic: () => 0 };
    const options = { urls: server.url, prefix: 'wishes', clock, logger: createSilentLogger() };
    const [gateway, worker] = await Promise.all([openRedisBus(options), openRedisBus(options)]);
    const job = nextJobId();
    const hears = createHearer();
    await worker.listen({ job, levels: false }, hears.listener);
    expect(worker.wantsPreviews(job)).toBe(false);
    const watching = await gateway.listen({ job }, hears.listener);
    watching.wantPreviews(true);
    await vi.waitFor(() => expect(worker.wantsPreviews(job)).toBe(true), { timeout: 10_000 });
    await Promise.all([gateway.close(), worker.close()]);
  });
});
