import { useFeed } from '@rendercast/client/react';
import { useState } from 'react';
import { SelectField } from '../parts/field.js';
import { Tabs } from '../parts/tabs.js';
import { go, linkTo } from '../shell/router.js';
import { ScreenHead } from '../shell/screen-head.js';
import type { ScreenProps } from '../shell/screen-props.js';
import { stateWords } from '../shell/state-words.js';
import { titleOf } from '../shell/title.js';
import { ConnectionPanel } from './connection-panel.js';
import { HistoryView } from './history-view.js';
import { LogView } from './log-view.js';
import { RequestView } from './request-view.js';
import './console.css';

const VIEWS = [
  { id: 'log', title: 'Messages' },
  { id: 'request', title: 'Request' },
  { id: 'history', title: 'History' },
] as const;
type View = (typeof VIEWS)[number]['id'];

/** Console, for developers: what is said on the wire, how to say it oneself, and what happened to a job. */
export function ConsoleScreen({ rest }: ScreenProps) {
  const [first, second] = rest;
  const view: View = VIEWS.find(({ id }) => id === first)?.id ?? 'log';
  return (
    <div className="console">
      <ScreenHead title="Console" />
      <div className="stack">
        <ConnectionPanel />
        <Tabs label="Views of the console" value={view} onValue={(id) => go(linkTo('console', [id]))} tabs={VIEWS}>
          <div className="console-view">
            {view === 'log' ? <LogView /> : <OfJob view={view} wanted={second ?? null} />}
          </div>
        </Tabs>
      </div>
    </div>
  );
}

/** A view about one job: the newest, unless another one is chosen or named in the address. */
function OfJob({ view, wanted }: { view: Exclude<View, 'log'>; wanted: string | null }) {
  const { jobs } = useFeed({}, { limit: 30, levels: false });
  // What was looked at first stays, however many newer ones come.
  const [kept, setKept] = useState<string | null>(null);
  if (kept === null && jobs[0] !== undefined) setKept(jobs[0].job.id);
  const id = wanted ?? kept;
  const job = jobs.find((item) => item.job.id === id)?.job ?? null;
  const known = jobs.map((item) => ({
    value: item.job.id,
    title: `${titleOf(item.job).slice(0, 60)} (${stateWords(item.job)})`,
  }));
  const options = id === null || job !== null ? known : [{ value: id, title: id }, ...known];
  return (
    <div className="stack">
      {id === null ? null : (
        <SelectField label="Job" value={id} onValue={(next) => go(linkTo('console', [view, next]))} options={options} />
      )}
      {view === 'request' ? <RequestView job={job} /> : <HistoryView id={id} />}
    </div>
  );
}
