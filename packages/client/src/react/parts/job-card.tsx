import { toRendercastError } from '@rendercast/protocol/rendercast-error';
import { type ReactElement, type ReactNode, useState } from 'react';
import type { JobHandle } from '../../handle.js';
import { titleOf } from '../job-words.js';
import { useClient } from '../provider.js';
import { useJob } from '../use-job.js';
import { useWords } from '../words.js';
import { GenerationProgress } from './generation-progress.js';
import { JobPicture } from './job-picture.js';
import { MusicPlayer } from './music-player.js';

/** What a card shows and tells. */
export interface JobCardProps {
  job: string | JobHandle;
  /** How pictures come on the way. Default: `binary`. */
  previews?: 'none' | 'url' | 'binary' | undefined;
  /** Told of the new job when the person asks for another one. Left out, there is no such button. */
  onRetried?: ((handle: JobHandle) => void) | undefined;
  /** More buttons. */
  actions?: ReactNode;
  className?: string | undefined;
}

/** One job: its picture or song as it comes, how far it is, and what can be done about it. */
export function JobCard({
  job: target,
  previews = 'binary',
  onRetried,
  actions,
  className = '',
}: JobCardProps): ReactElement {
  const words = useWords();
  const client = useClient();
  const view = useJob(target, { previews, pastEnd: true });
  const [problem, setProblem] = useState<string | null>(null);
  const { job } = view;
  const attempt = (act: () => Promise<unknown>): void => {
    setProblem(null);
    act().catch((thrown: unknown) => setProblem(toRendercastError(thrown).message));
  };
  const song = job?.outputs.find(({ artifact }) => artifact.mediaType.startsWith('audio/'))?.artifact ?? null;
  const title = job === null ? '' : titleOf(job);
  return (
    <article
      className={`rc-card ${className}`}
      aria-label={title === '' ? undefined : title}
      aria-busy={view.status === 'loading'}
    >
      {job === null ? null : song === null ? (
        <JobPicture job={job} previewUrl={view.previewUrl} />
      ) : (
        <MusicPlayer artifact={song} title={title} />
      )}
      {title === '' ? null : <p className="rc-title">{title}</p>}
      <GenerationProgress job={view} />
      {problem === null ? null : (
        <p className="rc-problem" role="alert">
          {problem}
        </p>
      )}
      <div className="rc-actions">
        {job === null || view.ended ? null : (
          <button
            type="button"
            className="rc-button"
            disabled={job.canceling}
            onClick={() => attempt(() => view.cancel())}
          >
            {words.cancel}
          </button>
        )}
        {job === null || !view.ended || onRetried === undefined ? null : (
          <button
            type="button"
            className="rc-button"
            onClick={() => attempt(async () => onRetried(await client.job(job.id).retry()))}
          >
            {words.retry}
          </button>
        )}
        {actions}
      </div>
    </article>
  );
}
