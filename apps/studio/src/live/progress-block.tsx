import type { Job, Levels, Progress } from '@rendercast/client';
import { duration, percent, stageName } from '../shell/format.js';

/** How far the job is: what the engine says, or that it does not say. */
export function ProgressBlock({
  job,
  progress,
  place,
}: {
  job: Job;
  progress: Levels['progress'] | null;
  place: Levels['place'] | null;
}) {
  if (job.state === 'queued') {
    return (
      <p className="quiet" role="status">
        {place?.message ?? (job.notBefore === null ? 'Waiting for its turn' : 'Waiting to be tried again')}
      </p>
    );
  }
  const known = progress ?? job.progress;
  const fraction = known?.fraction ?? null;
  const stage = job.stage ?? known?.stage ?? null;
  return (
    <div className="progress-block">
      <div
        className={fraction === null && job.state === 'running' ? 'progress unknown' : 'progress'}
        data-state={job.state}
        role="progressbar"
        aria-label="Progress"
        aria-valuemin={0}
        aria-valuemax={100}
        aria-valuenow={fraction === null ? undefined : Math.floor(fraction * 100)}
      >
        <div className="progress-bar" style={{ transform: `scaleX(${fraction ?? 0})` }} />
      </div>
      <dl className="figures">
        <Figure name={stageLabel(job)} value={stage === null ? '–' : stageName(stage)} />
        <Figure name="Step" value={stepWords(known)} />
        <Figure name="Done" value={fraction === null ? 'unknown' : percent(fraction)} />
        {job.state === 'running' ? (
          <Figure name="Time left" value={known === null || known.etaMs === null ? 'unknown' : duration(known.etaMs)} />
        ) : (
          <Figure name="Took" value={job.timings === null ? '–' : duration(job.timings.runMs)} />
        )}
      </dl>
    </div>
  );
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
