import type { Fact, Job, LoggedFact } from '@rendercast/protocol';
import { reduce } from '@rendercast/protocol/reduce';

/**
 * Facts cross the border between threads as the text they are stored as: parsing it costs less than a
 * structured clone, and the jobs that go with them are folded on arrival, sharing what did not change.
 */
export interface FactText {
  cursor: number;
  text: string;
}

/**
 * What the first of some facts of one job is folded onto: `start`, nothing came before · `job`, the job as it was ·
 * `facts`, all earlier facts that change a job · `after`, the job as it is after the only fact there is.
 */
export type Origin =
  | { kind: 'start' }
  | { kind: 'job'; job: string }
  | { kind: 'facts'; facts: string[] }
  | { kind: 'after'; job: string };

/** Takes the facts of one job in order, and gives each as it leaves the store: with the job after it. */
export type Fold = (fact: FactText) => LoggedFact;

/** Starts folding one job's facts. */
export function createFold(from: Origin): Fold {
  let job = jobBefore(from);
  return ({ cursor, text }) => {
    const fact = JSON.parse(text) as Fact;
    job = from.kind === 'after' ? (JSON.parse(from.job) as Job) : reduce(job, fact);
    return { fact, cursor, job };
  };
}

function jobBefore(from: Origin): Job | null {
  if (from.kind === 'job') return JSON.parse(from.job) as Job;
  if (from.kind !== 'facts') return null;
  let job: Job | null = null;
  for (const text of from.facts) job = reduce(job, JSON.parse(text) as Fact);
  return job;
}
