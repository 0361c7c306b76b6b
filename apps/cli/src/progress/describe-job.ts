import type { Job, Levels } from '@rendercast/client';
import { printable } from '../terminal/printable.js';
import { formatDuration, formatElapsed, formatLeft } from './duration.js';

/** A job as its watcher knows it. */
export interface Watched {
  job: Job;
  levels: Levels;
  /** When the newest progress came, in milliseconds of the monotonic clock; times run on from there. */
  progressAtMs: number | null;
}

/** The present on both clocks, in milliseconds. */
export interface Now {
  wallMs: number;
  monotonicMs: number;
}

/** One remark about a job. */
export interface Part {
  text: string;
  /** In a narrow terminal, parts with lower numbers go first. */
  keep: number;
}

/** What a line about a job says, before it is fitted to a width. */
export interface Description {
  title: string;
  /** Length of the bar, 0 to 1; null: how far is unknown; absent: there is nothing to draw a bar for. */
  fraction?: number | null;
  parts: Part[];
}

/** Puts into words how a job stands. Nothing is guessed: what the engine does not tell reads "unknown". */
export function describeJob(watched: Watched, now: Now): Description {
  switch (watched.job.state) {
    case 'queued':
      return describeQueued(watched, now);
    case 'running':
      return describeRunning(watched, now);
    default:
      return describeEnded(watched.job);
  }
}

function describeQueued({ job, levels }: Watched, now: Now): Description {
  const parts: Part[] = [];
  if (job.error !== null) {
    parts.push({ text: `try ${job.attempt + 1} after ${printable(job.error.message)}`, keep: 6 });
  }
  const againMs = job.notBefore === null ? 0 : Date.parse(job.notBefore) - now.wallMs;
  if (againMs > 0) parts.push({ text: `again in ${formatElapsed(againMs + 999)}`, keep: 8 });
  const place = placeInLine(levels);
  if (place !== null) parts.push({ text: place, keep: 9 });
  parts.push({ text: `waiting ${formatElapsed(now.wallMs - Date.parse(job.createdAt))}`, keep: 4 });
  return { title: job.canceling ? 'canceling' : job.failures > 0 ? 'waiting to try again' : 'queued', parts };
}

function placeInLine({ place }: Levels): string | null {
  if (place === undefined || place.reason === 'backoff') return null; // the time until the next try says more
  if (place.reason !== 'in_line' || place.position === null) return printable(place.message);
  return place.position === 1 ? 'next in line' : `${ordinal(place.position)} of ${place.waiting} in line`;
}

function describeRunning({ job, levels, progressAtMs }: Watched, now: Now): Description {
  const progress = levels.progress;
  const sinceMs = progressAtMs === null ? 0 : now.monotonicMs - progressAtMs;
  const fraction = progress?.fraction ?? null;
  const leftMs = progress?.etaMs ?? null;
  const elapsedMs = progress === undefined ? now.wallMs - startOf(job) : progress.elapsedMs + sinceMs;
  const parts: Part[] = [{ text: percent(fraction), keep: 9 }];
  const step = stepText(progress?.step ?? null, progress?.steps ?? job.steps);
  if (step !== null) parts.push({ text: step, keep: 7 });
  parts.push({
    text: formatLeft(leftMs === null ? null : Math.max(0, leftMs - sinceMs)),
    keep: leftMs === null ? 3 : 8,
  });
  parts.push({ text: `${formatElapsed(elapsedMs)} so far`, keep: 4 });
  if (job.attempt > 1) parts.push({ text: `try ${job.attempt}`, keep: 6 });
  return { title: job.canceling ? 'canceling' : stageText(job), fraction, parts };
}

function describeEnded(job: Job): Description {
  const parts: Part[] = [];
  if (job.error !== null) parts.push({ text: `${job.error.code}: ${printable(job.error.message)}`, keep: 9 });
  if (job.state !== 'succeeded' && job.progress !== null && job.progress.fraction !== null) {
    parts.push({ text: `at ${percent(job.progress.fraction)}`, keep: 5 });
  }
  if (job.timings !== null) parts.push({ text: formatDuration(job.timings.runMs), keep: 8 });
  if (job.attempt > 1) parts.push({ text: `${job.attempt} tries`, keep: 6 });
  if (job.removed) parts.push({ text: 'removed', keep: 7 });
  return { title: job.state === 'succeeded' ? 'done' : job.state, parts };
}

function stageText(job: Job): string {
  if (job.stage === null) return 'starting';
  const stage = printable(job.stage);
  return job.stageIndex !== null && job.stageCount !== null && job.stageCount > 1
    ? `${stage} ${job.stageIndex}/${job.stageCount}`
    : stage;
}

/** Whole percents, rounded down: 100 % is said when everything is done. */
function percent(fraction: number | null): string {
  return fraction === null ? 'progress unknown' : `${Math.floor(fraction * 100)} %`;
}

function stepText(step: number | null, steps: number | null): string | null {
  if (step === null) return steps === null ? null : `${steps} steps`;
  return steps === null ? `step ${step}` : `step ${step}/${steps}`;
}

function startOf(job: Job): number {
  return Date.parse(job.startedAt ?? job.createdAt);
}

function ordinal(place: number): string {
  const teen = place % 100 >= 11 && place % 100 <= 13;
  const ending = teen ? 'th' : (['th', 'st', 'nd', 'rd'][place % 10] ?? 'th');
  return `${place}${ending}`;
}
