import type { Append, ClaimRequest, Creation } from '../store.js';
import { appendFacts } from './append-facts.js';
import { claimJobs } from './claim-jobs.js';
import type { Sql } from './connection.js';
import { decideCreations, writeCreations } from './create-jobs.js';
import { type Answer, type Call, createGroup, type Group, type Row } from './group.js';
import { lockRows, updateRows } from './job-row.js';
import { type KeptHandle, keepOutputs, writeHandles } from './keep-aside.js';
import { blankFacts } from './write-facts.js';

/** What a group came to, before its commit. */
export interface Ran {
  group: Group;
  /** One for each call, in their order. */
  answers: Answer[];
}

/**
 * Does all that a group asks for but the commit, inside an open transaction. Everything is decided here, on rows that are
 * locked: a call that is refused changes nothing, and the others never notice. Locks are taken in one order by every
 * node (names, rows, backends, the counter), so that groups cannot deadlock.
 */
export async function runGroup(sql: Sql, schema: string, calls: readonly Call[]): Promise<Ran> {
  const group = createGroup();
  const creations = calls.flatMap((call) => (call.verb === 'create' ? [call.input] : []));
  const created = await decideCreations(sql, group, schema, creations);
  const ids = calls.flatMap((call) => (call.verb === 'append' || call.verb === 'saveHandle' ? [call.input.jobId] : []));
  const [rows] = await Promise.all([lockRows(sql, ids, created.takenOver), writeCreations(sql, created)]);

  const handles: KeptHandle[] = [];
  const answers = new Map<Creation | Append | ClaimRequest | object, Answer>(created.answers);
  for (const call of calls) {
    if (call.verb === 'append') answers.set(call.input, appendFacts(group, rows.get(call.input.jobId), call.input));
    if (call.verb === 'saveHandle')
      answers.set(call.input, keepHandle(handles, rows.get(call.input.jobId), call.input));
  }
  await writeAppended(sql, group, rows, handles);

  const requests = calls.flatMap((call) => (call.verb === 'claim' ? [call.input] : []));
  if (requests.length > 0)
    for (const [request, answer] of await claimJobs(sql, group, schema, requests)) answers.set(request, answer);
  return { group, answers: calls.map(({ input }) => answers.get(input) ?? (() => null)) };
}

function keepHandle(
  handles: KeptHandle[],
  row: Row | undefined,
  { attempt, value }: { attempt: number; value: string },
): Answer {
  if (row === undefined || row.job.state !== 'running' || row.job.attempt !== attempt) return () => false;
  handles.push({ row, attempt, value });
  return () => true;
}

async function writeAppended(
  sql: Sql,
  { facts }: Group,
  rows: ReadonlyMap<string, Row>,
  handles: readonly KeptHandle[],
): Promise<void> {
  // In this order: an end takes the handle away that was kept before it.
  await Promise.all([
    writeHandles(sql, handles),
    updateRows(sql, rows.values()),
    keepOutputs(sql, facts),
    blankFacts(sql, facts),
  ]);
}
