import type { Job } from '@rendercast/client';
import { stateWords } from '../shell/state-words.js';
import './job.css';

/** The state of a job, as a word on its colour. */
export function JobState({ job, spoken = false }: { job: Job; spoken?: boolean }) {
  return (
    <span className="job-state" data-state={job.state} role={spoken ? 'status' : undefined}>
      {stateWords(job)}
    </span>
  );
}
