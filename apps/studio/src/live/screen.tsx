import type { Job } from '@rendercast/client';
import { useClient } from '@rendercast/client/react';
import { titleOf } from '../shell/title.js';

/** The picture as it comes, then as it is; for music, the player. Its place is kept from the start, so nothing jumps. */
export function Screen({ job, previewUrl }: { job: Job; previewUrl: string | null }) {
  const client = useClient();
  const { width = 512, height = 512 } = job.request as { width?: number; height?: number };
  const pictures = job.outputs.filter(({ artifact }) => artifact.mediaType.startsWith('image/'));
  const songs = job.outputs.filter(({ artifact }) => artifact.mediaType.startsWith('audio/'));
  const running = job.state === 'queued' || job.state === 'running';

  if (songs.length > 0) {
    return (
      <div className="screen songs">
        {songs.map(({ artifact }) => (
          <figure key={artifact.id}>
            {/* biome-ignore lint/a11y/useMediaCaption: the words of a song are not known to be sung */}
            <audio controls src={client.address(artifact.url ?? '')} aria-label={titleOf(job)} />
            <figcaption>
              <a href={client.address(artifact.url ?? '')} download={artifact.name}>
                {artifact.name}
              </a>
            </figcaption>
          </figure>
        ))}
      </div>
    );
  }
  if (running && previewUrl !== null) {
    return (
      <div className="screen" style={{ aspectRatio: job.kind === 'image' ? `${width} / ${height}` : '5 / 2' }}>
        <img className="picture preview" src={previewUrl} alt={`Preview of ${titleOf(job)}`} />
      </div>
    );
  }
  if (pictures.length === 0) {
    const aspectRatio = job.kind === 'image' ? `${width} / ${height}` : '5 / 2';
    return (
      <div className={running ? 'screen empty waiting' : 'screen empty'} style={{ aspectRatio }} aria-hidden="true" />
    );
  }
  return (
    <div
      className={pictures.length > 1 ? 'screen many' : 'screen'}
      style={pictures.length > 1 ? undefined : { aspectRatio: `${width} / ${height}` }}
    >
      {pictures.map(({ artifact }) => (
        <a key={artifact.id} href={client.address(artifact.url ?? '')} target="_blank" rel="noreferrer">
          <img
            className="picture"
            src={client.address(artifact.url ?? '')}
            alt={titleOf(job)}
            width={artifact.width ?? undefined}
            height={artifact.height ?? undefined}
          />
        </a>
      ))}
    </div>
  );
}
