import type { Artifact } from '@rendercast/protocol';
import type { ProgressOf } from '../newest-progress.js';
import { plainText, type Sql, type Statements } from './connection.js';
import type { NewFact, Row } from './group.js';

/** A word that an attempt leaves for a re-adoption; null takes it back. */
export interface KeptHandle {
  row: Row;
  attempt: number;
  value: string;
}

/** Keeps handles; of several for one job, the last. */
export async function writeHandles(sql: Sql, handles: readonly KeptHandle[]): Promise<void> {
  const newest = new Map(handles.map((handle) => [handle.row.n, handle]));
  // What ended within the group needs no handle any more.
  const kept = [...newest.values()].filter(({ row }) => row.job.state === 'running' || row.job.state === 'queued');
  const [gone, stay] = [kept.filter(({ value }) => value === 'null'), kept.filter(({ value }) => value !== 'null')];
  const writes: Promise<unknown>[] = [];
  if (gone.length > 0)
    writes.push(
      sql.all(
        'DELETE FROM handles WHERE job = ANY ($1::bigint[])',
        gone.map(({ row }) => row.n),
      ),
    );
  if (stay.length > 0)
    writes.push(
      sql.all(
        `INSERT INTO handles (job, attempt, value) SELECT * FROM unnest($1::bigint[], $2::int[], $3::text[])
         ON CONFLICT (job) DO UPDATE SET attempt = excluded.attempt, value = excluded.value`,
        stay.map(({ row }) => row.n),
        stay.map(({ attempt }) => attempt),
        stay.map(({ value }) => value),
      ),
    );
  await Promise.all(writes);
}

/** Keeps the newest progress of running attempts; that of others is passed over. */
export async function saveProgress(sql: Statements, reports: readonly ProgressOf[]): Promise<void> {
  await sql.all(
    `INSERT INTO progress (job, attempt, value)
     SELECT jobs.n, v.attempt, v.value FROM unnest($1::text[], $2::int[], $3::text[]) AS v(id, attempt, value)
       JOIN jobs ON jobs.id = v.id AND jobs.attempt = v.attempt AND jobs.state = 'running' ORDER BY jobs.n
     ON CONFLICT (job) DO UPDATE SET attempt = excluded.attempt, value = excluded.value`,
    reports.map(({ jobId }) => plainText(jobId)),
    reports.map(({ attempt }) => attempt),
    reports.map(({ progress }) => JSON.stringify(progress)),
  );
}

/** Outputs of one job after some facts: what each slot holds, and what else went. */
interface Outputs {
  owner: string;
  cleared: boolean;
  slots: Map<number, Artifact | null>;
  removed: string[];
}

/**
 * Remembers the outputs that facts tell of. One of an older attempt in the same slot is forgotten: the job shows it no
 * more, and its bytes become an orphan that the sweep takes.
 */
export async function keepOutputs(sql: Sql, facts: readonly NewFact[]): Promise<void> {
  const jobs = new Map<number, Outputs>();
  for (const { n, fact, job } of facts) {
    if (fact.type !== 'output' && fact.type !== 'removed') continue;
    const outputs: Outputs = jobs.get(n) ?? { owner: job.owner, cleared: false, slots: new Map(), removed: [] };
    jobs.set(n, outputs);
    if (fact.type === 'output') outputs.slots.set(fact.slot, fact.artifact);
    else if (fact.artifactId === null) {
      outputs.cleared = true;
      outputs.slots.clear();
    } else {
      outputs.removed.push(fact.artifactId);
      for (const [slot, artifact] of outputs.slots) if (artifact?.id === fact.artifactId) outputs.slots.set(slot, null);
    }
  }
  if (jobs.size > 0) await writeOutputs(sql, jobs);
}

async function writeOutputs(sql: Sql, jobs: ReadonlyMap<number, Outputs>): Promise<void> {
  const all = [...jobs];
  const slots = all.flatMap(([n, outputs]) => [...outputs.slots.keys()].map((slot) => ({ n, slot })));
  const removed = all.flatMap(([n, outputs]) => outputs.removed.map((id) => ({ n, id })));
  const added = all.flatMap(([n, outputs]) =>
    [...outputs.slots].flatMap(([slot, artifact]) =>
      artifact === null ? [] : [{ n, owner: outputs.owner, slot, artifact }],
    ),
  );
  const files = added.map(({ artifact }) => artifact);
  await Promise.all([
    sql.all(
      `DELETE FROM artifacts WHERE job = ANY ($1::bigint[])
         OR (job, slot) IN (SELECT * FROM unnest($2::bigint[], $3::int[]))
         OR (job, id) IN (SELECT * FROM unnest($4::bigint[], $5::text[]))`,
      all.filter(([, { cleared }]) => cleared).map(([n]) => n),
      slots.map(({ n }) => n),
      slots.map(({ slot }) => slot),
      removed.map(({ n }) => n),
      removed.map(({ id }) => plainText(id)),
    ),
    added.length === 0
      ? []
      : sql.all(
          `INSERT INTO artifacts (job, slot, owner, id, bytes, created_at, digest, artifact)
           SELECT * FROM unnest($1::bigint[], $2::int[], $3::text[], $4::text[], $5::bigint[], $6::text[], $7::text[], $8::text[])`,
          added.map(({ n }) => n),
          added.map(({ slot }) => slot),
          added.map(({ owner }) => plainText(owner)),
          files.map(({ id }) => plainText(id)),
          files.map(({ sizeBytes }) => sizeBytes),
          files.map(({ createdAt }) => createdAt),
          files.map(({ digest }) => digest),
          files.map((file) => JSON.stringify(file)),
        ),
  ]);
}

/** Remembers an uploaded input; one of the same id and owner is replaced. */
export async function putArtifact(sql: Sql, owner: string, artifact: Artifact): Promise<void> {
  await sql.all(
    `INSERT INTO artifacts (id, owner, bytes, created_at, digest, artifact) VALUES ($1, $2, $3, $4, $5, $6)
     ON CONFLICT (id) DO UPDATE SET bytes = excluded.bytes, created_at = excluded.created_at, digest = excluded.digest,
       artifact = excluded.artifact
       WHERE artifacts.job IS NULL AND artifacts.owner = excluded.owner`,
    plainText(artifact.id),
    plainText(owner),
    artifact.sizeBytes,
    artifact.createdAt,
    artifact.digest,
    JSON.stringify(artifact),
  );
}

/** Forgets an uploaded input; outputs go with their `removed` fact alone. */
export async function dropArtifact(sql: Sql, id: string): Promise<void> {
  await sql.all('DELETE FROM artifacts WHERE id = $1 AND job IS NULL', plainText(id));
}
