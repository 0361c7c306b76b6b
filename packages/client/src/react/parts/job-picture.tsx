import type { Job } from '@rendercast/protocol/job';
import type { ReactElement } from 'react';
import { titleOf } from '../job-words.js';
import { useClient } from '../provider.js';
import { useWords } from '../words.js';

/** The picture of a job: as it comes, then as it is. Its place is kept from the start, so nothing jumps. */
export function JobPicture({
  job,
  previewUrl = null,
  size = 'whole',
}: {
  job: Job;
  previewUrl?: string | null;
  /** `thumbnail`: the small picture, where there is one. */
  size?: 'whole' | 'thumbnail';
}): ReactElement {
  const client = useClient();
  const words = useWords();
  const title = titleOf(job);
  const { width = 1, height = 1 } = job.request as { width?: number; height?: number };
  const artifact = job.outputs.find((output) => output.artifact.mediaType.startsWith('image/'))?.artifact;
  const small = size === 'thumbnail' ? job.outputs.find((output) => output.artifact.thumbnailUrl)?.artifact : undefined;
  const path = small?.thumbnailUrl ?? artifact?.url;
  // Beside its title a thumbnail has nothing more to say.
  const alt = size === 'thumbnail' ? '' : path === undefined ? words.preview(title) : title;
  const src = path === undefined ? previewUrl : client.address(path);
  return (
    <span
      className="rc-picture"
      data-kind={job.kind}
      style={{ aspectRatio: job.kind === 'image' ? `${width} / ${height}` : '4' }}
    >
      {src === null ? null : <img src={src} alt={alt} loading="lazy" decoding="async" />}
    </span>
  );
}
