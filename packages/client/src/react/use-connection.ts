import { useSyncExternalStore } from 'react';
import type { ConnectionState } from '../connection.js';
import { useClient } from './provider.js';

const ON_SERVER: ConnectionState = { status: 'idle', transport: null, error: null };

/** How the client stands with its server. */
export function useConnection(): ConnectionState {
  const { connection } = useClient();
  return useSyncExternalStore(connection.subscribe, connection.get, () => ON_SERVER);
}
