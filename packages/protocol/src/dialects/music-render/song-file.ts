import type { Verbs } from '../../commands.js';
import type { FileUrl } from '../../dialect.js';
import { RendercastError } from '../../errors.js';
import type { Job } from '../../job.js';
import type { Artifact, MusicRequest } from '../../media.js';

/** Where songs lie. */
export const DOWNLOAD = '/render/download';
export const STREAM = '/render/stream';

/** Digits of the file's digest at the end of its name: by them it is found again. */
const MARK_DIGITS = 8;
const MAX_TITLE_CHARS = 50;
/** What a song without a title is called. */
const UNTITLED = 'track';
/** Songs of this dialect are MP3; those of others may be something else, and say so. */
const ENDINGS: Record<string, string> = { 'audio/wav': 'wav', 'audio/flac': 'flac', 'audio/ogg': 'ogg' };

/** The song of a job; null while there is none, or when it was removed. */
export function songOf(job: Job): Artifact | null {
  return job.outputs[0]?.artifact ?? null;
}

/** The file name of a song: from its title, and the start of its digest. */
export function fileNameOf(job: Job, { digest, mediaType }: Artifact): string {
  const title = (job.request as MusicRequest).plan?.title ?? '';
  return `${stemOf(title)}_${digest.slice(0, MARK_DIGITS)}.${ENDINGS[mediaType] ?? 'mp3'}`;
}

/** A title as the start of a file name. */
export function stemOf(title: string): string {
  if (title.trim() === '') return UNTITLED;
  const kept = title
    .toLowerCase()
    .replace(/\s+/g, '_')
    .replace(/[^a-z0-9_-]/g, '');
  return kept.slice(0, MAX_TITLE_CHARS) || UNTITLED;
}

/** The addresses of a song, signed where keys are configured. */
export function urlsOf(name: string, fileUrl: FileUrl): { download_url: string; stream_url: string } {
  return { download_url: fileUrl.own(`${DOWNLOAD}/${name}`), stream_url: fileUrl.own(`${STREAM}/${name}`) };
}

/**
 * Finds the song that goes by a name.
 *
 * @throws RendercastError `not_found`
 */
export async function findSong(name: string, verbs: Verbs): Promise<Artifact> {
  const mark = /_([0-9a-f]{8})\.[a-z0-9]+$/.exec(name)?.[1];
  const candidates = mark === undefined ? [] : await verbs.artifactsByDigest(mark);
  for (const candidate of candidates) {
    if (candidate.jobId === null) continue;
    const { job } = await verbs.get(candidate.jobId);
    if (job.kind === 'music' && fileNameOf(job, candidate) === name) return candidate;
  }
  throw new RendercastError('not_found', `there is no file "${name}"`);
}
