import type { Job } from '@rendercast/protocol';
import { isEnded } from '@rendercast/protocol/reduce';
import type { Creation, CreationResult } from '../store.js';
import { lockKey } from './advisory-keys.js';
import { plainText, type Sql } from './connection.js';
import { type Answer, type Group, logged, type Row } from './group.js';
import { insertRows } from './job-row.js';

/** A request that made jobs, in the database or in this very group. */
interface Known {
  /** Number of its first job. */
  n: number;
  digest: string;
  jobs: Job[];
}

/** What the creations of a group decide by: locked, then read, then kept up as they are decided one by one. */
interface Names {
  byKey: Map<string, Known>;
  /** The job that holds a client's id. */
  byClientId: Map<string, { n: number; creation: Known; ended: boolean }>;
  waitingOf: Map<string, number>;
  waiting: number;
  /** Numbers for new jobs. */
  numbers: number[];
}

/** What is to be written for the creations of a group. */
export interface Created {
  answers: Map<Creation, Answer>;
  rows: (Row & { creation: number })[];
  creations: { n: number; owner: string; key: string | null; digest: string }[];
  /** Ended jobs whose client id passes to new ones. */
  takenOver: number[];
  /** Creations whose key passes to new jobs. */
  releasedKeys: number[];
}

const nameOf = (owner: string, name: string) => JSON.stringify([plainText(owner), plainText(name)]);

/** Decides, one by one, which jobs are made: not those that were asked for before, whose names are taken, or too many. */
export async function decideCreations(
  sql: Sql,
  group: Group,
  schema: string,
  creations: readonly Creation[],
): Promise<Created> {
  const created: Created = { answers: new Map(), rows: [], creations: [], takenOver: [], releasedKeys: [] };
  if (creations.length === 0) return created;
  const names = await readNames(sql, schema, creations);
  for (const creation of creations) created.answers.set(creation, createOne(group, names, created, creation));
  return created;
}

/** Writes what was decided. Jobs whose id is taken over must be locked. */
export async function writeCreations(sql: Sql, { rows, creations, takenOver, releasedKeys }: Created): Promise<void> {
  const writes: Promise<unknown>[] = [];
  if (releasedKeys.length > 0)
    writes.push(sql.all('UPDATE creations SET idempotency_key = NULL WHERE n = ANY ($1::bigint[])', releasedKeys));
  if (takenOver.length > 0)
    writes.push(sql.all('UPDATE jobs SET holds_client_id = false WHERE n = ANY ($1::bigint[])', takenOver));
  if (creations.length > 0)
    writes.push(
      sql.all(
        `INSERT INTO creations (n, owner, idempotency_key, digest)
         SELECT * FROM unnest($1::bigint[], $2::text[], $3::text[], $4::text[])`,
        creations.map(({ n }) => n),
        creations.map(({ owner }) => plainText(owner)),
        creations.map(({ key }) => plainText(key)),
        creations.map(({ digest }) => digest),
      ),
    );
  writes.push(insertRows(sql, rows));
  await Promise.all(writes);
  for (const row of rows) row.stored = row.job;
}

function createOne(group: Group, names: Names, created: Created, creation: Creation): Answer {
  const checked = checkNames(names, creation);
  if (checked.refusal !== null) return checked.refusal;
  const full = checkLimits(names, creation);
  if (full !== null) return () => full;
  if (checked.releasedKey !== null) created.releasedKeys.push(checked.releasedKey);
  created.takenOver.push(...checked.takenOver);

  const rows = creation.jobs.map(({ id, body }): Row => {
    const unborn = { id, owner: body.owner, seq: 0 } as Job;
    return { n: names.numbers.shift() ?? 0, stored: null, job: unborn };
  });
  const facts = rows.flatMap((row, index) =>
    group.add(
      row,
      [creation.jobs[index]?.body].flatMap((b) => b ?? []),
      creation.at,
    ),
  );
  const n = rows[0]?.n ?? 0;
  const known: Known = { n, digest: creation.requestDigest, jobs: rows.map(({ job }) => job) };
  created.creations.push({ n, owner: creation.owner, key: creation.idempotencyKey, digest: known.digest });
  created.rows.push(...rows.map((row) => Object.assign(row, { creation: n })));
  if (creation.idempotencyKey !== null) names.byKey.set(nameOf(creation.owner, creation.idempotencyKey), known);
  for (const { n: number, job } of rows)
    if (job.clientId !== null)
      names.byClientId.set(nameOf(job.owner, job.clientId), { n: number, creation: known, ended: false });
  names.waiting += rows.length;
  names.waitingOf.set(creation.owner, (names.waitingOf.get(creation.owner) ?? 0) + rows.length);
  lower(group.limits, creation.owner, creation.maxWaitingPerOwner);
  lower(group.limits, null, creation.maxWaiting);
  return () => ({ outcome: 'created', jobs: known.jobs, logged: logged(facts) });
}

