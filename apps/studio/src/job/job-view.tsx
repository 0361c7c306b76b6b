import { EmptyState, Problem } from '../parts/panel.js';
import { titleOf } from '../shell/title.js';
import { failureWords, wordsOf } from '../shell/words.js';
import { JobButtons } from './job-buttons.js';
import { JobFacts } from './job-facts.js';
import { JobPicture } from './job-picture.js';
import { JobProgress } from './job-progress.js';
import { JobState } from './job-state.js';
import './job.css';
import { useLiveJob } from './use-live-job.js';

/** One job in full: its picture as it comes, how far it is, what can be done about it, what it was made with. */
export function JobView({ id, onRetried }: { id: string; onRetried: (id: string) => void }) {
  const live = useLiveJob(id);
  const { job } = live;
  if (job === null) {
    if (live.status === 'unavailable')
      return (
        <div className="panel">
          <Problem>{wordsOf(live.error)}</Problem>
        </div>
      );
    return (
      <div className="panel">
        {live.status === 'absent' ? (
          <EmptyState icon="search" title="There is no job under this address">
            It was removed, cleared away by the server, or belongs to somebody else.
          </EmptyState>
        ) : (
          <p className="frame-wait">Looking for the job…</p>
        )}
      </div>
    );
  }
  return (
    <section className="panel stack job-view" aria-label="The job">
      <JobPicture job={job} previewUrl={live.previewUrl} />
      <div className="job-head">
        <h2 className="job-title">{titleOf(job)}</h2>
        <JobState job={job} spoken />
      </div>
      <JobProgress job={job} progress={live.progress} place={live.place} />
      {job.error === null ? null : (
        <Problem>
          {failureWords(job.error)}
          {job.state === 'queued' ? ' It will be tried again.' : ''}
        </Problem>
      )}
      <JobButtons job={job} onRetried={onRetried} />
      <JobFacts job={job} />
    </section>
  );
}
