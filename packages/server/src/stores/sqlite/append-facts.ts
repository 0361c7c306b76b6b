import type { FactBody, Job } from '@rendercast/protocol';
import { RendercastError } from '@rendercast/protocol/errors';
import { isEnded, isTerminal } from '@rendercast/protocol/reduce';
import type { Append, Condition } from '../store.js';
import type { Connection } from './connection.js';
import type { FactText } from './fact-texts.js';
import { readRow } from './job-row.js';
import { writeFacts } from './write-facts.js';

/** What came of an append, as text. */
export type AppendedTexts = { ok: true; before: string; facts: FactText[] } | { ok: false; job: string | null };

/** Adds facts to one job, if it stands as expected and they can follow what is there. */
export function appendFacts(connection: Connection, append: Append): AppendedTexts {
  const row = readRow(connection, append.jobId);
  if (row === null) return { ok: false, job: null };
  if (!holds(append.expect, row.job) || !mayFollow(row.job, append.bodies)) return { ok: false, job: row.text };
  const { facts } = writeFacts(connection, row, append.bodies, append.at);
  return { ok: true, before: row.text, facts };
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
