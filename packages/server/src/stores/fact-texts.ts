import type { Fact, Job, LoggedFact } from '@rendercast/protocol';
import { reduceKnown } from '@rendercast/protocol/reduce-known';

/** Many facts, read together: one text of each column, as a row for each would cost more than the facts in it. */
export interface FactColumns {
  /** Cursors, separated by commas. */
  cursors: string;
  /** Facts, separated by commas. */
  texts: string;
}

/** A fact with its place in the feed. */
export interface ParsedFact {
  cursor: number;
  fact: Fact;
}

/**
 * What the first of some facts of one job is folded onto, jobs and facts as text: `start`, nothing came before · `job`, the job as it was ·
 * `facts`, all earlier facts that change a job · `after`, the job as it is after the only fact there is · `held`, the
 * job as the asker has it already.
 */
export type Origin =
  | { kind: 'start' }
  | { kind: 'job'; job: string }
  | { kind: 'facts'; facts: string }
  | { kind: 'after'; job: string }
  | { kind: 'held' };

/** Takes the facts of one job in order, and gives each as it leaves the store: with the job after it. */
export type Fold = (fact: ParsedFact) => LoggedFact;

/** Starts folding one job's facts. `held`: the job before them, where the origin says that the asker has it. */
export function createFold(from: Origin, held: Job | null = null): Fold {
  let job = from.kind === 'held' ? held : jobBefore(from);
  return ({ cursor, fact }) => {
    job = from.kind === 'after' ? (JSON.parse(from.job) as Job) : reduceKnown(job, fact);
    return { fact, cursor, job };
  };
}

/** Parses facts that were read together. */
export function parseColumns({ cursors, texts }: FactColumns): ParsedFact[] {
  const facts = JSON.parse(`[${texts}]`) as Fact[];
  return parseNumbers(cursors).map((cursor, index) => ({ cursor, fact: facts[index] as Fact }));
}

/** Parses a column of numbers. */
export function parseNumbers(column: string): number[] {
  return JSON.parse(`[${column}]`) as number[];
}

function jobBefore(from: Origin): Job | null {
  if (from.kind === 'job') return JSON.parse(from.job) as Job;
  if (from.kind !== 'facts') return null;
  let job: Job | null = null;
  for (const fact of JSON.parse(`[${from.facts}]`) as Fact[]) job = reduceKnown(job, fact);
  return job;
}
