import type { Fact, FactOf } from '@rendercast/protocol';
import { blankFact } from '@rendercast/protocol/reduce';
import type { Connection } from './connection.js';

/** Blanks what a removal concerns: the content of the facts, numbers staying, and the outputs' rows. */
export function blankFacts(connection: Connection, n: number, removed: FactOf<'removed'>): void {
  const { artifactId } = removed;
  const rows = connection.all<{ cursor: number; fact: string }>(
    "SELECT cursor, fact FROM facts WHERE job = ? AND seq < ? AND type IN ('queued', 'output', 'edited', 'note')",
    n,
    removed.seq,
  );
  for (const row of rows) {
    const fact = JSON.parse(row.fact) as Fact;
    const blank = blankFact(fact, artifactId);
    if (blank !== fact) connection.run('UPDATE facts SET fact = ? WHERE cursor = ?', JSON.stringify(blank), row.cursor);
  }
  if (artifactId === null) connection.run('DELETE FROM artifacts WHERE job = ?', n);
  else connection.run('DELETE FROM artifacts WHERE job = ? AND id = ?', n, artifactId);
}
