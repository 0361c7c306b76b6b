import type { FileUrl } from '../../dialect.js';
import type { Fact, Growing, Level, LevelKind, LevelOf, Levels } from '../../events.js';
import type { Job, Snapshot } from '../../job.js';
import type { Artifact } from '../../media.js';

/** How previews leave: not at all, as a level with a `url`, or as binary frames. */
export type PreviewMode = 'none' | 'url' | 'binary';

/** What a follower asked for beside the facts. */
export interface Wanted {
  previews: PreviewMode;
  levels: readonly LevelKind[];
}

/** The kinds of level that a subscription wants: progress and place together, previews by themselves. */
export function wantedLevels(levels: boolean, previews: PreviewMode): LevelKind[] {
  const kinds: LevelKind[] = levels ? ['progress', 'place'] : [];
  if (previews !== 'none') kinds.push('preview');
  return kinds;
}

/** An artifact with the addresses it can be fetched from. */
export function outwardArtifact(artifact: Artifact, fileUrl: FileUrl): Artifact {
  return {
    ...artifact,
    url: fileUrl.artifact(artifact.id, 'file'),
    ...(artifact.hasThumbnail ? { thumbnailUrl: fileUrl.artifact(artifact.id, 'thumbnail') } : {}),
  };
}

/** A job whose outputs have addresses. */
export function outwardJob(job: Job, fileUrl: FileUrl): Job {
  return {
    ...job,
    outputs: job.outputs.map((output) => ({ ...output, artifact: outwardArtifact(output.artifact, fileUrl) })),
  };
}

/** A fact; the artifact of an `output` gets its addresses. */
export function outwardFact(fact: Fact, fileUrl: FileUrl): Fact {
  if (fact.type !== 'output' || fact.artifact === null) return fact;
  return { ...fact, artifact: outwardArtifact(fact.artifact, fileUrl) };
}

/** Where an output can be had from its beginning. Each attempt makes its own, so that players begin anew with it. */
function growingUrl(jobId: string, slot: number, attempt: number, fileUrl: FileUrl): string {
  const url = fileUrl.own(`/v1/jobs/${encodeURIComponent(jobId)}/outputs/${slot}`);
  return `${url}${url.includes('?') ? '&' : '?'}attempt=${attempt}`;
}

/** Progress; outputs that are being made get their addresses. */
function outwardProgress(jobId: string, level: LevelOf<'progress'>, fileUrl: FileUrl): LevelOf<'progress'> {
  if (level.growing === undefined) return level;
  const addressed = (each: Growing): Growing => ({
    ...each,
    url: growingUrl(jobId, each.slot, level.attempt, fileUrl),
  });
  return { ...level, growing: level.growing.map(addressed) };
}

/** A level; a preview gets the address of its picture, progress those of the outputs that are being made. */
export function outwardLevel(jobId: string, level: Level, fileUrl: FileUrl): Level {
  if (level.kind === 'progress') return outwardProgress(jobId, level, fileUrl);
  return level.kind === 'preview' ? { ...level, url: fileUrl.preview(jobId, level.tick) } : level;
}

/** A snapshot with addresses, and with those levels only that were asked for. */
export function outwardSnapshot(snapshot: Snapshot, fileUrl: FileUrl, wanted: readonly LevelKind[]): Snapshot {
  const levels: Levels = {};
  const { progress, preview, place } = snapshot.levels;
  if (progress !== undefined && wanted.includes('progress'))
    levels.progress = outwardProgress(snapshot.job.id, progress, fileUrl);
  if (place !== undefined && wanted.includes('place')) levels.place = place;
  // Also for binary followers: a snapshot is text, so its preview is fetched.
  if (preview !== undefined && wanted.includes('preview'))
    levels.preview = { ...preview, url: fileUrl.preview(snapshot.job.id, preview.tick) };
  return { job: outwardJob(snapshot.job, fileUrl), levels, position: snapshot.position };
}