function lower(limits: Group['limits'], of: string | null, most: number): void {
  limits.set(of, Math.min(limits.get(of) ?? most, most));
}

interface NamesChecked {
  refusal: Answer | null;
  takenOver: number[];
  releasedKey: number | null;
}

/** Key first, then each client id: both are the owner's own. */
function checkNames(names: Names, creation: Creation): NamesChecked {
  const refuse = (refusal: CreationResult): NamesChecked => ({
    refusal: () => refusal,
    takenOver: [],
    releasedKey: null,
  });
  const { owner, idempotencyKey: key } = creation;
  const byKey = key === null ? undefined : names.byKey.get(nameOf(owner, key));
  const released = byKey !== undefined && isReleased(byKey, creation);
  if (byKey !== undefined && !released) {
    if (byKey.digest !== creation.requestDigest) return refuse({ outcome: 'conflict', by: 'key' });
    return refuse({ outcome: 'replayed', jobs: byKey.jobs });
  }
  const takenOver: number[] = [];
  let same: Known | null = null;
  const clientIds = creation.jobs.map((job) => job.body.clientId).filter((id) => id !== null);
  if (new Set(clientIds).size < clientIds.length) return refuse({ outcome: 'conflict', by: 'id' });
  for (const clientId of clientIds) {
    const holder = names.byClientId.get(nameOf(owner, clientId));
    if (holder === undefined) continue;
    if (creation.onExistingId === 'takeOver' && holder.ended) {
      takenOver.push(holder.n);
      continue;
    }
    const isSame = holder.creation.digest === creation.requestDigest && (same ?? holder.creation) === holder.creation;
    if (creation.onExistingId === 'refuse' || !isSame) return refuse({ outcome: 'conflict', by: 'id' });
    same = holder.creation;
  }
  if (same !== null) return refuse({ outcome: 'replayed', jobs: same.jobs });
  return { refusal: null, takenOver, releasedKey: released ? byKey.n : null };
}

/** Whether a key has let go of the jobs it was used for. */
function isReleased({ jobs }: Known, { keyRelease }: Creation): boolean {
  if (keyRelease === undefined) return false;
  return jobs.every((job) => {
    if (!isEnded(job)) return false;
    if (job.removed || job.state !== 'succeeded' || job.tags.includes(keyRelease.tag)) return true;
    return job.endedAt !== null && Date.parse(job.endedAt) < Date.parse(keyRelease.endedBefore);
  });
}

function checkLimits(names: Names, creation: Creation): CreationResult | null {
  const more = creation.jobs.length;
  if ((names.waitingOf.get(creation.owner) ?? 0) + more > creation.maxWaitingPerOwner)
    return { outcome: 'full', of: 'owner' };
  return names.waiting + more > creation.maxWaiting ? { outcome: 'full', of: 'all' } : null;
}

/**
 * Locks keys and client ids in one order, and reads who has them. All statements leave together: each is run when the one
 * before is done, so what is read was committed by whoever held the locks before.
 */
