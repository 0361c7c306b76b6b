import { useClient, useJob } from '@rendercast/client/react';
import { useState } from 'react';
import { stateWords } from '../shell/state-words.js';
import { titleOf } from '../shell/title.js';
import { adviceOf, wordsOf } from '../shell/words.js';
import { JobFacts } from './job-facts.js';
import { ProgressBlock } from './progress-block.js';
import { Screen } from './screen.js';

/** The job that is looked at: its picture as it comes, how far it is, and what can be done about it. */
export function LiveJob({ id, onRetried }: { id: string | null; onRetried: (id: string) => void }) {
  const client = useClient();
  const live = useJob(id, { previews: 'binary', pastEnd: true });
  const [problem, setProblem] = useState<string | null>(null);
  const { job } = live;

  function attempt(action: () => Promise<unknown>): void {
    setProblem(null);
    action().catch((error: unknown) => setProblem(wordsOf(error)));
  }

  if (id === null) return <Welcome />;
  if (job === null) {
    return (
      <section className="panel live" aria-label="Live">
        <p className="quiet">
          {live.status === 'absent' ? 'There is no job under this address.' : 'Looking for the job…'}
        </p>
      </section>
    );
  }
  return (
    <section className="panel live" aria-label="Live">
      <Screen job={job} previewUrl={live.previewUrl} />
      <div className="live-head">
        <h1 className="prompt">{titleOf(job)}</h1>
        <span className="state" data-state={job.state} role="status">
          {stateWords(job)}
        </span>
      </div>
      <ProgressBlock job={job} progress={live.progress} place={live.place} />
      {job.error === null ? null : (
        <p className="problem" role="alert">
          {job.error.message}
          {adviceOf(job.error.code)}
          {job.state === 'queued' ? ' It will be tried again.' : ''}
        </p>
      )}
      {problem === null ? null : (
        <p className="problem" role="alert">
          {problem}
        </p>
      )}
      <div className="actions">
        {live.ended ? (
          <button
            type="button"
            disabled={job.removed}
            onClick={() => attempt(async () => onRetried((await client.job(job.id).retry()).id))}
          >
            Make another
          </button>
        ) : (
          <button type="button" disabled={job.canceling} onClick={() => attempt(() => live.cancel())}>
            {job.canceling ? 'Stopping…' : 'Cancel'}
          </button>
        )}
      </div>
      <JobFacts job={job} />
    </section>
  );
}

function Welcome() {
  return (
    <section className="panel live welcome" aria-label="Live">
      <p>
        Say what you want to see or hear. You can close this page at any time: the job goes on, and is here when you
        come back.
      </p>
    </section>
  );
}
