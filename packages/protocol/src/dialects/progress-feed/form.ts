import type { LoggedFact, PreviewBytes } from '../../dialect.js';
import type { Level } from '../../events.js';
import type { Job } from '../../job.js';
import type { Shown } from '../../steady-progress.js';
import type { About } from './frames.js';

/** A message and what sessions need to know of it. */
export interface Text extends Pick<About, 'part' | 'fraction'> {
  text: string;
}

/** One way to write a job's facts and levels. */
export interface Form {
  fact(logged: LoggedFact, shown: Shown): Text[];
  level(level: Level, preview: PreviewBytes | null, job: Job, shown: Shown): Text[];
}
