import type { LevelOf } from '@rendercast/protocol';
import type { Candidate } from '../engines/registry.js';
import type { WaitingJob } from '../stores/store.js';
import { backendsFor, whyNowhere } from './routing.js';

/** How one waiting job stands. */
export type LineState = Pick<LevelOf<'place'>, 'position' | 'waiting' | 'reason' | 'message'>;

/** A job with where it stands. */
export interface Placed {
  job: WaitingJob;
  state: LineState;
}

/** Jobs that the same backends can run wait in one line; lines that share a backend hold each other up. */
interface Line {
  backends: ReadonlySet<string>;
  /** Jobs counted so far, and in all. */
  passed: number;
  waiting: number;
}

/** Jobs that ask for the same: where they can run, and the line in which they wait. */
interface Choice {
  able: Candidate[];
  line: Line;
}

/**
 * Works out where jobs stand that somebody wants to know of, given all waiting jobs in the order in which they would
 * run. One pass: the cost grows with the jobs and with the few different sets of backends, never with jobs times jobs.
 */
export function lineUp(
  jobs: readonly WaitingJob[],
  candidates: readonly Candidate[],
  nowMs: number,
  isWanted: (jobId: string) => boolean = () => true,
): Placed[] {
  const lines = new Map<string, Line>();
  const choiceOf = createChoices(candidates, lines);
  const standing = jobs.map((job): Line | LineState => {
    const { able, line } = choiceOf(job);
    const aside = notInLine(job, able, candidates, nowMs);
    if (aside === null) line.waiting += 1;
    return aside ?? line;
  });
  const placed: Placed[] = [];
  for (const [index, job] of jobs.entries()) {
    const stands = standing[index];
    if (stands === undefined) continue;
    const inLine = 'backends' in stands;
    if (inLine) stands.passed += 1;
    if (isWanted(job.id)) placed.push({ job, state: inLine ? stateIn(stands, lines) : stands });
  }
  return placed;
}

/** Jobs that ask for the same are routed once. */
function createChoices(candidates: readonly Candidate[], lines: Map<string, Line>): (job: WaitingJob) => Choice {
  const choices = new Map<string, Choice>();
  return (job) => {
    const key = `${job.kind}\n${job.engine}\n${job.model ?? ''}`;
    let choice = choices.get(key);
    if (choice === undefined) {
      const able = backendsFor(candidates, job);
      choice = { able, line: lineOf(lines, able) };
      choices.set(key, choice);
    }
    return choice;
  };
}

/** Why a job is not in any line; null: it is in one. */
function notInLine(
  job: WaitingJob,
  able: readonly Candidate[],
  candidates: readonly Candidate[],
  nowMs: number,
): LineState | null {
  if (able.length === 0) return aside('no_backend', whyNowhere(candidates, job));
  if (!able.some(({ state }) => state === 'up')) {
    if (able.some(({ state }) => state === 'paused'))
      return aside('paused', 'Paused by an operator; it runs after that.');
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

/** Where a job stands that was counted last. */
function stateIn(own: Line, lines: ReadonlyMap<string, Line>): LineState {
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
