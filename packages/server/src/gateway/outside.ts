import type { IncomingMessage } from 'node:http';
import type { Dialect } from '@rendercast/protocol';
import type { Config } from '../config.js';
import type { Proxies } from './proxies.js';

/**
 * How the caller reached this server, for absolute addresses: the configured address, else what a trusted proxy says,
 * else the request's own.
 */
export function originOf(
  { config, proxies }: { config: Pick<Config, 'publicUrl'>; proxies: Proxies },
  request: IncomingMessage,
): string {
  if (config.publicUrl !== '') return config.publicUrl;
  const { host, protocol } = proxies.forwardedOf(request);
  return `${protocol ?? 'http'}://${host ?? request.headers.host ?? 'localhost'}`;
}

/** The engine that a dialect's jobs run on. */
export function engineOf(config: Pick<Config, 'dialectEngines'>, dialect: Pick<Dialect, 'name'>): string {
  return config.dialectEngines[dialect.name] ?? 'auto';
}
