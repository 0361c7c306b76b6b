import * as z from 'zod';
import type { FileUrl } from '../../dialect.js';
import type { Job } from '../../job.js';
import type { MusicRequest } from '../../media.js';
import { isEnded } from '../../reduce.js';
import { shownId } from '../../shown-id.js';
import { shownPlan, shownPlanSchema } from './plan.js';
import { fileNameOf, songOf, urlsOf } from './song-file.js';

/** A song that was rendered. */
export const resultSchema = z
  .object({
    filename: z.string(),
    /** The name once more: where the server keeps its files is its own affair. */
    file_path: z.string(),
    download_url: z.string(),
    stream_url: z.string(),
    content_type: z.string(),
    file_size_bytes: z.int(),
    /** Null for a song that was made from words alone. */
    composition_plan: shownPlanSchema.nullable(),
    /** What the song was really made with. */
    song_metadata: z.record(z.string(), z.unknown()).nullable(),
    request_id: z.string(),
    timestamp: z.string(),
  })
  .meta({ id: 'MusicRenderResult' });
export type Result = z.infer<typeof resultSchema>;

/** The song of a render that has succeeded; null where there is none. */
export function resultOf(job: Job, fileUrl: FileUrl): Result | null {
  const song = job.state === 'succeeded' ? songOf(job) : null;
  if (song === null) return null;
  const filename = fileNameOf(job, song);
  const { plan } = job.request as MusicRequest;
  const { plan: _, ...made } = song.parameters ?? {};
  return {
    filename,
    file_path: filename,
    ...urlsOf(filename, fileUrl),
    content_type: song.mediaType,
    file_size_bytes: song.sizeBytes,
    composition_plan: plan === undefined ? null : shownPlan(plan),
    song_metadata: song.parameters === null ? null : { ...made, duration_ms: song.durationMs },
    request_id: shownId(job),
    timestamp: job.endedAt ?? job.createdAt,
  };
}

/** Why a render that has ended left no song; null for any other. */
export function failureOf(job: Job): string | null {
  if (!isEnded(job)) return null;
  if (job.state === 'canceled') return 'The render was cancelled.';
  if (job.state === 'failed') return job.error?.message ?? 'The render failed; try again.';
  return songOf(job) === null ? 'The song of this render was removed.' : null;
}
