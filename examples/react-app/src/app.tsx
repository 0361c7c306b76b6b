import { ConnectionBadge, Gallery, ImageGenerationModal, JobCard, QueueList } from '@rendercast/client/react';
import { useState } from 'react';

/** Ready parts, put where this product wants them. */
export function App() {
  const [asking, setAsking] = useState(false);
  const [chosen, setChosen] = useState<string | null>(null);
  return (
    <main className="app">
      <header>
        <h1>A product of your own</h1>
        <ConnectionBadge />
        <button type="button" className="rc-button rc-primary" onClick={() => setAsking(true)}>
          New picture
        </button>
      </header>
      <ImageGenerationModal
        open={asking}
        onClose={() => setAsking(false)}
        prompt="a red fox under a yellow moon"
        options={{ steps: 20, width: 256, height: 256 }}
        onDone={(job) => setChosen(job.id)}
      />
      <div className="columns">
        <div>
          {chosen === null ? null : <JobCard job={chosen} onRetried={(job) => setChosen(job.id)} />}
          <h2>Queue</h2>
          <QueueList onOpen={setChosen} />
        </div>
        <div>
          <h2>Gallery</h2>
          <Gallery onOpen={(job) => setChosen(job.id)} />
        </div>
      </div>
    </main>
  );
}
