import { useEffect, useState } from 'react';
import { Button, IconButton } from '../parts/button.js';
import { EmptyState, Panel, Problem } from '../parts/panel.js';
import { stateWords } from '../shell/state-words.js';
import { wordsOf } from '../shell/words.js';
import { CopyButton } from './copy-button.js';
import { type Step, useHistory } from './use-history.js';

/** The longest pause between two facts when they are played, in milliseconds: nobody watches a queue at its own pace. */
const LONGEST_PAUSE_MS = 1_500;
const SHORTEST_PAUSE_MS = 120;

/** The history of a job, fact by fact: as a list, with a slider, or played. */
export function HistoryView({ id }: { id: string | null }) {
  const history = useHistory(id);
  if (id === null || history === null || (history.steps.length === 0 && history.error === null))
    return (
      <EmptyState icon="clock" title={id === null ? 'No job is chosen' : 'Reading the history…'}>
        Choose a job above, and play what happened to it.
      </EmptyState>
    );
  if (history.error !== null) return <Problem>{wordsOf(history.error)}</Problem>;
  return <Replay key={id} steps={history.steps} />;
}

function Replay({ steps }: { steps: readonly Step[] }) {
  const [at, setAt] = useState(steps.length - 1);
  const [playing, setPlaying] = useState(false);
  const step = steps[at] ?? steps[steps.length - 1];
  useEffect(() => {
    if (!playing) return undefined;
    const next = steps[at + 1];
    const timer = window.setTimeout(
      () => (next === undefined ? setPlaying(false) : setAt(at + 1)),
      next === undefined ? 0 : pauseMs(steps[at], next),
    );
    return () => window.clearTimeout(timer);
  }, [playing, at, steps]);
  if (step === undefined) return null;
  const text = JSON.stringify(step.fact, null, 2);
  return (
    <div className="replay">
      <Panel
        title="Facts"
        actions={
          <div className="button-row">
            <IconButton icon="left" label="One back" disabled={at === 0} onClick={() => setAt(at - 1)} />
            <Button
              icon={playing ? 'pause' : 'play'}
              onClick={() => {
                if (!playing && at >= steps.length - 1) setAt(0);
                setPlaying(!playing);
              }}
            >
              {playing ? 'Pause' : 'Play'}
            </Button>
            <IconButton icon="right" label="One on" disabled={at >= steps.length - 1} onClick={() => setAt(at + 1)} />
          </div>
        }
      >
        <input
          className="replay-slider"
          type="range"
          aria-label="Fact"
          aria-valuetext={`${at + 1} of ${steps.length}: ${step.fact.type}`}
          min={0}
          max={steps.length - 1}
          value={at}
          onChange={(event) => setAt(Number(event.target.value))}
        />
        <ol className="replay-list" aria-label="All facts">
          {steps.map(({ fact }, index) => (
            <li key={fact.seq}>
              <button
                type="button"
                className="replay-row"
                aria-current={index === at ? 'step' : undefined}
                data-past={index <= at || undefined}
                onClick={() => setAt(index)}
              >
                <span className="figures-even quiet">{fact.seq}</span>
                <span>{fact.type}</span>
                <span className="quiet small figures-even">{since(steps, index)}</span>
              </button>
            </li>
          ))}
        </ol>
      </Panel>
      <div className="stack">
        <Panel title="The job after it">
          <dl className="replay-job">
            <Row name="State" value={stateWords(step.job)} />
            <Row name="Attempt" value={String(step.job.attempt)} />
            <Row name="Stage" value={step.job.stage ?? '–'} />
            <Row name="Outputs" value={String(step.job.outputs.length)} />
            <Row name="Ran on" value={step.job.ranOn?.backend ?? '–'} />
            <Row name="Error" value={step.job.error?.code ?? '–'} />
          </dl>
        </Panel>
        <Panel title={`Fact ${step.fact.seq}`} actions={<CopyButton text={text} what="the fact" />}>
          <pre className="code replay-fact" tabIndex={0} aria-label="The fact in full">
            {text}
          </pre>
        </Panel>
      </div>
    </div>
  );
}

function Row({ name, value }: { name: string; value: string }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{value}</dd>
    </div>
  );
}

function since(steps: readonly Step[], index: number): string {
  const first = steps[0];
  const step = steps[index];
  if (first === undefined || step === undefined) return '';
  return `+${((Date.parse(step.fact.at) - Date.parse(first.fact.at)) / 1000).toFixed(2)} s`;
}

function pauseMs(from: Step | undefined, to: Step): number {
  const realMs = from === undefined ? 0 : Date.parse(to.fact.at) - Date.parse(from.fact.at);
  return Math.min(LONGEST_PAUSE_MS, Math.max(SHORTEST_PAUSE_MS, realMs));
}
