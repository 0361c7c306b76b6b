import { mayBeAppended } from '../append-conditions.js';
import type { Append } from '../store.js';
import type { Connection } from './connection.js';
import type { FactText } from './fact-text.js';
import { readRow } from './job-row.js';
import { writeFacts } from './write-facts.js';

/** What came of an append, as text. */
export type AppendedTexts = { ok: true; before: string; facts: FactText[] } | { ok: false; job: string | null };

/** Adds facts to one job, if it stands as expected and they can follow what is there. */
export function appendFacts(connection: Connection, append: Append): AppendedTexts {
  const row = readRow(connection, append.jobId);
  if (row === null) return { ok: false, job: null };
  if (!mayBeAppended(append, row.job)) return { ok: false, job: row.text };
  const { facts } = writeFacts(connection, row, append.bodies, append.at);
  return { ok: true, before: row.text, facts };
}
