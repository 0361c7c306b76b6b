import type { Progress } from '../../events.js';
import type { Job, Snapshot } from '../../job.js';
import { steadyProgress } from '../../steady-progress.js';

/** The stages of a render, in order, with the percentage at which each begins. */
export const STAGES = {
  connected: 0,
  validating: 5,
  validated: 10,
  generating: 15,
  processing: 70,
  saving: 85,
  extracting: 95,
  complete: 100,
} as const;
export type StageName = keyof typeof STAGES;

/** How far a render has come. */
export interface Standing {
  stage: StageName;
  percent: number;
  message: string;
}

/** The last percentage at which the engine is still at work. */
const MOST_GENERATING = STAGES.processing - 1;

const MESSAGES: Record<Exclude<StageName, 'generating'>, string> = {
  connected: 'Connected. Send composition plan to begin rendering.',
  validating: 'Validating composition plan...',
  validated: 'Composition plan validated successfully',
  processing: 'API call complete, processing response...',
  saving: 'Saving audio file to disk...',
  extracting: 'Extracting metadata...',
  complete: 'Render complete!',
};

/** A stage that says the same for every render. */
export function standingAt(stage: Exclude<StageName, 'generating'>): Standing {
  return { stage, percent: STAGES[stage], message: MESSAGES[stage] };
}

/** The engine has begun. */
export function beginning(job: Job): Standing {
  return {
    stage: 'generating',
    percent: STAGES.generating,
    message: `Starting music generation with ${engineOf(job)}...`,
  };
}

/** The engine is at work. */
export function generating(job: Job, progress: Progress): Standing {
  const { fraction } = steadyProgress(job, progress);
  const percent = STAGES.generating + Math.floor(fraction * (MOST_GENERATING - STAGES.generating));
  const doing = progress.stage === null ? '' : ` (${progress.stage})`;
  return { stage: 'generating', percent, message: `Generating music with ${engineOf(job)}${doing}...` };
}

/** The stages that a render passes after the engine: its song is there, then the render is complete. */
export const AFTER_ENGINE = [standingAt('processing'), standingAt('saving')] as const;
export const AT_END = [standingAt('extracting'), standingAt('complete')] as const;

/** Every stage that a render has passed after its validation, for those who come late. */
export function passedBy({ job, levels }: Pick<Snapshot, 'job' | 'levels'>): Standing[] {
  const told = job.progress ?? levels.progress ?? null;
  const begun = job.attempt === 0 ? [] : [beginning(job), ...(told === null ? [] : [generating(job, told)])];
  if (job.state === 'succeeded') return [...begun, ...AFTER_ENGINE, ...AT_END];
  return job.outputs.length > 0 ? [...begun, ...AFTER_ENGINE] : begun;
}

/** Where a render stands. */
export function standingOf(snapshot: Pick<Snapshot, 'job' | 'levels'>): Standing {
  return passedBy(snapshot).at(-1) ?? standingAt('validated');
}

function engineOf(job: Job): string {
  return job.ranOn?.engine ?? job.engine;
}
