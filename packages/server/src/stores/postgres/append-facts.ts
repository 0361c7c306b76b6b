import type { FactBody, Job } from '@rendercast/protocol';
import { RendercastError } from '@rendercast/protocol/errors';
import { isEnded, isTerminal } from '@rendercast/protocol/reduce';
import type { Append, Condition } from '../store.js';
import { type Answer, type Group, logged, type Row } from './group.js';

/** Adds facts to one locked job, if it stands as expected and they can follow what is there. */
export function appendFacts(group: Group, row: Row | undefined, append: Append): Answer {
  if (row === undefined) return () => ({ ok: false, job: null });
  const { job } = row;
  if (!holds(append.expect, job) || !mayFollow(job, append.bodies)) return () => ({ ok: false, job });
  const added = group.add(row, append.bodies, append.at);
  const after = row.job;
  return () => ({ ok: true, job: after, logged: logged(added) });
}

function holds(expect: Condition, job: Job): boolean {
  return (
    (expect.seq === undefined || expect.seq === job.seq) &&
    (expect.attempt === undefined || (expect.attempt === job.attempt && job.state === 'running')) &&
    (expect.states === undefined || expect.states.includes(job.state)) &&
    !(expect.notCanceling === true && job.canceling)
  );
}

/** Whatever the condition: one end per job, and after it only `edited` and `removed`. */
function mayFollow(job: Job, bodies: readonly FactBody[]): boolean {
  let ended = isEnded(job);
  for (const body of bodies) {
    if (body.type === 'queued' || body.type === 'started')
      throw new RendercastError('internal', `"${body.type}" is written by create and claim alone`);
    if (ended && body.type !== 'edited' && body.type !== 'removed') return false;
    ended ||= isTerminal(body);
  }
  return true;
}
