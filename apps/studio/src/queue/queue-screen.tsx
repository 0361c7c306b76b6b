import { type FeedItem, useFeed } from '@rendercast/client/react';
import { useMemo } from 'react';
import { EmptyState, Panel, Problem } from '../parts/panel.js';
import { inLine } from '../shell/in-line.js';
import { useJobs } from '../shell/jobs.js';
import { ScreenHead } from '../shell/screen-head.js';
import { useEngines } from '../shell/use-engines.js';
import { mayOperate, useMe } from '../shell/who-am-i.js';
import { wordsOf } from '../shell/words.js';
import { Backends } from './backends.js';
import './queue.css';
import { QueueRow } from './queue-row.js';

const ACTIVE = { state: ['queued', 'running'] as ('queued' | 'running')[] };

/** Queue: what runs where, what waits and why, in which order; operators pause and resume. */
export function QueueScreen() {
  const { status, jobs, error, hasMore } = useFeed(ACTIVE, { limit: 200 });
  const engines = useEngines();
  const isOperator = mayOperate(useMe());
  const known = useJobs().jobs;
  const running = useMemo(() => withLevels(jobs, known).filter(({ job }) => job.state === 'running'), [jobs, known]);
  const waiting = useMemo(() => inLine(jobs.filter(({ job }) => job.state === 'queued')), [jobs]);
  const owners = new Set(jobs.map(({ job }) => job.owner));

  return (
    <>
      <ScreenHead title="Queue">
        <p className="quiet figures-even" role="status">
          {status === 'live' ? `${running.length} running, ${waiting.length} waiting` : ''}
        </p>
      </ScreenHead>
      {status === 'unavailable' ? <Problem>{wordsOf(error)}</Problem> : null}
      <div className="stack">
        <Backends engines={engines} running={running} isOperator={isOperator} />
        <Panel title="Running">
          {running.length === 0 ? (
            <p className="quiet">Nothing runs.</p>
          ) : (
            <Rows items={running} showOwner={owners.size > 1} />
          )}
        </Panel>
        <Panel title="Waiting">
          {waiting.length === 0 ? (
            <EmptyState icon="queue" title="The line is empty">
              What is submitted now starts at once, if an engine for it is free.
            </EmptyState>
          ) : (
            <Rows items={waiting} showOwner={owners.size > 1} />
          )}
          {hasMore ? <p className="quiet small queue-more">More wait than are shown here.</p> : null}
        </Panel>
      </div>
    </>
  );
}

/** A list comes without progress; the page may have heard some before, and shows it until more is said. */
function withLevels(items: readonly FeedItem[], known: readonly FeedItem[]): FeedItem[] {
  const levels = new Map(known.map((item) => [item.job.id, item.levels]));
  return items.map((item) => ({ job: item.job, levels: { ...levels.get(item.job.id), ...item.levels } }));
}

function Rows({ items, showOwner }: { items: readonly FeedItem[]; showOwner: boolean }) {
  return (
    <ol className="queue-rows">
      {items.map((item) => (
        <QueueRow key={item.job.id} item={item} showOwner={showOwner} />
      ))}
    </ol>
  );
}
