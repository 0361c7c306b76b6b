import type { Job, Levels } from '@rendercast/client';
import { useClient } from '@rendercast/client/react';
import { memo } from 'react';
import { percent } from '../shell/format.js';
import { stateWords } from '../shell/state-words.js';
import { titleOf } from '../shell/title.js';

/** One job in the list. */
export const JobRow = memo(function JobRow({
  job,
  levels,
  selected,
  onSelect,
}: {
  job: Job;
  levels: Levels;
  selected: boolean;
  onSelect: (id: string) => void;
}) {
  const client = useClient();
  const thumbnail = job.outputs.find(({ artifact }) => artifact.thumbnailUrl !== undefined)?.artifact.thumbnailUrl;
  const fraction = job.state === 'running' ? (levels.progress?.fraction ?? null) : null;
  return (
    <li>
      <button
        type="button"
        className="job-row"
        aria-current={selected ? 'true' : undefined}
        onClick={() => onSelect(job.id)}
      >
        <span className="thumb" data-kind={job.kind}>
          {thumbnail === undefined ? null : <img src={client.address(thumbnail)} alt="" loading="lazy" />}
        </span>
        <span className="job-text">
          <span className="job-title">{titleOf(job)}</span>
          <span className="job-state" data-state={job.state}>
            {detailOf(job, levels)}
          </span>
        </span>
        {fraction === null ? null : (
          <span className="row-bar" aria-hidden="true">
            <span style={{ transform: `scaleX(${fraction})` }} />
          </span>
        )}
      </button>
    </li>
  );
});

function detailOf(job: Job, levels: Levels): string {
  if (job.state === 'running' && levels.progress?.fraction != null)
    return `${stateWords(job)}, ${percent(levels.progress.fraction)}`;
  if (job.state === 'queued' && levels.place?.position != null)
    return `Waiting, number ${levels.place.position} in line`;
  return stateWords(job);
}
