import type { FileUrl, ViewFrame } from '../../dialect.js';
import type { Hearing } from '../../heard.js';
import type { Job } from '../../job.js';
import { shownId } from '../../shown-id.js';
import type { SteadyProgress } from '../../steady-progress.js';
import { type DataOf, message } from './messages.js';
import { paramsOf } from './params.js';
import { durationOf, errorOf, imagesOf, infoOf, seconds, statusOf } from './status.js';

/** What a session asks of a frame, to know whether its socket gets it. */
export interface About extends Hearing {
  /** Whether it is of the form that sockets get until they subscribe. */
  flat: boolean;
  /** Place in the feed and among the frames of one fact; null for levels. */
  place: { cursor: number; index: number } | null;
}

/** The first message of a job: it has started. */
export function startedMessage(job: Job, timestamp: string): string {
  return message('generation_started', timestamp, {
    job_id: shownId(job),
    params: paramsOf(job),
    estimated_duration: null,
  });
}

/** A job's progress as it stands; `figures` null: none were told yet. */
export function updateMessage(
  job: Job,
  figures: SteadyProgress | null,
  timestamp: string,
  preview: string | null = null,
): string {
  const data: DataOf<'progress_update'> = {
    job_id: shownId(job),
    progress: figures?.fraction ?? 0,
    status: statusOf(job),
    current_step: figures?.step ?? null,
    total_steps: figures?.steps ?? null,
    eta_seconds: figures === null || figures.etaMs === null ? null : seconds(figures.etaMs),
    preview_image: preview,
    error_message: errorOf(job),
  };
  return message('progress_update', timestamp, data);
}

/** The last message of a job. */
export function completeMessage(job: Job, timestamp: string, fileUrl: FileUrl): string {
  return message('generation_complete', timestamp, {
    job_id: shownId(job),
    status: statusOf(job),
    images: imagesOf(job, fileUrl),
    error_message: errorOf(job),
    total_duration: durationOf(job),
    generation_info: infoOf(job),
  });
}

/** What a frame is about. */
export function aboutOf({ about }: ViewFrame): About | null {
  return (about as About | undefined) ?? null;
}
