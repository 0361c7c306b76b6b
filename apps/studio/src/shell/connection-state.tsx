import { useConnection } from '@rendercast/client/react';
import { useEffect, useState } from 'react';
import { Icon } from '../parts/icon.js';

const WORDS = {
  idle: 'Ready',
  connecting: 'Connecting',
  open: 'Connected',
  waiting: 'Reconnecting',
  offline: 'Offline',
  closed: 'Closed',
} as const;

/** How the page stands with its server, in a word. */
export function ConnectionWord() {
  const { status, transport } = useConnection();
  return (
    <p
      className="connection"
      data-status={status}
      title={transport === null ? WORDS[status] : `${WORDS[status]} over ${transport}`}
    >
      <span className="connection-dot" aria-hidden="true" />
      <span className="connection-word">{WORDS[status]}</span>
    </p>
  );
}

/** A line lost for less is nobody's business: it mends itself, and a banner that flickers only worries. */
const QUIET_MS = 2_500;

/** Says that the page cannot hear its server, and only when that has lasted. */
export function OfflineBanner() {
  const { status } = useConnection();
  return (
    <div role="status">
      {status === 'waiting' || status === 'offline' ? <Words isOffline={status === 'offline'} /> : null}
    </div>
  );
}

function Words({ isOffline }: { isOffline: boolean }) {
  const [lasts, setLasts] = useState(false);
  useEffect(() => {
    const timer = window.setTimeout(() => setLasts(true), QUIET_MS);
    return () => window.clearTimeout(timer);
  }, []);
  if (!lasts) return null;
  return (
    <p className="offline">
      <Icon name="clock" size={18} />
      {isOffline
        ? 'This device is offline. Jobs go on at the server; the page catches up when the network is back.'
        : 'The server cannot be reached. What it has taken is safe; the page tries again by itself.'}
    </p>
  );
}
