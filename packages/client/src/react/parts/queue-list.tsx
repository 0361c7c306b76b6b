import type { Filter } from '@rendercast/protocol/commands';
import type { ReactElement } from 'react';
import type { FeedItem } from '../../feed-watch.js';
import { progressWords, stateWords, titleOf, wholePercent } from '../job-words.js';
import { useClient } from '../provider.js';
import { useFeed } from '../use-feed.js';
import { useWords } from '../words.js';

/** Which jobs the list shows. */
export interface QueueListProps {
  filter?: Omit<Filter, 'state'> | undefined;
  /** Makes each title a button. */
  onOpen?: ((jobId: string) => void) | undefined;
  className?: string | undefined;
}

/** What runs and what waits, in the order of the line, as it changes. */
export function QueueList({ filter = {}, onOpen, className = '' }: QueueListProps): ReactElement {
  const words = useWords();
  const { jobs, status, error } = useFeed({ ...filter, state: ['queued', 'running'] });
  return (
    <section className={`rc-queue ${className}`} aria-label={words.queue} aria-busy={status === 'loading'}>
      {error === null ? null : <p className="rc-problem">{error.message}</p>}
      {status === 'live' && jobs.length === 0 ? <p className="rc-quiet">{words.queueEmpty}</p> : null}
      <ol className="rc-queue-list">
        {[...jobs].sort(inLine).map((item) => (
          <Entry key={item.job.id} item={item} onOpen={onOpen} />
        ))}
      </ol>
    </section>
  );
}

function Entry({ item, onOpen }: { item: FeedItem; onOpen: QueueListProps['onOpen'] }): ReactElement {
  const words = useWords();
  const client = useClient();
  const { job, levels } = item;
  const title = titleOf(job);
  const fraction = levels.progress?.fraction ?? null;
  const details = progressWords({ job, progress: levels.progress ?? null, place: levels.place ?? null }, words);
  return (
    <li className="rc-queue-item" data-state={job.state}>
      {onOpen === undefined ? (
        <span className="rc-title">{title}</span>
      ) : (
        <button type="button" className="rc-title rc-link" onClick={() => onOpen(job.id)}>
          {title}
        </button>
      )}
      <span className="rc-details">{[stateWords(job, words), ...details].join(' · ')}</span>
      <button
        type="button"
        className="rc-button"
        disabled={job.canceling}
        aria-label={words.of(words.cancel, title)}
        // An end that came first is no failure to tell of: the entry goes away by itself.
        onClick={() =>
          void client
            .job(job.id)
            .cancel()
            .catch(() => undefined)
        }
      >
        {words.cancel}
      </button>
      {job.state !== 'running' ? null : (
        <span className="rc-bar" data-unknown={fraction === null ? '' : undefined} aria-hidden="true">
          <span
            className="rc-bar-fill"
            style={fraction === null ? undefined : { transform: `scaleX(${wholePercent(fraction) / 100})` }}
          />
        </span>
      )}
    </li>
  );
}

/** What runs first, then by place in the line; where that is not known, the older first. */
function inLine(left: FeedItem, right: FeedItem): number {
  const rank = ({ job, levels }: FeedItem): number =>
    job.state === 'running' ? 0 : (levels.place?.position ?? Number.MAX_SAFE_INTEGER);
  return rank(left) - rank(right) || (left.job.createdAt < right.job.createdAt ? -1 : 1);
}
