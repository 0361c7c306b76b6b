import type { FeedItem } from '@rendercast/client/react';
import { memo } from 'react';
import { waitWords } from '../job/job-progress.js';
import { useElapsed } from '../job/use-elapsed.js';
import { useJobActions } from '../job/use-job-actions.js';
import { IconButton } from '../parts/button.js';
import { Icon } from '../parts/icon.js';
import { ProgressBar } from '../parts/progress-bar.js';
import { duration, percent, stageName } from '../shell/format.js';
import { linkTo } from '../shell/router.js';
import { titleOf } from '../shell/title.js';

/** How much sooner or later one press makes it. */
const STEP = 10;
const MOST = 100;

/** One job of the line: where it is, why it waits, and what can be done about it. */
export const QueueRow = memo(function QueueRow({ item, showOwner }: { item: FeedItem; showOwner: boolean }) {
  const { job, levels } = item;
  const actions = useJobActions();
  const isWaiting = job.state === 'queued';
  const title = titleOf(job);
  return (
    <li className="queue-row">
      {isWaiting ? (
        <span className="queue-place figures-even" aria-hidden="true">
          {levels.place?.position ?? '–'}
        </span>
      ) : (
        <Icon name={job.kind === 'image' ? 'image' : 'music'} />
      )}
      <div className="queue-words">
        <a className="queue-title" href={linkTo('live', [job.id])}>
          {title}
        </a>
        <p className="quiet small">
          {isWaiting ? waitWords(job, levels.place) : <RunningWords item={item} />}
          {showOwner ? ` · ${job.owner}` : ''}
        </p>
        {isWaiting ? null : (
          <ProgressBar fraction={levels.progress?.fraction ?? null} size="thin" label={`Progress of ${title}`} />
        )}
      </div>
      <div className="queue-actions">
        {isWaiting ? (
          <span className="queue-priority" title="Higher runs first">
            <IconButton
              size="small"
              icon="down"
              label={`Later: lower the priority of ${title}`}
              disabled={job.priority <= -MOST}
              onClick={() => void actions.setPriority(job, Math.max(-MOST, job.priority - STEP))}
            />
            <span className="figures-even small">
              <span className="unseen">Priority </span>
              {job.priority}
            </span>
            <IconButton
              size="small"
              icon="up"
              label={`Sooner: raise the priority of ${title}`}
              disabled={job.priority >= MOST}
              onClick={() => void actions.setPriority(job, Math.min(MOST, job.priority + STEP))}
            />
          </span>
        ) : null}
        <IconButton
          size="small"
          icon="close"
          label={job.canceling ? `${title} is being stopped` : `Cancel ${title}`}
          disabled={job.canceling}
          onClick={() => void actions.cancel(job)}
        />
      </div>
    </li>
  );
});

function RunningWords({ item: { job, levels } }: { item: FeedItem }) {
  const { progress } = levels;
  const elapsedMs = useElapsed(job, progress);
  const words = [
    job.ranOn === null ? null : `on ${job.ranOn.backend}`,
    job.stage === null ? null : stageName(job.stage),
    progress?.fraction == null ? null : percent(progress.fraction),
    elapsedMs === null ? null : `for ${duration(elapsedMs)}`,
    progress?.etaMs == null ? null : `${duration(progress.etaMs)} left`,
  ];
  return <>{words.filter((each) => each !== null).join(' · ')}</>;
}
