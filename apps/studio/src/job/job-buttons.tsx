import type { Job } from '@rendercast/client';
import { isEnded } from '@rendercast/client';
import { useClient } from '@rendercast/client/react';
import { useState } from 'react';
import { Button, ButtonLink, IconButton } from '../parts/button.js';
import { Confirm } from '../parts/dialog.js';
import { useJobActions } from './use-job-actions.js';

/** What can be done about a job, as a row of buttons. `onRetried` is told the new job. */
export function JobButtons({
  job,
  size = 'normal',
  onRetried,
}: {
  job: Job;
  size?: 'normal' | 'small';
  onRetried?: ((id: string) => void) | undefined;
}) {
  const client = useClient();
  const actions = useJobActions();
  const [asking, setAsking] = useState(false);
  const [only] = job.outputs.length === 1 ? job.outputs : [];

  async function retry(): Promise<void> {
    const id = await actions.retry(job);
    if (id !== null) onRetried?.(id);
  }

  if (!isEnded(job)) {
    return (
      <div className="button-row">
        <Button size={size} icon="stop" disabled={job.canceling} onClick={() => void actions.cancel(job)}>
          {job.canceling ? 'Stopping…' : 'Cancel'}
        </Button>
        <Button size={size} tone="quiet" icon="copy" onClick={() => actions.duplicate(job)}>
          Duplicate
        </Button>
      </div>
    );
  }
  return (
    <div className="button-row">
      <Button size={size} icon="retry" disabled={job.removed} onClick={() => void retry()}>
        {job.state === 'succeeded' ? 'Make another' : 'Retry'}
      </Button>
      <Button size={size} tone="quiet" icon="copy" disabled={job.removed} onClick={() => actions.duplicate(job)}>
        Duplicate
      </Button>
      {only === undefined ? null : (
        <ButtonLink
          size={size}
          tone="quiet"
          icon="download"
          href={client.address(only.artifact.url ?? '')}
          download={only.artifact.name}
        >
          Download
        </ButtonLink>
      )}
      <IconButton
        size={size}
        icon="star"
        filled={job.favorite}
        label="Favourite"
        aria-pressed={job.favorite}
        disabled={job.removed}
        onClick={() => void actions.favorite(job, !job.favorite)}
      />
      <IconButton size={size} icon="trash" label="Delete" disabled={job.removed} onClick={() => setAsking(true)} />
      {asking ? (
        <Confirm
          title="Delete this job?"
          action="Delete"
          onClose={() => setAsking(false)}
          onConfirm={() => void actions.remove(job)}
        >
          Its files and its words go with it. This cannot be undone.
        </Confirm>
      ) : null}
    </div>
  );
}
