import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { systemClock } from '../../../clock.js';
import { createSilentLogger } from '../../../logger.js';
import { busContract, createHearer, historyOf, nextJobId } from '../bus.contract.js';
import { parseAddresses } from './address.js';
import { openClusterSession } from './cluster-session.js';
import { createNames } from './names.js';
import { openRedisBus } from './open-redis-bus.js';
import { type RedisCluster, startRedisCluster } from './redis-cluster.contract.js';
import { NO_REDIS, REDIS_SERVER } from './redis-server.contract.js';
import { TELL_FACTS } from './scripts.js';

describe.skipIf(REDIS_SERVER === null)(`a Redis cluster${REDIS_SERVER === null ? ` (${NO_REDIS})` : ''}`, () => {
  let cluster: RedisCluster;
  beforeAll(async () => {
    cluster = await startRedisCluster();
  });
  afterAll(() => cluster.close());

  let houses = 0;
  async function openPair() {
    const options = { prefix: `exam-${houses++}`, clock: systemClock, logger: createSilentLogger() };
    // Any node names the others.
    const [bus, peer] = await Promise.all([
      openRedisBus({ ...options, urls: cluster.urls }),
      openRedisBus({ ...options, urls: cluster.urls.slice(1, 2) }),
    ]);
    return { bus, peer, close: async () => void (await Promise.all([bus.close(), peer.close()])) };
  }
  busContract({ name: 'a Redis cluster', open: openPair });

  test('messages go to the node of their shard only, and kept levels are spread over all nodes', async () => {
    const { bus, peer, close } = await openPair();
    try {
      const jobs = Array.from({ length: 60 }, nextJobId);
      const hears = createHearer();
      for (const job of jobs) await bus.listen({ job }, hears.listener);
      const listened = await Promise.all(
        cluster.nodes.map(async (node) => {
          const client = node.client();
          const sharded = (await client.call('PUBSUB', 'SHARDCHANNELS')) as string[];
          expect(await client.pubsub('CHANNELS')).toEqual([]);
          return sharded.length;
        }),
      );
      expect(Math.min(...listened)).toBeGreaterThan(0);
      expect(listened.reduce((sum, count) => sum + count, 0)).toBe(2 * jobs.length);
      for (const job of jobs) peer.publishFacts([historyOf(job).queued()]);
      await vi.waitFor(() => expect(hears.facts).toHaveLength(jobs.length));
    } finally {
      await close();
    }
  });

  test('a cluster without sharded messages (before version 7) is heard through any of its nodes', async () => {
    const heard: string[] = [];
    const addresses = parseAddresses(cluster.urls);
    const options = { addresses, prefix: 'old', name: 'rendercast', clock: systemClock, sharded: false };
    const failed = (reason: string): void => expect.unreachable(reason);
    const message = (_: Buffer, bytes: Buffer): void => void heard.push(bytes.toString());
    const session = await openClusterSession(options, { message, failed }, new AbortController().signal);
    try {
      const names = createNames('old');
      const jobs = Array.from({ length: 12 }, nextJobId);
      await session.subscribe(jobs.map((job) => names.jobChannel('facts', job)));
      for (const job of jobs) {
        const channels = [names.jobChannel('facts', job), names.feedChannel('facts', names.shardOf(job))];
        await session.run(TELL_FACTS, [names.keptKey(job)], [job, 0, session.publish, ...channels]);
      }
      await vi.waitFor(() => expect(heard.sort()).toEqual(jobs));
    } finally {
      session.close();
    }
  });

  test('when slots move to another node, everything is heard again from there', async () => {
    const { bus, peer, close } = await openPair();
    try {
      const job = nextJobId();
      const hears = createHearer();
      await bus.listen({ job }, hears.listener);
      const clients = cluster.nodes.map((node) => node.client());
      const ids = await Promise.all(clients.map(async (client) => String(await client.cluster('MYID'))));
      const holder = await Promise.all(
        clients.map(async (client) =>
          ((await client.call('PUBSUB', 'SHARDCHANNELS')) as string[]).find((one) => one.endsWith(job)),
        ),
      );
      const from = holder.findIndex((channel) => channel !== undefined);
      const to = (from + 1) % 3;
      const slot = Number(await clients[0]?.cluster('KEYSLOT', holder[from] ?? ''));
      await clients[to]?.call('CLUSTER', 'SETSLOT', String(slot), 'NODE', ids[to] ?? '');
      await clients[from]?.call('CLUSTER', 'SETSLOT', String(slot), 'NODE', ids[to] ?? '');
      await vi.waitFor(() => expect(hears.missed()).toBeGreaterThan(1), { timeout: 15_000 });
      await vi.waitFor(
        () => {
          peer.publishFacts([historyOf(job).queued()]);
          expect(hears.seqs()).toContain(`${job}#1`);
        },
        { timeout: 15_000, interval: 200 },
      );
    } finally {
      await close();
    }
  });

  test('a node that dies and comes back is survived: degraded meanwhile, well after it', async () => {
    const { bus, peer, close } = await openPair();
    try {
      const job = nextJobId();
      const hears = createHearer();
      await bus.listen({ job }, hears.listener);
      await cluster.nodes[2]?.kill();
      await vi.waitFor(() => expect(bus.health().degraded).not.toBeNull(), { timeout: 15_000 });
      await cluster.nodes[2]?.start();
      await vi.waitFor(() => expect([bus.health().degraded, peer.health().degraded]).toEqual([null, null]), {
        timeout: 25_000,
      });
      peer.publishFacts([historyOf(job).queued()]);
      await vi.waitFor(() => expect(hears.seqs()).toEqual([`${job}#1`]), { timeout: 10_000 });
    } finally {
      await close();
    }
  });
});
