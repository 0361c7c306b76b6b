import type { Job, Levels, Progress } from '@rendercast/client';
import { ProgressBar } from '../parts/progress-bar.js';
import { duration, percent, stageName } from '../shell/format.js';
import './job.css';
import { useElapsed } from './use-elapsed.js';

const TONES = { queued: 'rest', running: 'accent', succeeded: 'good', failed: 'bad', canceled: 'rest' } as const;

/** How far the job is: what the engine says, or that it does not say. */
export function JobProgress({
  job,
  progress,
  place,
}: {
  job: Job;
  progress: Levels['progress'] | null | undefined;
  place: Levels['place'] | null | undefined;
}) {
  const elapsedMs = useElapsed(job, progress);
  if (job.state === 'queued') {
    return (
      <p className="quiet" role="status">
        {waitWords(job, place)}
      </p>
    );
  }
  const known = progress ?? job.progress;
  const fraction = known?.fraction ?? null;
  const stage = job.stage ?? known?.stage ?? null;
  const isRunning = job.state === 'running';
  return (
    <div>
      {/* An end without a number is an end: only what runs can be "unknown". */}
      <ProgressBar fraction={isRunning ? fraction : (fraction ?? 0)} tone={TONES[job.state]} />
      <dl className="job-figures">
        <Figure name={stageLabel(job)} value={stage === null ? '–' : stageName(stage)} />
        <Figure name="Step" value={stepWords(known)} />
        <Figure name="Done" value={fraction === null ? 'unknown' : percent(fraction)} />
        {isRunning ? (
          <>
            <Figure name="Time left" value={known?.etaMs == null ? 'unknown' : duration(known.etaMs)} />
            <Figure name="Elapsed" value={elapsedMs === null ? '–' : duration(elapsedMs)} />
          </>
        ) : (
          <Figure name="Took" value={job.timings === null ? '–' : duration(job.timings.runMs)} />
        )}
      </dl>
    </div>
  );
}

/** Why it does not run yet. */
export function waitWords(job: Job, place: Levels['place'] | null | undefined): string {
  if (place != null) return place.message;
  return job.notBefore === null ? 'Waiting for its turn' : 'Waiting to be tried again';
}

function stageLabel({ stageIndex, stageCount }: Job): string {
  return stageIndex === null || stageCount === null ? 'Stage' : `Stage ${stageIndex} of ${stageCount}`;
}

function stepWords(progress: Pick<Progress, 'step' | 'steps'> | null): string {
  if (progress === null || progress.step === null) return 'unknown';
  return progress.steps === null ? String(progress.step) : `${progress.step} of ${progress.steps}`;
}

function Figure({ name, value }: { name: string; value: string }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{value}</dd>
    </div>
  );
}
