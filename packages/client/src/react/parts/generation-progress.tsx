import type { ReactElement } from 'react';
import type { JobHandle } from '../../handle.js';
import { progressWords, stateWords, wholePercent } from '../job-words.js';
import { useAnnouncement } from '../use-announcement.js';
import { type UseJob, useJob } from '../use-job.js';
import { useWords } from '../words.js';

/** What the progress of a job is shown of. */
export interface GenerationProgressProps {
  /** An id, a handle, or what `useJob` gave: then nothing is followed a second time. */
  job: string | JobHandle | UseJob;
  className?: string | undefined;
}

/**
 * How far a job is: state, bar, stage, step and time left, as the engine says them. What it does not say is unknown and looks
 * so. Screen readers hear changes of state at once and progress every ten seconds.
 */
export function GenerationProgress({ job: given, className = '' }: GenerationProgressProps): ReactElement {
  const words = useWords();
  const followed = useJob(isView(given) ? null : given);
  const view = isView(given) ? given : followed;
  const { job, progress, error } = view;
  const fraction = progress?.fraction ?? job?.progress?.fraction ?? null;
  const whole = fraction === null ? null : wholePercent(fraction);
  const percent = whole === null ? words.unknown : words.percent(whole);
  const state = job === null ? (view.status === 'absent' ? words.absent : words.loading) : stateWords(job, words);
  const details = progressWords(view, words);
  const said = useAnnouncement(state, job?.state === 'running' ? percent : (details[0] ?? ''));
  const isRunning = job?.state === 'running';
  return (
    <div className={`rc-progress ${className}`} data-state={job?.state ?? view.status}>
      <div className="rc-progress-head">
        <span className="rc-state">{state}</span>
        {isRunning ? <span className="rc-percent">{percent}</span> : null}
      </div>
      <div
        className="rc-bar"
        role="progressbar"
        aria-label={words.progress}
        aria-valuemin={0}
        aria-valuemax={100}
        aria-valuenow={whole ?? undefined}
        aria-valuetext={isRunning ? percent : state}
        data-unknown={isRunning && whole === null ? '' : undefined}
      >
        <div className="rc-bar-fill" style={whole === null ? undefined : { transform: `scaleX(${fraction})` }} />
      </div>
      {details.length === 0 ? null : <p className="rc-details">{details.join(' · ')}</p>}
      {error === null ? null : (
        <p className="rc-problem" role="alert">
          {error.message}
        </p>
      )}
      <p className="rc-unseen" role="status">
        {said}
      </p>
    </div>
  );
}

function isView(given: GenerationProgressProps['job']): given is UseJob {
  return typeof given === 'object' && 'status' in given;
}
