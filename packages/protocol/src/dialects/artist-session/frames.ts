import type { FileUrl, ViewFrame } from '../../dialect.js';
import type { Hearing } from '../../heard.js';
import type { Job } from '../../job.js';
import { shownId } from '../../shown-id.js';
import type { SteadyProgress } from '../../steady-progress.js';
import { imagePathsOf, metadataOf, promptOf } from './gallery.js';
import { message } from './messages.js';

/** What a session asks of a frame: of a message about a job where it stands in it, of others whom they are for. */
export type About =
  | ({ of: 'job' } & Hearing)
  /** A note about a job: for those who follow it, as often as it comes. */
  | { of: 'note'; shown: string }
  /** The gallery is everybody's. */
  | { of: 'gallery' };

/** A job starts. */
export function startMessage(job: Job, timestamp: string): string {
  return message('generation_start', timestamp, { session_id: shownId(job), prompt: promptOf(job) });
}

/** The engine has started. */
export function begunMessage(job: Job, timestamp: string): string {
  return message('progress', timestamp, {
    session_id: shownId(job),
    status: 'generating',
    message: 'The engine has started.',
  });
}

/** How far a job has come. */
export function progressMessage(
  job: Job,
  { fraction, step, steps }: SteadyProgress,
  timestamp: string,
  preview: string | null = null,
): string {
  const percent = Math.floor(fraction * 100);
  return message('generation_progress', timestamp, {
    session_id: shownId(job),
    step,
    total_steps: steps,
    progress_percent: percent,
    message: `Generating... ${percent}%`,
    ...(preview === null ? {} : { preview }),
  });
}

/** The last word on a job that has ended. */
export function endMessage(job: Job, timestamp: string, fileUrl: FileUrl): string {
  const session_id = shownId(job);
  if (job.state === 'succeeded') {
    const metadata = { ...metadataOf(job, job.outputs[0]?.artifact), prompt: promptOf(job) };
    return message('generation_complete', timestamp, { session_id, image_paths: imagePathsOf(job, fileUrl), metadata });
  }
  const words = job.state === 'canceled' ? 'The generation was cancelled.' : job.error?.message;
  return message('generation_error', timestamp, { session_id, error: words ?? 'The generation failed.' });
}

/** What a frame is about. */
export function aboutOf({ about }: ViewFrame): About | null {
  return (about as About | undefined) ?? null;
}
