import { useClient } from '@rendercast/client/react';
import { useEffect } from 'react';
import { JobFacts } from '../job/job-facts.js';
import { useJobActions } from '../job/use-job-actions.js';
import { useLiveJob } from '../job/use-live-job.js';
import { ButtonLink, IconButton } from '../parts/button.js';
import { Dialog } from '../parts/dialog.js';
import { EmptyState } from '../parts/panel.js';
import { linkTo } from '../shell/router.js';
import { titleOf } from '../shell/title.js';
import { type GalleryItem, itemsOf } from './item.js';
import { TagEditor } from './tag-editor.js';

/** One item in full: large, with all it was made with. Arrow keys go to its neighbours. */
export function Detail({
  jobId,
  slot,
  onClose,
  onStep,
  onDelete,
}: {
  jobId: string;
  slot: number;
  onClose: () => void;
  /** To the next or the one before. */
  onStep: (by: 1 | -1) => void;
  onDelete: (item: GalleryItem) => void;
}) {
  const { job, status } = useLiveJob(jobId);
  const actions = useJobActions();
  const item = job === null ? undefined : itemsOf(job).find((each) => each.slot === slot);

  useEffect(() => {
    function step(event: KeyboardEvent): void {
      if (event.target instanceof HTMLInputElement || event.target instanceof HTMLMediaElement) return;
      if (event.key === 'ArrowRight') onStep(1);
      if (event.key === 'ArrowLeft') onStep(-1);
    }
    document.addEventListener('keydown', step);
    return () => document.removeEventListener('keydown', step);
  }, [onStep]);

  return (
    <Dialog title={job === null ? 'One moment…' : titleOf(job)} size="large" onClose={onClose}>
      {job === null || item === undefined ? (
        status === 'loading' ? (
          <p className="frame-wait">Looking for it…</p>
        ) : (
          <EmptyState icon="search" title="It is not there any more" />
        )
      ) : (
        <div className="gallery-detail">
          <Large item={item} />
          <div className="stack">
            <div className="button-row">
              <IconButton icon="left" tone="plain" label="The one before" onClick={() => onStep(-1)} />
              <IconButton icon="right" tone="plain" label="The next one" onClick={() => onStep(1)} />
              <IconButton
                icon="star"
                tone="plain"
                filled={job.favorite}
                label="Favourite"
                aria-pressed={job.favorite}
                onClick={() => void actions.favorite(job, !job.favorite)}
              />
              <IconButton icon="trash" tone="plain" label="Delete this file" onClick={() => onDelete(item)} />
            </div>
            <p className="gallery-prompt">{titleOf(job)}</p>
            <div className="button-row">
              <ButtonLink tone="primary" icon="edit" href={linkTo(job.kind, [], { from: job.id, slot: String(slot) })}>
                Use its parameters
              </ButtonLink>
              <Download item={item} />
              <ButtonLink icon="live" tone="quiet" href={linkTo('live', [job.id])}>
                The job
              </ButtonLink>
            </div>
            <TagEditor job={job} />
            <JobFacts job={job} />
          </div>
        </div>
      )}
    </Dialog>
  );
}

function Large({ item: { artifact, job } }: { item: GalleryItem }) {
  const client = useClient();
  const address = client.address(artifact.url ?? '');
  if (!artifact.mediaType.startsWith('image/'))
    return (
      <div className="gallery-large">
        {/* biome-ignore lint/a11y/useMediaCaption: the words of a song are not known to be sung */}
        <audio controls src={address} aria-label={titleOf(job)} />
      </div>
    );
  return (
    <a className="gallery-large" href={address} target="_blank" rel="noreferrer" aria-label="Open the picture alone">
      <img src={address} alt={titleOf(job)} width={artifact.width ?? undefined} height={artifact.height ?? undefined} />
    </a>
  );
}

function Download({ item: { artifact } }: { item: GalleryItem }) {
  const client = useClient();
  return (
    <ButtonLink icon="download" href={client.address(artifact.url ?? '')} download={artifact.name}>
      Download
    </ButtonLink>
  );
}
