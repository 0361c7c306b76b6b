import type { Job } from '@rendercast/protocol/job';
import type { UseJob } from './use-job.js';
import type { Words } from './words.js';

/** What a job is about, in a line. */
export function titleOf({ request, kind, id }: Pick<Job, 'request' | 'kind' | 'id'>): string {
  const { prompt, plan } = request as { prompt?: string; plan?: { title?: string } };
  return prompt ?? plan?.title ?? `${kind} ${id}`;
}

/** The state of a job in a word or two. */
export function stateWords({ state, canceling, failures }: Job, words: Words): string {
  if (canceling) return words.states.stopping;
  return state === 'queued' && failures > 0 ? words.states.again : words.states[state];
}

/** How far it is, in words: only what is known. */
export function progressWords({ job, progress, place }: Pick<UseJob, 'job' | 'progress' | 'place'>, words: Words) {
  if (job === null) return [];
  if (job.state === 'queued')
    return place === null ? [] : [place.position === null ? place.message : words.place(place.position)];
  if (job.state !== 'running') return [];
  const stage = job.stage ?? progress?.stage ?? null;
  const seconds = (ms: number): string => words.time(Math.max(1, Math.round(ms / 1000)));
  return [
    stage === null ? null : words.stage(stage, job.stageIndex, job.stageCount),
    progress?.step == null ? null : words.step(progress.step, progress.steps),
    progress?.etaMs == null ? null : words.left(seconds(progress.etaMs)),
    progress === null || progress.etaMs !== null ? null : words.elapsed(seconds(progress.elapsedMs)),
  ].filter((part) => part !== null);
}

/** Part of the whole in whole percent: never 100 before it is done. */
export function wholePercent(fraction: number): number {
  return fraction >= 1 ? 100 : Math.min(99, Math.floor(fraction * 100));
}
