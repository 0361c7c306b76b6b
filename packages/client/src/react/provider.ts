import { createContext, createElement, type ReactElement, type ReactNode, useContext, useState } from 'react';
import { type Client, createClient } from '../client.js';
import type { ClientOptions } from '../options.js';
import { tabSocket } from '../tabs/tab-socket.js';

const ClientContext = createContext<Client | null>(null);

/** What the provider takes. */
export interface RendercastProviderProps {
  /** A client of your own; you close it. */
  client?: Client | undefined;
  /** Or what to make one with, read once. Default: this page's server, no key, and one connection for all tabs. */
  options?: ClientOptions | undefined;
  children?: ReactNode;
}

/**
 * Gives its children one client, and with it one connection, which tabs of the same browser share unless the options name a
 * `webSocket`. A client that it made needs no closing: it holds a connection only while components follow something, and
 * lets go of it a moment after the last.
 */
export function RendercastProvider({ client, options, children }: RendercastProviderProps): ReactElement {
  const [own] = useState(() => client ?? createClient({ ...options, webSocket: options?.webSocket ?? tabSocket() }));
  return createElement(ClientContext.Provider, { value: client ?? own }, children);
}

/** The client of the provider around. Throws when there is none. */
export function useClient(): Client {
  const client = useContext(ClientContext);
  if (client === null) throw new Error('useClient needs a <RendercastProvider> around it.');
  return client;
}
