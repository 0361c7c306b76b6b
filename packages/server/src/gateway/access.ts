import { createHash } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { type Principal, RendercastError } from '@rendercast/protocol';
import type { Config } from '../config.js';
import type { Proxies } from './proxies.js';

/** Without keys everybody on this machine is this owner and may do everything. */
const LOCAL: Principal = { owner: 'local', roles: ['user', 'operator', 'worker'] };

/** Who may come in, and who they are. */
export interface Access {
  /** Whether keys are configured. */
  readonly keyed: boolean;
  /** Refuses requests that come through a strange web page or host name. */
  checkDoor(request: IncomingMessage): void;
  /** Who a request is from; null when it shows no key. Throws `unauthorized` for a key that is not known. */
  principalOf(request: IncomingMessage): Principal | null;
  /** Who a key belongs to. */
  byToken(token: string): Principal | null;
  /** What a page of this origin may be told by CORS; null: nothing. */
  corsOrigin(origin: string | undefined): string | null;
}

export function createAccess(
  config: Pick<Config, 'apiKeys' | 'allowedOrigins' | 'allowNullOrigin' | 'publicUrl'>,
  proxies: Proxies,
): Access {
  const keyed = config.apiKeys.length > 0;
  // Hashes only: the keys themselves are not kept, and a look-up by hash takes the same time for every wrong key.
  const byHash = new Map<string, Principal>(
    config.apiKeys.map(({ owner, key, roles }) => [hashOf(key), { owner, roles }] as const),
  );

  const originAllowed = (origin: string): boolean => {
    if (keyed) return config.allowedOrigins.includes('*') || config.allowedOrigins.includes(origin);
    if (origin === 'null') return config.allowNullOrigin;
    return isLoopbackOrigin(origin);
  };

  const isOwnPage = (origin: string, host: string | undefined, outerHost: string | null): boolean =>
    origin === config.publicUrl || sameOrigin(origin, host) || (outerHost !== null && sameOrigin(origin, outerHost));

  const byToken = (token: string): Principal | null => (keyed ? (byHash.get(hashOf(token)) ?? null) : LOCAL);

  return {
    keyed,
    byToken,
    checkDoor(request) {
      const { host, origin } = request.headers;
      const { host: outerHost } = proxies.forwardedOf(request);
      // A proxy can only narrow the door: the name it was called by must be let in as well as the one it used.
      if (!keyed && (!isLoopbackHost(host) || (outerHost !== null && !isLoopbackHost(outerHost))))
        throw new RendercastError(
          'forbidden',
          'without keys this server answers only to localhost; configure RENDERCAST_API_KEYS to be reached by other names',
        );
      if (!keyed && !isLoopbackCaller(proxies.addressOf(request)))
        throw new RendercastError(
          'forbidden',
          'without keys this server answers only to this machine; configure RENDERCAST_API_KEYS to be reached through a proxy',
        );
      if (origin === undefined || originAllowed(origin) || isOwnPage(origin, host, outerHost)) return;
      throw new RendercastError(
        'forbidden',
        keyed
          ? 'pages of this origin may not call; add it to RENDERCAST_ALLOWED_ORIGINS'
          : 'without keys only pages of this machine may call',
      );
    },
    principalOf(request) {
      if (!keyed) return LOCAL;
      const token = tokenOf(request);
      if (token === null) return null;
      const principal = byToken(token);
      if (principal === null) throw new RendercastError('unauthorized', 'this key is not known');
      return principal;
    },
    corsOrigin: (origin) => (origin !== undefined && originAllowed(origin) ? origin : null),
  };
}

const hashOf = (token: string): string => createHash('sha256').update(token).digest('hex');

/** A key from `Authorization: Bearer` or `X-API-Key`. */
function tokenOf(request: IncomingMessage): string | null {
  const bearer = /^Bearer +(\S+)$/i.exec(request.headers.authorization ?? '');
  if (bearer?.[1] !== undefined) return bearer[1];
  const key = request.headers['x-api-key'];
  return typeof key === 'string' && key !== '' ? key : null;
}

const LOOPBACK_NAMES = /^(localhost|[a-z0-9-]+\.localhost|127(\.\d{1,3}){3}|\[::1\])$/i;

function isLoopbackHost(host: string | undefined): boolean {
  return host !== undefined && LOOPBACK_NAMES.test(host.replace(/:\d+$/, ''));
}

function isLoopbackOrigin(origin: string): boolean {
  const match = /^https?:\/\/([^/]+)$/i.exec(origin);
  return match !== null && isLoopbackHost(match[1]);
}

/** A page served by this very server. */
function sameOrigin(origin: string, host: string | undefined): boolean {
  return host !== undefined && (origin === `http://${host}` || origin === `https://${host}`);
}

/** Whether an address to listen on can be reached from this machine only. */
export function isLoopbackAddress(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127(\.\d{1,3}){3}$/.test(host);
}

/** Whether a caller's address is this machine's. One that is not known (a local socket) has come through no network. */
function isLoopbackCaller(address: string): boolean {
  return address === '' || isLoopbackAddress(address);
}
