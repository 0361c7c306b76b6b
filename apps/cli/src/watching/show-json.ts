import type { Output } from '../output.js';
import type { Show } from './show.js';

/** One JSON line for each thing that comes: `job` (as it stands at first), `fact` and `level`. */
export function createJsonShow(output: Output): Show {
  const known = new Set<string>();
  return {
    wantsPictures: false,
    state({ job }) {
      if (known.has(job.id)) return;
      known.add(job.id);
      output.record({ type: 'job', job });
    },
    fact: (fact) => output.record({ type: 'fact', fact }),
    level: (jobId, level) => output.record({ type: 'level', jobId, level }),
    picture: () => undefined,
    say: (line) => output.note(line),
    pause: () => undefined,
    resume: () => undefined,
    close: () => Promise.resolve(),
  };
}
