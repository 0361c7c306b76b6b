import type { ReactElement } from 'react';
import { useConnection } from '../use-connection.js';
import { useSettled } from '../use-settled.js';
import { useWords } from '../words.js';

/** A change that passes within this is not told aloud, in milliseconds. */
const SETTLED_MS = 2_000;

/** How the page stands with its server. */
export function ConnectionBadge({ className = '' }: { className?: string | undefined }): ReactElement {
  const words = useWords();
  const { status, transport } = useConnection();
  const settled = useSettled(status, SETTLED_MS);
  return (
    <span className={`rc-badge ${className}`} data-status={status} title={transport ?? undefined}>
      <span className="rc-dot" aria-hidden="true" />
      <span aria-hidden="true">{words.connection[status]}</span>
      <span className="rc-unseen" role="status">
        {words.connection[settled]}
      </span>
    </span>
  );
}
