import type { IncomingMessage } from 'node:http';
import type { Dialect } from '@rendercast/protocol';
import type { Config } from '../config.js';

/** How the caller reached this server, for absolute addresses: the configured address, else the request's own. */
export function originOf(config: Pick<Config, 'publicUrl'>, request: IncomingMessage): string {
  if (config.publicUrl !== '') return config.publicUrl.replace(/\/+$/, '');
  return `http://${request.headers.host ?? 'localhost'}`;
}

/** The engine that a dialect's jobs run on. */
export function engineOf(config: Pick<Config, 'dialectEngines'>, dialect: Pick<Dialect, 'name'>): string {
  return config.dialectEngines[dialect.name] ?? 'auto';
}
