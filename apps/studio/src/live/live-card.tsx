import type { FeedItem } from '@rendercast/client/react';
import { memo } from 'react';
import { JobButtons } from '../job/job-buttons.js';
import { JobPicture } from '../job/job-picture.js';
import { JobProgress } from '../job/job-progress.js';
import { JobState } from '../job/job-state.js';
import { useLiveJob } from '../job/use-live-job.js';
import { Problem } from '../parts/panel.js';
import { isActive } from '../shell/jobs.js';
import { linkTo } from '../shell/router.js';
import { titleOf } from '../shell/title.js';
import { failureWords } from '../shell/words.js';

/** One job under way: its preview, how far it is, and what can be done about it. */
export const LiveCard = memo(function LiveCard({ item }: { item: FeedItem }) {
  // Only what is under way is followed with its pictures; what has ended stands in the list as it is.
  const live = useLiveJob(isActive(item) ? item.job.id : null);
  const job = live.job !== null && live.job.seq >= item.job.seq ? live.job : item.job;
  return (
    <li className="panel live-card" data-state={job.state}>
      {/* What waits for its first turn has nothing to show. */}
      {job.state === 'queued' && live.previewUrl === null ? null : (
        <a className="live-card-picture" href={linkTo('live', [job.id])} tabIndex={-1} aria-hidden="true">
          <JobPicture job={job} previewUrl={live.previewUrl} asPlain />
        </a>
      )}
      <div className="stack live-card-body">
        <div className="job-head">
          <h3 className="live-card-title" title={titleOf(job)}>
            <a href={linkTo('live', [job.id])}>{titleOf(job)}</a>
          </h3>
          <JobState job={job} />
        </div>
        <JobProgress
          job={job}
          progress={live.progress ?? item.levels.progress}
          place={live.place ?? item.levels.place}
        />
        {job.error === null ? null : (
          <Problem>
            {failureWords(job.error)}
            {job.state === 'queued' ? ' It will be tried again.' : ''}
          </Problem>
        )}
        <JobButtons job={job} size="small" />
      </div>
    </li>
  );
});
