import type { LevelOf } from '@rendercast/protocol';
import type { Candidate } from '../engines/registry.js';
import type { WaitingJob } from '../stores/store.js';
import { backendsFor, whyNowhere } from './routing.js';

/** How one waiting job stands. */
export type LineState = Pick<LevelOf<'place'>, 'position' | 'waiting' | 'reason' | 'message'>;

/** Jobs that the same backends can run wait in one line; lines that share a backend hold each other up. */
interface Line {
  backends: ReadonlySet<string>;
  /** Jobs counted so far, and in all. */
  passed: number;
  waiting: number;
}

/**
 * Works out for all waiting jobs, given in the order in which they would run, where each stands. One pass: the cost grows
 * with the jobs and with the few different sets of backends, never with jobs times jobs.
 */
export function lineUp(jobs: readonly WaitingJob[], candidates: readonly Candidate[], nowMs: number): LineState[] {
  const choices = new Map<string, Candidate[]>();
  const lines = new Map<string, Line>();
  const placed = jobs.map((job) => {
    const key = JSON.stringify([job.kind, job.engine, job.model]);
    const able = choices.get(key) ?? backendsFor(candidates, job);
    choices.set(key, able);
    const state = notInLine(job, able, candidates, nowMs);
    if (state !== null) return state;
    const line = lineOf(lines, able);
    line.waiting++;
    return line;
  });
  return placed.map((state) => ('backends' in state ? inLine(state, lines) : state));
}

/** Why a job is not in any line; null: it is in one. */
function notInLine(
  job: WaitingJob,
  able: readonly Candidate[],
  candidates: readonly Candidate[],
  nowMs: number,
): LineState | null {
  if (able.length === 0) return aside('no_backend', whyNowhere(candidates, job));
  if (able.every(({ state }) => state === 'paused'))
    return aside('paused', 'Paused by an operator; it runs after that.');
  const up = able.some(({ state }) => state === 'up');
  if (!up) {
    const names = able.map(({ backend }) => `"${backend}"`).join(', ');
    return aside(
      'no_backend',
      `The backend ${names} is down. The job runs once it is back; cancel it to choose another.`,
    );
  }
  if (job.notBefore !== null && Date.parse(job.notBefore) > nowMs) {
    return aside('backoff', `An attempt failed; the next one starts at ${job.notBefore} at the earliest.`);
  }
  return null;
}

function aside(reason: LineState['reason'], message: string): LineState {
  return { position: null, waiting: 0, reason, message };
}

function lineOf(lines: Map<string, Line>, able: readonly Candidate[]): Line {
  const names = able.map(({ backend }) => backend).sort();
  const key = JSON.stringify(names);
  const line = lines.get(key) ?? { backends: new Set(names), passed: 0, waiting: 0 };
  lines.set(key, line);
  return line;
}

function inLine(own: Line, lines: ReadonlyMap<string, Line>): LineState {
  own.passed++;
  let position = 0;
  let waiting = 0;
  for (const line of lines.values()) {
    if (line !== own && ![...line.backends].some((backend) => own.backends.has(backend))) continue;
    position += line.passed;
    waiting += line.waiting;
  }
  const message = position === 1 ? 'Runs next.' : `${position - 1} in front of it.`;
  return { position, waiting, reason: 'in_line', message };
}
