import { useConnection } from '@rendercast/client/react';

const WORDS = {
  idle: 'Ready',
  connecting: 'Connecting',
  open: 'Live',
  waiting: 'Reconnecting',
  offline: 'Offline',
  closed: 'Closed',
} as const;

/** How the page stands with its server. */
export function ConnectionBadge() {
  const { status, transport } = useConnection();
  return (
    <span
      className="badge"
      data-status={status}
      role="status"
      title={transport === null ? undefined : `over ${transport}`}
    >
      <span className="dot" aria-hidden="true" />
      {WORDS[status]}
    </span>
  );
}
