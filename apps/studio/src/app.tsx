import { CreatePanel } from './create/create-panel.js';
import { JobList } from './jobs/job-list.js';
import { LiveJob } from './live/live-job.js';
import { ConnectionBadge } from './shell/connection-badge.js';
import { Mark } from './shell/mark.js';
import { useSelectedJob } from './shell/use-selected-job.js';

/** The studio: what to make on the left, what is being made in the middle, all that was made on the right. */
export function App() {
  const [selected, select] = useSelectedJob();
  return (
    <div className="studio">
      <header className="bar">
        <a className="brand" href="/">
          <Mark />
          <span>Rendercast</span>
        </a>
        <nav className="bar-links">
          <a href="/docs">API</a>
          <ConnectionBadge />
        </nav>
      </header>
      <main className="columns">
        <CreatePanel onCreated={select} />
        <LiveJob id={selected} onRetried={select} />
        <JobList selected={selected} onSelect={select} />
      </main>
    </div>
  );
}
