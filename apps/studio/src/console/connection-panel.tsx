import type { ConnectionState } from '@rendercast/client';
import { useClient, useConnection } from '@rendercast/client/react';
import { useEffect, useState } from 'react';
import { Panel } from '../parts/panel.js';
import { wordsOf } from '../shell/words.js';

interface Change {
  atMs: number;
  words: string;
}

const WORDS = {
  idle: 'Nothing is followed, so nothing is open',
  connecting: 'Connecting',
  open: 'Open',
  waiting: 'Waiting to try again',
  offline: 'Offline',
  closed: 'Closed',
} as const;
const WAYS = { websocket: 'WebSocket', sse: 'Server-sent events', poll: 'Long-poll' } as const;
const KEPT = 5;

/** How this page itself is connected, and how that went. */
export function ConnectionPanel() {
  const { connection } = useClient();
  const state = useConnection();
  const { status, error } = state;
  const [changes, setChanges] = useState<readonly Change[]>([]);
  useEffect(
    () =>
      connection.subscribe(() => {
        const change = { atMs: Date.now(), words: wordsOfState(connection.get()) };
        setChanges((before) => [change, ...before].slice(0, KEPT));
      }),
    [connection],
  );
  return (
    <Panel title="This page’s connection">
      <p className="console-status" data-status={status} role="status">
        <span className="console-dot" aria-hidden="true" />
        {wordsOfState(state)}
      </p>
      {error === null || status === 'open' ? null : <p className="quiet">{wordsOf(error)}</p>}
      <ol className="console-changes quiet small">
        {changes.slice(1).map(({ atMs, words }) => (
          <li key={atMs}>
            {new Date(atMs).toLocaleTimeString()} {words}
          </li>
        ))}
      </ol>
    </Panel>
  );
}

function wordsOfState({ status, transport }: ConnectionState): string {
  return transport === null ? WORDS[status] : `${WORDS[status]} over ${WAYS[transport]}`;
}
