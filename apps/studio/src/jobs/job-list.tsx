import { useFeed } from '@rendercast/client/react';
import { KeyForm } from '../shell/key-form.js';
import { JobRow } from './job-row.js';

/** All jobs, newest first. New ones come in by themselves. */
export function JobList({ selected, onSelect }: { selected: string | null; onSelect: (id: string) => void }) {
  const { status, jobs, hasMore, loadMore, error } = useFeed({}, { limit: 50 });
  if (error?.code === 'unauthorized') {
    return (
      <section className="panel jobs" aria-label="Jobs">
        <KeyForm />
      </section>
    );
  }
  return (
    <section className="panel jobs" aria-label="Jobs">
      <h2>Jobs</h2>
      {status === 'loading' ? <p className="quiet">Loading…</p> : null}
      {status === 'unavailable' ? (
        <p className="quiet">{error?.message ?? 'The list cannot be read right now.'}</p>
      ) : null}
      {status === 'live' && jobs.length === 0 ? (
        <p className="quiet">Nothing yet. What you make appears here.</p>
      ) : null}
      <ul className="job-list">
        {jobs.map(({ job, levels }) => (
          <JobRow key={job.id} job={job} levels={levels} selected={job.id === selected} onSelect={onSelect} />
        ))}
      </ul>
      {hasMore ? (
        <button type="button" className="more" onClick={() => void loadMore().catch(() => undefined)}>
          Show older
        </button>
      ) : null}
    </section>
  );
}
