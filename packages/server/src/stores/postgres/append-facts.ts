import { mayBeAppended } from '../append-conditions.js';
import type { Append } from '../store.js';
import { type Answer, type Group, logged, type Row } from './group.js';

/** Adds facts to one locked job, if it stands as expected and they can follow what is there. */
export function appendFacts(group: Group, row: Row | undefined, append: Append): Answer {
  if (row === undefined) return () => ({ ok: false, job: null });
  const { job } = row;
  if (!mayBeAppended(append, job)) return () => ({ ok: false, job });
  const added = group.add(row, append.bodies, append.at);
  const after = row.job;
  return () => ({ ok: true, job: after, logged: logged(added) });
}
