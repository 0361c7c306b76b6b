import { useClient } from '@rendercast/client/react';
import { Icon } from '../parts/icon.js';
import { ProgressBar } from '../parts/progress-bar.js';
import { useJobs } from '../shell/jobs.js';
import { linkTo } from '../shell/router.js';
import { stateWords } from '../shell/state-words.js';
import { titleOf } from '../shell/title.js';

const MOST = 24;

/** The newest pictures, to look at again: one line that scrolls. */
export function RecentStrip({ selected }: { selected: string | null }) {
  const client = useClient();
  const { jobs } = useJobs();
  const pictures = jobs.filter(({ job }) => job.kind === 'image' && !job.removed).slice(0, MOST);
  if (pictures.length === 0) return null;
  return (
    <nav className="image-recent" aria-label="Newest pictures">
      <ul>
        {pictures.map(({ job, levels }) => {
          const thumbnail = job.outputs.find(({ artifact }) => artifact.thumbnailUrl !== undefined)?.artifact
            .thumbnailUrl;
          return (
            <li key={job.id}>
              <a
                href={linkTo('image', [job.id])}
                aria-current={job.id === selected ? 'true' : undefined}
                aria-label={`${titleOf(job)}: ${stateWords(job)}`}
                title={titleOf(job)}
              >
                {thumbnail === undefined ? (
                  <Icon name={job.state === 'failed' ? 'alert' : 'image'} />
                ) : (
                  <img src={client.address(thumbnail)} alt="" loading="lazy" />
                )}
                {job.state === 'running' ? (
                  <span className="image-recent-bar">
                    <ProgressBar
                      size="thin"
                      label={`Progress of ${titleOf(job)}`}
                      fraction={levels.progress?.fraction ?? null}
                    />
                  </span>
                ) : null}
              </a>
            </li>
          );
        })}
      </ul>
    </nav>
  );
}
