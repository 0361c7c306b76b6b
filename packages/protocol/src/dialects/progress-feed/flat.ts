import type { FileUrl } from '../../dialect.js';
import type { Job } from '../../job.js';
import { shownId } from '../../shown-id.js';
import { timeOfLevel } from '../../steady-progress.js';
import type { Form } from './form.js';
import { timeOf } from './messages.js';
import { paramsOf } from './params.js';
import { errorOf, imagesOf, statusOf } from './status.js';

/** The names of the flat messages, which differ by path. */
const PLAIN = { progress: 'progress', result: 'result', error: 'error' } as const;
const GENERATION = {
  progress: 'generation_progress',
  result: 'generation_complete',
  error: 'generation_error',
} as const;

/** The most that a job shows before its result: clients take 100 for the end and hang up. */
const MOST_BEFORE_END = 99;

/** The messages of sockets that never subscribe: flat, for every job in reach. */
export function createFlatForm(fileUrl: FileUrl, generation: boolean): Form {
  const names = generation ? GENERATION : PLAIN;
  const progress = (job: Job, percent: number, timestamp: string): string =>
    JSON.stringify({
      ...{ type: names.progress, job_id: shownId(job), progress: percent, status: statusOf(job), timestamp },
    });
  const before = (fraction: number): number => Math.min(MOST_BEFORE_END, Math.floor(fraction * 1_000) / 10);

  function result(job: Job, timestamp: string): string {
    const images = imagesOf(job, fileUrl) ?? [];
    const more = generation
      ? { result_id: job.outputs[0]?.artifact.id ?? shownId(job), prompt: paramsOf(job).prompt }
      : {};
    return JSON.stringify({
      ...{ type: names.result, job_id: shownId(job), image_url: images[0] ?? '', images, ...more, timestamp },
    });
  }

  function failure(job: Job, timestamp: string): string {
    const words = errorOf(job) ?? '';
    return JSON.stringify({ type: names.error, job_id: shownId(job), message: words, error: words, timestamp });
  }

  return {
    fact({ fact, job }, shown) {
      const at = timeOf(fact.at);
      const fraction = shown.now(job)?.fraction ?? 0;
      switch (fact.type) {
        case 'started':
        case 'retrying':
          return [{ text: progress(job, before(fraction), at), part: 'progress', fraction }];
        case 'succeeded':
          return [
            { text: result(job, at), part: 'final', fraction: 1 },
            { text: progress(job, 100, at), part: 'end', fraction: 1 },
          ];
        case 'failed':
        case 'canceled':
          return [{ text: failure(job, at), part: 'end', fraction }];
        default:
          return [];
      }
    },
    level(level, _preview, job, shown) {
      if (level.kind !== 'progress') return [];
      const { fraction } = shown.take(job, level);
      return [
        {
          text: progress(job, before(fraction), timeOf(timeOfLevel(job, level.elapsedMs))),
          part: 'progress',
          fraction,
        },
      ];
    },
  };
}