async function readNames(sql: Sql, schema: string, creations: readonly Creation[]): Promise<Names> {
  const keys = creations.flatMap(({ owner, idempotencyKey }) =>
    idempotencyKey === null ? [] : [{ owner, name: idempotencyKey }],
  );
  const clientIds = creations.flatMap(({ owner, jobs }) =>
    jobs.flatMap(({ body }) => (body.clientId === null ? [] : [{ owner, name: body.clientId }])),
  );
  const locks = [
    ...keys.map(({ owner, name }) => lockKey(schema, 'key', owner, name)),
    ...clientIds.map(({ owner, name }) => lockKey(schema, 'id', owner, name)),
  ];
  const columns = (names: typeof keys) =>
    [names.map(({ owner }) => plainText(owner)), names.map(({ name }) => plainText(name))] as const;
  const owners = [...new Set(creations.map(({ owner }) => owner))];
  const [, byKey, holders, waitingOf, [total], numbers] = await Promise.all([
    locks.length === 0
      ? []
      : sql.all(
          'SELECT pg_advisory_xact_lock(k) FROM (SELECT DISTINCT unnest($1::bigint[]) AS k ORDER BY k) AS keys',
          locks,
        ),
    keys.length === 0 ? [] : sql.all<ByKey>(BY_KEY, ...columns(keys)),
    clientIds.length === 0 ? [] : sql.all<Holder>(HOLDERS, ...columns(clientIds)),
    sql.all<{ owner: string; jobs: number }>(
      'SELECT owner, jobs FROM waiting WHERE owner = ANY ($1::text[])',
      owners.map((owner) => plainText(owner)),
    ),
    sql.all<{ jobs: number }>("SELECT jobs FROM totals WHERE state = 'queued'"),
    sql.all<{ n: number }>(
      "SELECT nextval('job_numbers') AS n FROM generate_series(1, $1::int)",
      creations.reduce((sum, { jobs }) => sum + jobs.length, 0),
    ),
  ]);
  const known = await readKnown(sql, byKey, holders);
  const counted = new Map(waitingOf.map(({ owner, jobs }) => [owner, jobs]));
  return {
    byKey: new Map(byKey.flatMap(({ n, owner, key }) => entry(nameOf(owner, key), known.get(n)))),
    byClientId: new Map(
      holders.flatMap(({ n, creation: of, owner, name, state }) => {
        const creation = known.get(of);
        return creation === undefined ? [] : entry(nameOf(owner, name), { n, creation, ended: isEnded({ state }) });
      }),
    ),
    waitingOf: new Map(owners.map((owner) => [owner, counted.get(plainText(owner)) ?? 0])),
    waiting: total?.jobs ?? 0,
    numbers: numbers.map(({ n }) => n),
  };
}

function entry<T>(key: string, value: T | undefined): [string, T][] {
  return value === undefined ? [] : [[key, value]];
}

interface ByKey {
  n: number;
  owner: string;
  key: string;
  digest: string;
}

const BY_KEY = `SELECT n, owner, idempotency_key AS key, digest FROM creations
  WHERE (owner, idempotency_key) IN (SELECT * FROM unnest($1::text[], $2::text[]))`;

interface Holder {
  n: number;
  owner: string;
  name: string;
  state: Job['state'];
  creation: number;
  digest: string;
}

const HOLDERS = `SELECT jobs.n, jobs.owner, jobs.client_id AS name, jobs.state, jobs.creation, creations.digest
  FROM jobs JOIN creations ON creations.n = jobs.creation
  WHERE jobs.holds_client_id AND (jobs.owner, jobs.client_id) IN (SELECT * FROM unnest($1::text[], $2::text[]))`;

/** The creations that were found, with what is left of their jobs. One whose jobs were all pruned meanwhile is none. */
async function readKnown(sql: Sql, byKey: readonly ByKey[], holders: readonly Holder[]): Promise<Map<number, Known>> {
  const known = new Map<number, Known>();
  for (const { n, digest } of byKey) known.set(n, { n, digest, jobs: [] });
  for (const { creation: n, digest } of holders) known.set(n, { n, digest, jobs: [] });
  if (known.size === 0) return known;
  const rows = await sql.all<{ creation: number; job: string }>(
    'SELECT creation, job FROM jobs WHERE creation = ANY ($1::bigint[]) ORDER BY n',
    [...known.keys()],
  );
  for (const { creation, job } of rows) known.get(creation)?.jobs.push(JSON.parse(job) as Job);
  for (const [n, { jobs }] of known) if (jobs.length === 0) known.delete(n);
  return known;
}
