import type { Job } from '@rendercast/client';
import { useClient } from '@rendercast/client/react';
import { EmptyState, Panel } from '../parts/panel.js';
import { readApiKey } from '../shell/api-key.js';
import { CopyButton } from './copy-button.js';
import { type RequestLines, requestLines } from './request-lines.js';

const TITLES: readonly (readonly [keyof RequestLines, string])[] = [
  ['curl', 'Submit it with curl'],
  ['follow', 'Follow it with curl'],
  ['sdk', 'Submit and follow it with the SDK'],
  ['react', 'Show it in React'],
];

/** Lines to paste for the request of a job. */
export function RequestView({ job }: { job: Job | null }) {
  const client = useClient();
  if (job === null)
    return (
      <EmptyState icon="console" title="No request yet">
        Make something, and its request stands here as lines to paste.
      </EmptyState>
    );
  const lines = requestLines(job, client.address(''), readApiKey() !== undefined);
  return (
    <div className="console-lines">
      {TITLES.map(([name, title]) => (
        <Panel key={name} title={title} actions={<CopyButton text={lines[name]} what={title} />}>
          <pre className="code" tabIndex={0} aria-label={title}>
            {lines[name]}
          </pre>
        </Panel>
      ))}
    </div>
  );
}
