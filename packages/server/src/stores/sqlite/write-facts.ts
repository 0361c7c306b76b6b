import type { Fact, FactBody, FactOf, Job } from '@rendercast/protocol';
import { reduce } from '@rendercast/protocol/reduce';
import { blankFacts } from './blank-facts.js';
import type { Connection } from './connection.js';
import type { FactText } from './fact-text.js';
import { updateRow } from './job-row.js';

/** Numbers, stores and folds facts of one job; row, outputs and removed content follow in the same transaction. */
export function writeFacts(
  connection: Connection,
  row: { n: number; job: Job },
  bodies: readonly FactBody[],
  at: string,
): { job: Job; facts: FactText[] } {
  let job = row.job;
  const facts: FactText[] = [];
  for (const body of bodies) {
    const fact: Fact = { ...body, jobId: job.id, seq: job.seq + 1, at };
    facts.push(insertFact(connection, row.n, job.owner, fact));
    if (fact.type === 'output') keepOutput(connection, row.n, job.owner, fact);
    if (fact.type === 'removed') blankFacts(connection, row.n, fact);
    job = reduce(job, fact);
  }
  if (facts.length > 0) updateRow(connection, row.n, row.job, job);
  return { job, facts };
}

/** Puts one fact into the log. */
export function insertFact(connection: Connection, n: number, owner: string, fact: Fact): FactText {
  const text = JSON.stringify(fact);
  const { lastInsertRowid } = connection.run(
    'INSERT INTO facts (job, seq, owner, type, fact) VALUES (?, ?, ?, ?, ?)',
    n,
    fact.seq,
    owner,
    fact.type,
    text,
  );
  return { cursor: lastInsertRowid, text };
}

/**
 * Remembers an output. One of an older attempt in the same slot is forgotten: the job shows it no more, and its
 * bytes become an orphan that the sweep takes.
 */
function keepOutput(connection: Connection, n: number, owner: string, fact: FactOf<'output'>): void {
  connection.run('DELETE FROM artifacts WHERE job = ? AND slot = ?', n, fact.slot);
  if (fact.artifact === null) return;
  connection.run(
    'INSERT INTO artifacts (id, owner, job, slot, bytes, artifact) VALUES (?, ?, ?, ?, ?, ?)',
    fact.artifact.id,
    owner,
    n,
    fact.slot,
    fact.artifact.sizeBytes,
    JSON.stringify(fact.artifact),
  );
}
