import { type FeedItem, useClient, useFeed } from '@rendercast/client/react';
import { JobState } from '../job/job-state.js';
import { aspectOf } from '../job/requests.js';
import { useJobActions } from '../job/use-job-actions.js';
import { useLiveJob } from '../job/use-live-job.js';
import { Button } from '../parts/button.js';
import { Icon } from '../parts/icon.js';
import { EmptyState, Problem } from '../parts/panel.js';
import { ProgressBar } from '../parts/progress-bar.js';
import { linkTo } from '../shell/router.js';
import { titleOf } from '../shell/title.js';
import { failureWords, wordsOf } from '../shell/words.js';
import { cellKey, cellsOf, gridTag, placeOf } from './grid.js';
import { AXIS_WORDS } from './grid-axis.js';

/** A grid of pictures, two parameters varying. Cells fill as they land; a failed one is retried alone. */
export function GridView({ id }: { id: string }) {
  const feed = useFeed({ tag: gridTag(id) }, { limit: 200 });
  const cells = cellsOf(feed.jobs);
  const place = feed.jobs.map(({ job }) => placeOf(job)).find((each) => each !== null);
  const actions = useJobActions();
  const failed = [...cells.values()].filter(({ job }) => job.state === 'failed');
  const done = [...cells.values()].filter(({ job }) => job.state === 'succeeded').length;

  if (place === undefined) {
    if (feed.status === 'loading') return <p className="frame-wait">Looking for the grid…</p>;
    if (feed.status === 'unavailable') return <Problem>{wordsOf(feed.error)}</Problem>;
    return <EmptyState icon="grid" title="There is no grid under this address" />;
  }
  const { columns, rows } = place;
  const count = columns.values.length * rows.values.length;
  return (
    <section className="panel stack" aria-label="The grid">
      <div className="job-head">
        <h2 className="job-title">{feed.jobs[0] === undefined ? '' : titleOf(feed.jobs[0].job)}</h2>
        <span className="quiet small figures-even" role="status">
          {done} of {count} done
        </span>
      </div>
      <ProgressBar label="Cells done" fraction={done / count} tone={done === count ? 'good' : 'accent'} size="thin" />
      <div className="image-grid-scroll" tabIndex={0} role="group" aria-label="Pictures of the grid">
        <table className="image-grid">
          <thead>
            <tr>
              <th scope="col">
                <span className="image-grid-corner">{AXIS_WORDS[columns.varied].title} →</span>
                <span className="image-grid-corner">{AXIS_WORDS[rows.varied].title} ↓</span>
              </th>
              {columns.values.map((value) => (
                <th key={value} scope="col">
                  {value}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.values.map((rowValue, row) => (
              <tr key={rowValue}>
                <th scope="row">{rowValue}</th>
                {columns.values.map((columnValue, column) => (
                  <td key={columnValue}>
                    <Cell item={cells.get(cellKey(column, row)) ?? null} onRetry={actions.retry} />
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {failed.length < 2 ? null : (
        <Button
          icon="retry"
          onClick={() => {
            for (const { job } of failed) void actions.retry(job);
          }}
        >
          Retry all {failed.length} that failed
        </Button>
      )}
    </section>
  );
}

function Cell({ item, onRetry }: { item: FeedItem | null; onRetry: (job: FeedItem['job']) => Promise<unknown> }) {
  const client = useClient();
  if (item === null) return <div className="image-cell" />;
  const { job, levels } = item;
  const [made] = job.outputs;
  const picture = made?.artifact.thumbnailUrl ?? made?.artifact.url;
  return (
    <div className="image-cell" style={{ aspectRatio: aspectOf(job) }} data-state={job.state}>
      {job.state === 'failed' || job.state === 'canceled' ? (
        <div className="image-cell-end" title={job.error === null ? undefined : failureWords(job.error)}>
          <JobState job={job} />
          <Button size="small" icon="retry" onClick={() => void onRetry(job)}>
            Retry
          </Button>
        </div>
      ) : (
        <a href={linkTo('live', [job.id])} aria-label={`${titleOf(job)}: ${job.state}`}>
          {picture === undefined ? (
            <Preview job={job} />
          ) : (
            <img className="result" src={client.address(picture)} alt="" />
          )}
        </a>
      )}
      {job.state === 'running' ? (
        <div className="image-cell-bar">
          <ProgressBar fraction={levels.progress?.fraction ?? null} size="thin" label="Progress of this cell" />
        </div>
      ) : null}
    </div>
  );
}

/** The picture on its way, where one runs. */
function Preview({ job: { id, state } }: Pick<FeedItem, 'job'>) {
  const { previewUrl } = useLiveJob(state === 'running' ? id : null);
  return previewUrl === null ? <Icon name="image" /> : <img className="preview" src={previewUrl} alt="" />;
}
