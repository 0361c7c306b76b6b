import type { Fact, FactBody, Job, LoggedFact } from '@rendercast/protocol';
import { blankFact, reduce } from '@rendercast/protocol/reduce';
import type { Append, AppendResult, Claim, ClaimRequest, Creation, CreationResult } from '../store.js';

/** What a group's transaction is asked to do. */
export type Call =
  | { verb: 'create'; input: Creation }
  | { verb: 'append'; input: Append }
  | { verb: 'claim'; input: ClaimRequest }
  | { verb: 'saveHandle'; input: { jobId: string; attempt: number; value: string } };

/** What comes of a call, once the group is committed and its facts have their cursors. */
export type Answer = () => CreationResult | AppendResult | Claim | null | boolean;

/** A job's row within the group. */
export interface Row {
  /** Short number of the row. */
  n: number;
  /** As the table has it; null: it is not there yet. */
  stored: Job | null;
  /** As it stands with what the group has done so far. */
  job: Job;
}

/** A fact on its way into the log. */
export interface NewFact {
  n: number;
  /** As it was said: what the answer tells. */
  fact: Fact;
  /** As it is stored: without its content, if the group removes that. */
  kept: Fact;
  job: Job;
  /** Known once the counter was taken. */
  cursor: number;
}

/** All that one transaction does, gathered in memory and then written in few statements. */
export interface Group {
  facts: NewFact[];
  /** How many jobs came to stand or stand no more, by state. */
  totals: Map<string, number>;
  /** The same for waiting jobs, by owner. */
  waiting: Map<string, number>;
  /** Jobs that came back into the line, by owner: no limit holds for these. */
  requeued: Map<string, number>;
  /** Limits on waiting jobs that the group's creations named, by owner; `null` stands for all. */
  limits: Map<string | null, number>;
  /** Whether something happened that an idle worker may wait for. */
  rings: boolean;
  /** Numbers, folds and notes facts of one job; answers them. */
  add(row: Row, bodies: readonly FactBody[], at: string): NewFact[];
}

/** An empty group. */
export function createGroup(): Group {
  const totals = new Map<string, number>();
  const waiting = new Map<string, number>();
  const requeued = new Map<string, number>();
  const facts: NewFact[] = [];
  const byRow = new Map<number, NewFact[]>();
  const group: Group = { facts, totals, waiting, requeued, limits: new Map(), rings: false, add };

  function add(row: Row, bodies: readonly FactBody[], at: string): NewFact[] {
    const before = row.stored === null && row.job.seq === 0 ? null : row.job;
    const added = bodies.map((body) => addOne(row, body, at));
    move(before, row.job);
    return added;
  }

  function addOne(row: Row, body: FactBody, at: string): NewFact {
    const isFirst = row.job.seq === 0;
    // As it will be read again: what JSON leaves out is not told either.
    const fact = JSON.parse(JSON.stringify({ ...body, jobId: row.job.id, seq: row.job.seq + 1, at })) as Fact;
    row.job = reduce(isFirst ? null : row.job, fact);
    const added: NewFact = { n: row.n, fact, kept: fact, job: row.job, cursor: 0 };
    const earlier = byRow.get(row.n) ?? [];
    if (fact.type === 'removed') for (const each of earlier) each.kept = blankFact(each.kept, fact.artifactId);
    byRow.set(row.n, earlier);
    earlier.push(added);
    facts.push(added);
    return added;
  }

  function move(before: Job | null, after: Job): void {
    if (before?.state === after.state) return;
    if (before !== null) count(totals, before.state, -1);
    count(totals, after.state, 1);
    if (before?.state === 'queued') count(waiting, before.owner, -1);
    if (after.state === 'queued') count(waiting, after.owner, 1);
    if (after.state === 'queued' && before !== null) count(requeued, after.owner, 1);
    // A new job, one that came back, a slot that became free.
    if (after.state !== 'running') group.rings = true;
  }

  return group;
}

/** The facts as they leave the store. */
export function logged(facts: readonly NewFact[]): LoggedFact[] {
  return facts.map(({ fact, cursor, job }) => ({ fact, cursor, job }));
}

function count(counts: Map<string, number>, key: string, by: number): void {
  counts.set(key, (counts.get(key) ?? 0) + by);
}
