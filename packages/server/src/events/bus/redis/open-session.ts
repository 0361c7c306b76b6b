import type { Redis } from 'ioredis';
import type { Clock } from '../../../clock.js';
import type { Address } from './address.js';
import { openClusterSession } from './cluster-session.js';
import { askInfo, connect, openingFault } from './connect.js';
import { SHARDS } from './names.js';
import { BusOpenError } from './open-error.js';
import { TELL_FACTS, TELL_LEVEL } from './scripts.js';
import type { Session, SessionEvents } from './session.js';
import { openSingleSession } from './single-session.js';

export interface SessionOptions {
  addresses: readonly Address[];
  prefix: string;
  /** Name of the connections, as Redis lists them. */
  name: string;
  clock: Clock;
}

/**
 * Opens a session with the first address that answers; whether it is a cluster is asked of it.
 *
 * @throws BusOpenError where waiting does not help, Error with the reason where it may
 */
export async function openSession(
  options: SessionOptions,
  events: SessionEvents,
  signal: AbortSignal,
): Promise<Session> {
  const { redis, address } = await connectFirst(options, signal);
  let session: Session | null = null;
  try {
    const { isCluster, major } = await askInfo(redis, address.shown);
    if (!isCluster && options.addresses.length > 1)
      throw new BusOpenError(
        'bad_address',
        `several addresses of Redis were given, but ${address.shown} is no node of a cluster: name one server, or the nodes of a cluster`,
      );
    if (isCluster) {
      redis.disconnect();
      session = await openClusterSession({ ...options, sharded: major >= 7 }, events, signal);
    } else session = await openSingleSession(redis, { ...options, address }, events, signal);
    await tryOut(session, options.prefix);
    return session;
  } catch (error) {
    session?.close();
    redis.disconnect();
    throw openingFault(error, address.shown);
  }
}

async function connectFirst(
  { addresses, name }: SessionOptions,
  signal: AbortSignal,
): Promise<{ redis: Redis; address: Address }> {
  let fault: unknown = new BusOpenError('bad_address', 'no address of Redis was given');
  for (const address of addresses) {
    const { host, port, entry, shown } = address;
    try {
      return { redis: await connect({ host, port, ...entry, connectionName: name }, shown, signal), address };
    } catch (error) {
      fault = error;
    }
  }
  throw fault;
}

/** Runs what the bus lives on in every shard, so that a missing right or a node that takes no writes shows now. */
async function tryOut(session: Session, prefix: string): Promise<void> {
  await Promise.all(
    Array.from({ length: SHARDS }, async (_, shard) => {
      const stem = `${prefix}:{${prefix}:${shard}}:try`;
      const channels = [session.publish, `${stem}:f`, `${stem}:F`];
      const level = ['progress', 0, 0, 0, '', 1, ...channels];
      await session.run(TELL_LEVEL, [stem, `${stem}:w`, `${stem}:W`], level);
      await session.run(TELL_FACTS, [stem], ['', 1, ...channels]); // nothing stays
    }),
  );
}
