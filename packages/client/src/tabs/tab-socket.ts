import type { SocketConstructor, SocketLike } from '../transports/socket.js';
import { createLine } from './line.js';
import { createPresence, type Presence } from './presence.js';

/**
 * A WebSocket class that all tabs of this browser share: `createClient({ webSocket: tabSocket() })`. Tabs of one origin that
 * follow the same server with the same key have one connection between them, held by one of the tabs and handed on when
 * that is closed, frozen or put aside; each fact still reaches each tab once and in order.
 *
 * Undefined where the platform has no Web Locks or no BroadcastChannel (outside browsers, and on pages over plain HTTP from
 * another host): the client then opens a socket of its own, as it would without this.
 */
export function tabSocket(): SocketConstructor | undefined {
  const { document, navigator, BroadcastChannel, WebSocket } = globalThis as Partial<typeof globalThis>;
  if (document === undefined || navigator?.locks === undefined || BroadcastChannel === undefined) return undefined;
  if (WebSocket === undefined) return undefined;
  const presences = new Map<string, Presence>();

  function TabSocket(url: string, protocols?: string | string[]): SocketLike {
    // The number is of what tabs say to each other: pages of different builds may be open at the same time.
    const scope = `rendercast-tabs-1:${url}`;
    const presence = presences.get(scope) ?? createPresence(scope, () => new globalThis.WebSocket(url, protocols));
    presences.set(scope, presence);
    return createLine(scope, presence);
  }
  // `new` on a factory gives what the factory returns.
  return TabSocket as unknown as SocketConstructor;
}
