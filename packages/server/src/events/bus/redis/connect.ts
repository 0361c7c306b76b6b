import { Redis, type RedisOptions } from 'ioredis';
import type { Address } from './address.js';
import { BusOpenError, setUpFault } from './open-error.js';

/** Longest wait for a connection to be made, in milliseconds. */
const CONNECT_TIMEOUT_MS = 2_000;

/** How every connection of the bus behaves: it mends nothing by itself, keeps nothing for later and leaves nothing behind. */
export const CONNECTION = {
  lazyConnect: true,
  connectTimeout: CONNECT_TIMEOUT_MS,
  disconnectTimeout: 500,
  autoResubscribe: false,
  autoResendUnfulfilledCommands: false,
  enableReadyCheck: false,
  maxRetriesPerRequest: 0,
} as const satisfies RedisOptions;

type Target = Pick<Address, 'host' | 'port'> & Address['entry'] & { connectionName: string };

/**
 * Opens one connection and waits until it can be used. The signal ends it, also when it is open already.
 *
 * @throws BusOpenError where the set-up is at fault, Error with the reason where it may pass
 */
export async function connect(target: Target, shown: string, signal: AbortSignal): Promise<Redis> {
  signal.throwIfAborted();
  const redis = new Redis({ ...CONNECTION, ...target, retryStrategy: () => null });
  signal.addEventListener('abort', () => redis.disconnect(), { once: true });
  let reason: unknown;
  redis.on('error', (error: unknown) => {
    reason = error;
  });
  try {
    await redis.connect();
    return redis;
  } catch (error) {
    redis.disconnect();
    throw openingFault(reason ?? error, shown);
  }
}

/** The fault of an opening: of the set-up if it is one, else as it is. */
export function openingFault(error: unknown, shown: string): Error {
  if (error instanceof BusOpenError) return error;
  const fault = setUpFault(error, shown);
  if (fault !== null) return fault;
  const text = error instanceof Error ? error.message : String(error);
  return new Error(`${shown}: ${text.slice(0, 200)}`);
}

/** What a server says of itself. */
export interface ServerInfo {
  /** The version of Redis that it is, or that it stands for (Valkey). */
  version: string;
  major: number;
  isCluster: boolean;
}

/** @throws BusOpenError `too_old` for what is older than 6.2 */
export async function askInfo(redis: Redis, shown: string): Promise<ServerInfo> {
  const text = await redis.info().catch((error: unknown) => {
    throw openingFault(error, shown);
  });
  const version = /^redis_version:(\S+)/m.exec(text)?.[1] ?? '';
  const [major = 0, minor = 0] = version.split('.').map(Number);
  if (!(major > 6 || (major === 6 && minor >= 2)))
    throw new BusOpenError(
      'too_old',
      `Redis at ${shown} is version ${version === '' ? 'unknown' : version.slice(0, 20)}; 6.2 or newer is needed, or Valkey`,
    );
  if (/^loading:1/m.test(text)) throw new Error(`${shown} is loading its data`);
  return { version, major, isCluster: /^cluster_enabled:1/m.test(text) };
}
