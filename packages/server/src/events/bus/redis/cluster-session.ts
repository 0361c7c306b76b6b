import { Cluster, type Redis } from 'ioredis';
import type { Clock } from '../../../clock.js';
import type { Address } from './address.js';
import { CONNECTION, connect, openingFault } from './connect.js';
import { subscribeOn, unsubscribeOn } from './link.js';
import { SHARDS, tagOf } from './names.js';
import { watchPulse } from './pulse.js';
import { runScript } from './run-script.js';
import type { Session, SessionEvents } from './session.js';

export interface ClusterSessionOptions {
  addresses: readonly Address[];
  /** First part of all names: with a shard's number it makes the hash tag. */
  prefix: string;
  name: string;
  clock: Clock;
  /** Whether messages go by shard (Redis 7); else every node of the cluster hears every message. */
  sharded: boolean;
}

/**
 * A session with a cluster: a client that finds the node of each key, and a listening connection to each master that
 * holds shards. Any change of who holds what ends it; the next one starts from what is true then.
 */
export async function openClusterSession(
  options: ClusterSessionOptions,
  events: SessionEvents,
  signal: AbortSignal,
): Promise<Session> {
  const { addresses, clock, sharded } = options;
  const shown = addresses.map((address) => address.shown).join(',');
  const cluster = await connectCluster(options, shown, signal);
  const listening = new Map<string, Redis>();
  let routes: Map<string, string>;
  try {
    routes = sharded ? await routesOf(cluster, options.prefix) : new Map<string, string>();
    const keys = sharded ? new Set(routes.values()) : cluster.nodes('master').slice(0, 1).map(keyOf);
    await Promise.all([...keys].map(async (key) => listening.set(key, await connectTo(cluster, key, options, signal))));
  } catch (error) {
    for (const redis of listening.values()) redis.disconnect();
    cluster.disconnect();
    throw error;
  }
  let over = false;
  const stopPulse = watchPulse(
    clock,
    () => [...listening.values(), ...cluster.nodes('master')],
    (forMs) => fail(`a node of the cluster has not answered for ${Math.round(forMs)} ms`),
  );

  function close(): void {
    over = true;
    stopPulse();
    for (const redis of listening.values()) redis.disconnect();
    cluster.disconnect();
  }
  function fail(reason: string): void {
    if (over) return;
    close();
    events.failed(reason);
  }
  function byConnection(channels: readonly string[]): Map<Redis, string[]> {
    const groups = new Map<Redis, string[]>();
    for (const channel of channels) {
      const key = sharded ? routes.get(tagOf(channel)) : [...listening.keys()][0];
      const redis = key === undefined ? undefined : listening.get(key);
      if (redis === undefined) continue; // cannot be: every shard has its node
      groups.set(redis, [...(groups.get(redis) ?? []), channel]);
    }
    return groups;
  }

  for (const [key, redis] of listening) {
    redis.on(sharded ? 'smessageBuffer' : 'messageBuffer', (channel: Buffer, bytes: Buffer) => {
      if (!over) events.message(channel, bytes);
    });
    redis.on('end', () => fail(`the connection to ${key} was lost`));
    redis.on('moved', () => fail('the cluster has moved some of its slots'));
  }
  cluster.on('end', () => fail('the connection to the cluster was lost'));

  return {
    server: shown,
    publish: sharded ? 'SPUBLISH' : 'PUBLISH',
    call: (command, args) => cluster.call(command, [...args]),
    callBuffer: (command, args) => cluster.callBuffer(command, [...args]),
    run: (script, keys, args) => runScript(cluster, script, keys, args),
    async subscribe(channels) {
      const groups = [...byConnection(channels)];
      await Promise.all(groups.map(([redis, group]) => subscribeOn(redis, group, sharded))).catch((error: Error) => {
        fail(`the cluster did not let us listen: ${error.message.slice(0, 200)}`);
      });
    },
    unsubscribe(channels) {
      for (const [redis, group] of byConnection(channels)) unsubscribeOn(redis, group, sharded).catch(() => undefined);
    },
    close,
  };
}

async function connectCluster(
  { addresses, name }: ClusterSessionOptions,
  shown: string,
  signal: AbortSignal,
): Promise<Cluster> {
  const cluster = new Cluster(
    addresses.map(({ host, port }) => ({ host, port })),
    {
      lazyConnect: true,
      enableOfflineQueue: false,
      clusterRetryStrategy: () => null,
      slotsRefreshTimeout: 2_000,
      redisOptions: { ...CONNECTION, ...addresses[0]?.entry, db: 0, connectionName: name },
    },
  );
  signal.addEventListener('abort', () => cluster.disconnect(), { once: true });
  let reason: unknown;
  cluster.on('error', (error: unknown) => {
    reason = error;
  });
  cluster.on('node error', (error: unknown) => {
    reason ??= error;
  });
  try {
    await cluster.connect();
    return cluster;
  } catch (error) {
    cluster.disconnect();
    throw openingFault(reason ?? error, shown);
  }
}

/** Which master holds each shard, by hash tag. */
async function routesOf(cluster: Cluster, prefix: string): Promise<Map<string, string>> {
  const tags = Array.from({ length: SHARDS }, (_, shard) => `${prefix}:${shard}`);
  const entries = await Promise.all(
    tags.map(async (tag): Promise<[string, string]> => {
      const slot = Number(await cluster.call('CLUSTER', ['KEYSLOT', tag]));
      const master = cluster.slots[slot]?.[0];
      if (master === undefined) throw new Error(`no node of the cluster holds slot ${slot}`);
      return [tag, master];
    }),
  );
  return new Map(entries);
}

const keyOf = (redis: Redis): string => `${redis.options.host ?? ''}:${redis.options.port ?? 0}`;

async function connectTo(
  cluster: Cluster,
  key: string,
  { addresses, name }: ClusterSessionOptions,
  signal: AbortSignal,
): Promise<Redis> {
  const { host, port } = cluster.nodes('all').find((redis) => keyOf(redis) === key)?.options ?? {};
  if (host === undefined || port === undefined) throw new Error(`the cluster's node ${key} is not known`);
  return connect({ host, port, ...addresses[0]?.entry, db: 0, connectionName: `${name}-listens` }, key, signal);
}
