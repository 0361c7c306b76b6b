import { afterAll, beforeAll, describe } from 'vitest';
import { systemClock } from '../../../clock.js';
import { createSilentLogger } from '../../../logger.js';
import { busContract } from '../bus.contract.js';
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
});
