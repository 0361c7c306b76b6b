import type { Fact, FactOf } from '@rendercast/protocol';
import { blankFact } from '@rendercast/protocol/reduce';
import { plainText, type Sql } from './connection.js';
import type { Group, NewFact } from './group.js';

/**
 * Blanks what removals concern: the content of the facts that are in the log already, numbers staying. Those of the group
 * itself were blanked before they are written.
 */
export async function blankFacts(sql: Sql, facts: readonly NewFact[]): Promise<void> {
  const removals = new Map<number, FactOf<'removed'>[]>();
  for (const { n, fact } of facts) if (fact.type === 'removed') removals.set(n, [...(removals.get(n) ?? []), fact]);
  if (removals.size === 0) return;
  const rows = await sql.all<{ cursor: number; job: number; fact: string }>(
    `SELECT cursor, job, fact FROM facts
     WHERE job = ANY ($1::bigint[]) AND type IN ('queued', 'output', 'edited', 'note')`,
    [...removals.keys()],
  );
  const blanked = rows.flatMap(({ cursor, job, fact: text }) => {
    const fact = JSON.parse(text) as Fact;
    let blank = fact;
    for (const { artifactId } of removals.get(job) ?? []) blank = blankFact(blank, artifactId);
    return blank === fact ? [] : [{ cursor, text: JSON.stringify(blank) }];
  });
  if (blanked.length === 0) return;
  await sql.all(
    `UPDATE facts SET fact = v.fact FROM unnest($1::bigint[], $2::text[]) AS v(cursor, fact) WHERE facts.cursor = v.cursor`,
    blanked.map(({ cursor }) => cursor),
    blanked.map(({ text }) => text),
  );
}

/**
 * The last of a group: takes the counter, puts the facts into the log, brings the counts up to date, and commits. All
 * statements leave together, so nothing that this node does or fails to do prolongs the time for which others wait for the
 * counter. Answers the first cursor.
 *
 * @throws with code `RC001` when, together with other nodes, more jobs would wait than may.
 */
export async function commitFacts(sql: Sql, group: Group): Promise<void> {
  const { facts } = group;
  const writes: Promise<unknown>[] = [];
  let head: Promise<{ head: number }[]> | null = null;
  if (facts.length > 0) {
    head = sql.all<{ head: number }>('UPDATE feed SET head = head + $1::bigint RETURNING head', facts.length);
    writes.push(
      head,
      sql.all(
        `INSERT INTO facts (cursor, job, seq, owner, type, fact)
         SELECT (SELECT head FROM feed) - $1::bigint + at, job, seq, owner, type, fact
         FROM unnest($2::bigint[], $3::int[], $4::text[], $5::text[], $6::text[]) WITH ORDINALITY
           AS v(job, seq, owner, type, fact, at)`,
        facts.length,
        facts.map(({ n }) => n),
        facts.map(({ fact }) => fact.seq),
        facts.map(({ job }) => plainText(job.owner)),
        facts.map(({ fact }) => fact.type),
        facts.map(({ kept }) => JSON.stringify(kept)),
      ),
      ...writeCounts(sql, group),
    );
  }
  const commit = sql.commit();
  await Promise.all([...writes, commit]);
  const [taken] = (await head) ?? [];
  setCursors(facts, (taken?.head ?? 0) - facts.length + 1);
}

/** Gives the facts of a group the cursors from the first one on. */
export function setCursors(facts: readonly NewFact[], first: number): void {
  for (const [index, fact] of facts.entries()) fact.cursor = first + index;
}

function writeCounts(sql: Sql, { totals, waiting, requeued, limits }: Group): Promise<unknown>[] {
  const writes: Promise<unknown>[] = [];
  const add = (table: string, key: string, counts: ReadonlyMap<string, number>) => {
    const changed = [...counts].filter(([, by]) => by !== 0);
    if (changed.length === 0) return;
    writes.push(
      sql.all(
        `INSERT INTO ${table} (${key}, jobs) SELECT * FROM unnest($1::text[], $2::bigint[]) AS v(key, jobs) ORDER BY key
         ON CONFLICT (${key}) DO UPDATE SET jobs = ${table}.jobs + excluded.jobs`,
        changed.map(([name]) => plainText(name)),
        changed.map(([, by]) => by),
      ),
    );
  };
  add('totals', 'state', totals);
  add('waiting', 'owner', waiting);
  const all = limits.get(null);
  if (all === undefined) return writes;
  const owners = [...limits].flatMap(([owner, most]) => (owner === null ? [] : [{ owner, most }]));
  const back = [...requeued.values()].reduce((sum, each) => sum + each, 0);
  writes.push(
    sql.all(
      `SELECT refuse_full() WHERE (SELECT jobs FROM totals WHERE state = 'queued') > $1::bigint
         OR EXISTS (SELECT 1 FROM unnest($2::text[], $3::bigint[]) AS v(owner, most)
           JOIN waiting ON waiting.owner = v.owner WHERE waiting.jobs > v.most)`,
      all + back,
      owners.map(({ owner }) => plainText(owner)),
      owners.map(({ owner, most }) => most + (requeued.get(owner) ?? 0)),
    ),
  );
  return writes;
}
