import type { SocketConstructor } from './transports/socket.js';

/** The ways that events can come. */
export type TransportName = 'websocket' | 'sse' | 'poll';

/** Times and tries, for slow networks and for tests. All in milliseconds where the name says so. */
export interface Timing {
  /** Until a transport must have shown that it works. Default 5 000: past it the next one is tried. */
  handshakeMs: number;
  /** A stream that brings not a byte for so long is taken for dead. Default 45 000: three keep-alives of the server. */
  silenceMs: number;
  /** Until a ping must be answered. Default 5 000. */
  pongMs: number;
  /** Until an HTTP request must be answered. Default 30 000. */
  requestMs: number;
  /** How long one long-poll waits for news. Default 25 000: below what proxies cut. */
  pollWaitMs: number;
  /** How long a subscription outlives its last follower. Default 1 000: a component that remounts finds it again. */
  lingerMs: number;
  /** Until a better transport that did not work is tried again; with up to half as much again. Default 60 000. */
  upgradeMs: number;
  /** First and longest wait between attempts to connect. Default 500 and 30 000. */
  retryBaseMs: number;
  retryMaxMs: number;
  /** How often a safe request is tried before its error is thrown. Default 5, about 8 s. */
  attempts: number;
}

const TIMING: Timing = {
  handshakeMs: 5_000,
  silenceMs: 45_000,
  pongMs: 5_000,
  requestMs: 30_000,
  pollWaitMs: 25_000,
  lingerMs: 1_000,
  upgradeMs: 60_000,
  retryBaseMs: 500,
  retryMaxMs: 30_000,
  attempts: 5,
};

/** A key, or a function that gets one; it is asked anew for every attempt. */
export type ApiKey = string | ((signal: AbortSignal) => string | undefined | Promise<string | undefined>);

/** What a client can be made with; everything has a default. */
export interface ClientOptions {
  /** Address of the server, with a path prefix if it has one. Default: the page's own in browsers; else `RENDERCAST_URL`, else http://localhost:8000. */
  url?: string | URL | undefined;
  /** Default: none in browsers; else `RENDERCAST_API_KEY`. */
  apiKey?: ApiKey | undefined;
  /** Ways to receive events, best first. Default: websocket, sse, poll. Those the platform lacks are left out. */
  transports?: readonly TransportName[] | undefined;
  /** The WebSocket class. Default: the global one; Node 20 has none (the `ws` package's fits). */
  webSocket?: SocketConstructor | undefined;
  /** Default: the global one. */
  fetch?: typeof fetch | undefined;
  timing?: Partial<Timing> | undefined;
}

/** Options with their defaults filled in. */
export interface Settings {
  url: URL;
  apiKey: ApiKey | undefined;
  transports: readonly TransportName[];
  webSocket: SocketConstructor | undefined;
  fetch: typeof fetch;
  timing: Timing;
}

/** Fills in what was left out. Throws a TypeError for an address that is none. */
export function settle(options: ClientOptions): Settings {
  const environment = (globalThis as { process?: { env?: Record<string, string | undefined> } }).process?.env ?? {};
  const page = (globalThis as { location?: { origin?: string } }).location?.origin;
  const inPage = page?.startsWith('http') === true;
  const url = new URL(options.url ?? (inPage ? page : (environment['RENDERCAST_URL'] ?? 'http://localhost:8000')));
  if (!url.pathname.endsWith('/')) url.pathname += '/';
  const webSocket = options.webSocket ?? (globalThis as { WebSocket?: SocketConstructor }).WebSocket;
  const wanted = options.transports ?? ['websocket', 'sse', 'poll'];
  return {
    url,
    apiKey: options.apiKey ?? (inPage ? undefined : environment['RENDERCAST_API_KEY']),
    transports: wanted.filter((name) => name !== 'websocket' || webSocket !== undefined),
    webSocket,
    // Called as a plain function: browsers refuse a `fetch` with another `this`.
    fetch: options.fetch ?? ((...request) => globalThis.fetch(...request)),
    timing: { ...TIMING, ...options.timing },
  };
}
