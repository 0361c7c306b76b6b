import type { RedisOptions } from 'ioredis';
import { BusOpenError } from './open-error.js';

/** Where a Redis is, and how it is entered. */
export interface Address {
  host: string;
  port: number;
  /** What this server is called in logs and messages: never with its password. */
  shown: string;
  entry: Pick<RedisOptions, 'username' | 'password' | 'db' | 'tls'>;
}

/**
 * Reads `redis://user:…@host:port/db` or `rediss://…`; several, separated by commas, are nodes of one cluster.
 *
 * @throws BusOpenError `bad_address`, without repeating what was given
 */
export function parseAddresses(urls: string | readonly string[]): Address[] {
  const all = (typeof urls === 'string' ? urls.split(',') : urls).map((url) => url.trim());
  return all.filter((url) => url !== '').map(parseAddress);
}

function parseAddress(url: string): Address {
  const read = URL.canParse(url) ? new URL(url) : null;
  const db = read?.pathname.replace(/^\//, '') ?? '';
  if (read === null || !/^rediss?:$/.test(read.protocol) || read.hostname === '' || !/^\d{0,3}$/.test(db))
    throw new BusOpenError('bad_address', 'the address of Redis is not like redis://user:…@host:6379/0');
  const host = read.hostname.replace(/^\[|\]$/g, '');
  const port = read.port === '' ? 6379 : Number(read.port);
  return {
    host,
    port,
    shown: `${read.hostname}:${port}`,
    entry: {
      ...(read.username === '' ? {} : { username: decodeURIComponent(read.username) }),
      ...(read.password === '' ? {} : { password: decodeURIComponent(read.password) }),
      ...(db === '' ? {} : { db: Number(db) }),
      ...(read.protocol === 'rediss:' ? { tls: {} } : {}),
    },
  };
}
