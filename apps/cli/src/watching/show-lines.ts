import type { Output } from '../output.js';
import { createChangeLines } from '../progress/change-line.js';
import { systemNow } from '../progress/now.js';
import type { Show } from './show.js';

/** For logs and pipes: one line on stderr when something changes, no control sequences. */
export function createLineShow(output: Output, manyJobs: boolean): Show {
  const jobs = new Map<string, ReturnType<typeof createChangeLines>>();
  return {
    wantsPictures: false,
    state(watched) {
      const { id } = watched.job;
      const lines = jobs.get(id) ?? createChangeLines();
      jobs.set(id, lines);
      const line = lines.next(watched, systemNow());
      if (line !== null) output.note(manyJobs ? `${id}  ${line}` : line);
    },
    fact: () => undefined,
    level: () => undefined,
    picture: () => undefined,
    say: (line) => output.note(line),
    pause: () => undefined,
    resume: () => undefined,
    close: () => Promise.resolve(),
  };
}
