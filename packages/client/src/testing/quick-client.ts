import { WebSocket } from 'ws';
import { type Client, createClient } from '../client.js';
import type { ClientOptions, Timing } from '../options.js';

/** Times that keep tests short without changing what happens. */
const QUICK: Partial<Timing> = {
  handshakeMs: 400,
  silenceMs: 1_000,
  pongMs: 150,
  requestMs: 3_000,
  pollWaitMs: 400,
  lingerMs: 10,
  upgradeMs: 300,
  retryBaseMs: 5,
  retryMaxMs: 60,
};

/** A client with short times and the `ws` package's sockets. */
export function quickClient(url: string, { timing, ...options }: ClientOptions = {}): Client {
  return createClient({ url, webSocket: WebSocket, timing: { ...QUICK, ...timing }, ...options });
}
