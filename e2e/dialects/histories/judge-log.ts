import { type Fact, isTerminal } from '@rendercast/protocol';
import { createFindings, type Fault } from './faults.js';
import { cursorOf, type TrueJob, type Truth } from './truth.js';

/** The holders of a task's id come one after the other: none is made before the one before it has ended. */
export function judgeHolders(truth: Truth): Fault[] {
  const findings = createFindings({ name: 'log' });
  const last = new Map<string, TrueJob>();
  for (const each of truth.jobs) {
    if (each.job.clientId === null) continue;
    const name = `${each.job.owner} ${each.shown}`;
    const before = last.get(name);
    last.set(name, each);
    const ended = before === undefined ? 0 : cursorOf(before, isTerminal);
    const made = cursorOf(each, ({ type }) => type === 'queued');
    if (ended === null || made === null || ended > made) findings.add('made-twice', `${name}: ${each.job.id}`);
  }
  return findings.faults;
}

/** A plan is made again only when its last render is not to be joined any more: it was delivered, failed or was cancelled. */
export function judgeJoins(truth: Truth): Fault[] {
  const findings = createFindings({ name: 'log' });
  const last = new Map<string, TrueJob>();
  for (const each of truth.jobs) {
    if (each.job.kind !== 'music') continue;
    const name = `${each.job.owner} ${each.plan}`;
    const before = last.get(name);
    last.set(name, each);
    if (before === undefined) continue;
    const freed = cursorOf(before, (fact) => frees(fact));
    const made = cursorOf(each, ({ type }) => type === 'queued');
    if (freed === null || made === null || freed > made)
      findings.add('made-twice', `"${name}": ${before.job.id} and ${each.job.id}`);
  }
  return findings.faults;
}

function frees(fact: Fact): boolean {
  if (fact.type === 'edited') return fact.tags?.includes('delivered') === true;
  return isTerminal(fact) && fact.type !== 'succeeded';
}
