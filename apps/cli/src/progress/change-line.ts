import { type Description, describeJob, type Now, type Watched } from './describe-job.js';

/**
 * For output that is no terminal: one line per change that matters to a reader of a log. A change is another state, try,
 * stage or place in the line, or another tenth of the way.
 */
export function createChangeLines(): { next(watched: Watched, now: Now): string | null } {
  let last: string | null = null;
  return {
    next(watched, now) {
      const key = changeKey(watched);
      if (key === last) return null;
      last = key;
      return plainLine(describeJob(watched, now));
    },
  };
}

/** A description in one line without a bar, nothing left out. */
export function plainLine({ title, parts }: Description): string {
  return parts.length === 0 ? title : `${title}: ${parts.map((part) => part.text).join(', ')}`;
}

function changeKey({ job, levels }: Watched): string {
  const fraction = job.state === 'running' ? (levels.progress?.fraction ?? null) : null;
  const place = job.state === 'queued' ? levels.place : undefined;
  const tenth = fraction === null ? null : Math.floor(fraction * 10);
  return JSON.stringify([
    job.state,
    job.attempt,
    job.failures,
    job.canceling,
    job.stage,
    job.stageIndex,
    tenth,
    place?.position,
    place?.reason,
  ]);
}
