import type { FactBody, Job } from '@rendercast/protocol';
import { RendercastError } from '@rendercast/protocol/errors';
import { isEnded, isTerminal } from '@rendercast/protocol/reduce';
import type { Append, Condition } from './store.js';

/** Whether a job stands as an append expects, and its facts can follow what is there. */
export function mayBeAppended({ expect, bodies }: Append, job: Job): boolean {
  return holds(expect, job) && mayFollow(job, bodies);
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
