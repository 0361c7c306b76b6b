import type { FeedItem } from '@rendercast/client/react';
import { JobView } from '../job/job-view.js';
import { Button, ButtonLink } from '../parts/button.js';
import { EmptyState, Problem } from '../parts/panel.js';
import { inLine } from '../shell/in-line.js';
import { isActive, useJobs } from '../shell/jobs.js';
import { go, linkTo } from '../shell/router.js';
import { ScreenHead } from '../shell/screen-head.js';
import type { ScreenProps } from '../shell/screen-props.js';
import { wordsOf } from '../shell/words.js';
import './live.css';
import { LiveCard } from './live-card.js';

/** Of what has ended, the newest stay in sight; the rest is in the gallery. */
const MOST_ENDED = 9;

/** Live: a card for each job that waits or runs, then what has just ended. One of them in full, where the address names it. */
export function LiveScreen({ rest: [id] }: ScreenProps) {
  if (id !== undefined) {
    return (
      <>
        <ScreenHead title="Live">
          <ButtonLink size="small" tone="quiet" icon="left" href={linkTo('live')}>
            All jobs
          </ButtonLink>
        </ScreenHead>
        <div className="live-one">
          <JobView key={id} id={id} onRetried={(next) => go(linkTo('live', [next]))} />
        </div>
      </>
    );
  }
  return <AllJobs />;
}

function AllJobs() {
  const { status, jobs, error, hasMore, loadMore } = useJobs();
  const shown = jobs.filter(({ job }) => !job.removed);
  const active = shown.filter(isActive);
  const running = active.filter(({ job }) => job.state === 'running');
  const waiting = active.filter(({ job }) => job.state === 'queued');
  const ended = shown.filter((item) => !isActive(item)).slice(0, MOST_ENDED);
  return (
    <>
      <ScreenHead title="Live">
        <p className="quiet figures-even" role="status">
          {summary(running.length, waiting.length)}
        </p>
      </ScreenHead>
      {status === 'unavailable' ? <Problem>{wordsOf(error)}</Problem> : null}
      {status === 'loading' ? <p className="frame-wait">Looking at the jobs…</p> : null}
      {status === 'live' && shown.length === 0 ? (
        <div className="panel">
          <EmptyState
            icon="live"
            title="Nothing is under way"
            actions={
              <>
                <ButtonLink tone="primary" icon="image" href={linkTo('image')}>
                  Create an image
                </ButtonLink>
                <ButtonLink icon="music" href={linkTo('music')}>
                  Create music
                </ButtonLink>
              </>
            }
          >
            What you make is shown here while it is made, wherever it was started from.
          </EmptyState>
        </div>
      ) : null}
      <Cards title="Running" items={running} />
      <Cards title="Waiting" items={inLine(waiting)} />
      <Cards title="Just ended" items={ended} />
      {hasMore && shown.length > 0 && active.length === shown.length ? (
        <Button size="small" onClick={() => void loadMore().catch(() => undefined)}>
          Show older jobs
        </Button>
      ) : null}
    </>
  );
}

function Cards({ title, items }: { title: string; items: readonly FeedItem[] }) {
  if (items.length === 0) return null;
  return (
    <section className="live-part" aria-label={title}>
      <h2 className="live-part-title">{title}</h2>
      <ul className="live-cards">
        {items.map((item) => (
          <LiveCard key={item.job.id} item={item} />
        ))}
      </ul>
    </section>
  );
}

function summary(running: number, waiting: number): string {
  return [running > 0 ? `${running} running` : '', waiting > 0 ? `${waiting} waiting` : ''].filter(Boolean).join(', ');
}
