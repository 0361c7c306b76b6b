import type { Artifact, Job } from '@rendercast/client';
import { useClient } from '@rendercast/client/react';
import { Icon } from '../parts/icon.js';
import { titleOf } from '../shell/title.js';
import './job.css';
import { aspectOf } from './requests.js';

/**
 * The picture as it comes, then as it is; for music, the player. Its place is kept from the start, so nothing jumps.
 * `asPlain`: the first picture small and without a link or player of its own, for where it stands inside a link.
 */
export function JobPicture({
  job,
  previewUrl,
  asPlain = false,
}: {
  job: Job;
  previewUrl: string | null;
  asPlain?: boolean;
}) {
  const files = job.outputs.map(({ artifact }) => artifact);
  const pictures = files.filter(({ mediaType }) => mediaType.startsWith('image/'));
  const songs = files.filter(({ mediaType }) => mediaType.startsWith('audio/'));
  const isUnderWay = job.state === 'queued' || job.state === 'running';
  const style = { aspectRatio: aspectOf(job) };

  if (isUnderWay && previewUrl !== null) {
    return (
      <div className="job-picture" style={style}>
        <img className="preview" src={previewUrl} alt={`Preview of ${titleOf(job)}`} />
      </div>
    );
  }
  if (songs.length > 0 && !asPlain) return <Songs job={job} songs={songs} />;
  if (pictures.length > 0) return <Pictures job={job} pictures={pictures} asPlain={asPlain} />;
  return (
    <div
      className="job-picture"
      style={style}
      data-waiting={isUnderWay || undefined}
      data-nothing={!isUnderWay || undefined}
    >
      <span className="job-blank">
        <Icon name={job.kind === 'image' ? 'image' : 'music'} size={28} />
        {isUnderWay || songs.length > 0 ? null : 'Nothing was made'}
      </span>
    </div>
  );
}

function Pictures({ job, pictures, asPlain }: { job: Job; pictures: readonly Artifact[]; asPlain: boolean }) {
  const client = useClient();
  const [first] = pictures;
  const style = { aspectRatio: aspectOf(job) };
  if (asPlain && first !== undefined) {
    return (
      <div className="job-picture" style={style}>
        <img className="result" src={client.address(first.thumbnailUrl ?? first.url ?? '')} alt="" loading="lazy" />
      </div>
    );
  }
  const many = pictures.length > 1;
  return (
    <div className="job-picture" data-many={many || undefined} style={many ? undefined : style}>
      {pictures.map(({ id, url = '', width, height }, index) => (
        <a key={id} href={client.address(url)} target="_blank" rel="noreferrer">
          <img
            className="result"
            src={client.address(url)}
            alt={many ? `${titleOf(job)}, ${index + 1} of ${pictures.length}` : titleOf(job)}
            width={width ?? undefined}
            height={height ?? undefined}
          />
        </a>
      ))}
    </div>
  );
}

function Songs({ job, songs }: { job: Job; songs: readonly Artifact[] }) {
  const client = useClient();
  return (
    <div className="job-picture">
      <div className="job-songs">
        {songs.map(({ id, url = '', name }) => (
          <figure key={id}>
            {/* biome-ignore lint/a11y/useMediaCaption: the words of a song are not known to be sung */}
            <audio controls preload="metadata" src={client.address(url)} aria-label={titleOf(job)} />
            <figcaption>
              <a href={client.address(url)} download={name}>
                {name}
              </a>
            </figcaption>
          </figure>
        ))}
      </div>
    </div>
  );
}
