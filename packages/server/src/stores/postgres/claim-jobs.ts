import type { Job } from '@rendercast/protocol';
import { loadedInstead, MAX_OVERTAKING, pickOffer } from '../pick-offer.js';
import { type Claim, type ClaimRequest, type Intakes, intakeOf, type Offer } from '../store.js';
import { lockKey } from './advisory-keys.js';
import { plainText, type Sql } from './connection.js';
import { type Answer, type Group, logged, type Row } from './group.js';
import { TAKEN_SLOTS } from './held-slots.js';
import { readIntakes } from './intakes.js';
import { updateRows } from './job-row.js';

/** Waiting jobs looked at beyond those asked for: other nodes may hold the first ones just now. */
const SPARE = 64;

interface Candidate {
  n: number;
  priority: number;
  job: string;
  handleAttempt: number | null;
  handleValue: string | null;
}

interface Taken {
  row: Row;
  request: ClaimRequest;
  offer: Offer;
  handle: Claim['handle'];
}

/** What holds an offer back: free slots of backends that name a number of them, and what operators ordered. */
interface Bounds {
  slots: Map<string, number>;
  intakes: Intakes;
}

/**
 * Gives waiting jobs to all claims of a group: highest priority, then oldest; the fitting offer of a claim that suits its
 * model best gets it.
 * Claims that offer the same are served together, in one statement.
 */
export async function claimJobs(
  sql: Sql,
  group: Group,
  schema: string,
  requests: readonly ClaimRequest[],
): Promise<Map<ClaimRequest, Answer>> {
  const [slots, intakes] = await Promise.all([lockSlots(sql, schema, requests), readIntakes(sql)]);
  const bounds = { slots, intakes };
  const taken: Taken[] = [];
  for (const alike of inSets(requests)) taken.push(...(await claimAlike(sql, bounds, alike)));
  const answers = new Map<ClaimRequest, Answer>(requests.map((request) => [request, () => null]));
  for (const { row, request, offer, handle } of taken) {
    const attempt = row.job.attempt + 1;
    const facts = group.add(
      row,
      [{ type: 'started', attempt, engine: offer.engine, backend: offer.backend }],
      request.at,
    );
    const { job } = row;
    answers.set(request, () => ({ job, offer, logged: logged(facts), handle }));
  }
  await Promise.all([
    updateRows(
      sql,
      taken.map(({ row }) => row),
    ),
    holdLeases(sql, taken),
  ]);
  return answers;
}

function inSets(requests: readonly ClaimRequest[]): ClaimRequest[][] {
  const sets = new Map<string, ClaimRequest[]>();
  for (const request of requests) {
    const key = JSON.stringify(request.offers);
    sets.set(key, [...(sets.get(key) ?? []), request]);
  }
  return [...sets.values()];
}

/** Jobs for claims with the same offers. Looks again, and further, where other nodes were faster. */
async function claimAlike(sql: Sql, bounds: Bounds, requests: readonly ClaimRequest[]): Promise<Taken[]> {
  const taken: Taken[] = [];
  const passed = new Set<number>();
  for (const spare of [SPARE, 20 * SPARE]) {
    const open = requests.slice(taken.length);
    const offers = (requests[0]?.offers ?? []).filter((offer) => mayTake(bounds, offer));
    if (open.length === 0 || offers.length === 0) break;
    const found = await firstInLine(sql, offers, open, spare);
    if (taken.length === 0) await letOvertake(sql, offers, open, found);
    for (const candidate of found) {
      const request = requests[taken.length];
      const job = JSON.parse(candidate.job) as Job;
      const { kind, engine, request: asked } = job;
      const free = offers.filter((each) => mayTake(bounds, each));
      const offer = pickOffer(free, { kind, engine, model: asked.model ?? null });
      if (request === undefined || offer === undefined || passed.has(candidate.n)) continue;
      passed.add(candidate.n);
      if (offer.slots !== undefined) bounds.slots.set(backendOf(offer), (bounds.slots.get(backendOf(offer)) ?? 0) - 1);
      const { handleAttempt, handleValue, n } = candidate;
      taken.push({
        row: { n, stored: job, job },
        request,
        offer: request.offers[(requests[0]?.offers ?? []).indexOf(offer)] ?? offer,
        handle:
          handleAttempt === null || handleValue === null
            ? null
            : { attempt: handleAttempt, value: JSON.parse(handleValue) as unknown },
      });
    }
  }
  return taken;
}

/**
 * One walk along `jobs_waiting` for each line that the offers ask for, which ends after as many as can be used; then the
 * first of all that nobody else holds are locked. Nobody waits here.
 */
const FIRST_IN_LINE = `
  SELECT jobs.n, jobs.priority, jobs.job, handles.attempt AS "handleAttempt", handles.value AS "handleValue"
  FROM (
    SELECT candidate.* FROM unnest($1::text[], $2::text[], $3::text[]) AS line(kind, engine, models)
    CROSS JOIN LATERAL (
      SELECT n, priority FROM jobs
      WHERE state = 'queued' AND NOT canceling AND kind = line.kind AND engine = line.engine
        AND (not_before IS NULL OR not_before <= $4 OR id = ANY ($8)) AND (start_by IS NULL OR attempt > 0 OR start_by >= $5)
        AND (line.models IS NULL OR model IS NULL
          OR model = ANY (ARRAY(SELECT json_array_elements_text(line.models::json))))
      ORDER BY priority DESC, n LIMIT $6) AS candidate) AS first
  JOIN jobs ON jobs.n = first.n LEFT JOIN handles ON handles.job = jobs.n
  WHERE jobs.state = 'queued' AND NOT jobs.canceling
  ORDER BY first.priority DESC, first.n LIMIT $7 FOR UPDATE OF jobs SKIP LOCKED`;

function firstInLine(
  sql: Sql,
  offers: readonly Offer[],
  requests: readonly ClaimRequest[],
  spare: number,
): Promise<Candidate[]> {
  const lines = linesOf(offers);
  const times = requests.map(({ at }) => at).sort();
  return sql.all<Candidate>(
    FIRST_IN_LINE,
    lines.map(({ kind }) => kind),
    lines.map(({ engine }) => plainText(engine)),
    lines.map(({ models }) => (models === null ? null : JSON.stringify(models.map((model) => plainText(model))))),
    // Claims of one group are milliseconds apart: nothing starts too early for one of them, nor too late.
    times[0] ?? '',
    times.at(-1) ?? '',
    requests.length + spare,
    requests.length,
    requests.flatMap(({ due = [] }) => due),
  );
}

/** A job just behind the first, whose model is loaded where the first would have another one loaded. */
const JUST_BEHIND = `
  SELECT jobs.n, jobs.priority, jobs.job, handles.attempt AS "handleAttempt", handles.value AS "handleValue"
  FROM jobs LEFT JOIN handles ON handles.job = jobs.n
  WHERE state = 'queued' AND NOT canceling AND kind = ANY ($1) AND engine = ANY ($2) AND model = ANY ($3)
    AND priority = $4 AND jobs.n > $5 AND jobs.n <= $6
    AND (not_before IS NULL OR not_before <= $7 OR id = ANY ($9)) AND (start_by IS NULL OR jobs.attempt > 0 OR start_by >= $8)
  ORDER BY jobs.n LIMIT 1 FOR UPDATE OF jobs SKIP LOCKED`;

/** Puts such a job in front of those that were found; the first stays where it is in the line. */
async function letOvertake(
  sql: Sql,
  offers: readonly Offer[],
  requests: readonly ClaimRequest[],
  found: Candidate[],
): Promise<void> {
  const [first] = found;
  if (first === undefined || offers.every(({ warm }) => warm === undefined)) return;
  const { kind, engine, request: asked } = JSON.parse(first.job) as Job;
  const loaded = loadedInstead(offers, { kind, engine, model: asked.model ?? null });
  const behind = offers.filter(({ warm }) => warm !== undefined && loaded.includes(warm));
  if (behind.length === 0) return;
  const times = requests.map(({ at }) => at).sort();
  const [better] = await sql.all<Candidate>(
    JUST_BEHIND,
    [...new Set(behind.flatMap(({ kinds }) => kinds))],
    [...new Set(behind.flatMap((offer) => (offer.auto ? [offer.engine, 'auto'] : [offer.engine])))].map(plainText),
    loaded.map(plainText),
    first.priority,
    first.n,
    first.n + MAX_OVERTAKING,
    times[0] ?? '',
    times.at(-1) ?? '',
    requests.flatMap(({ due = [] }) => due),
  );
  if (better !== undefined) found.splice(0, found.length, better, ...found.filter(({ n }) => n !== better.n));
}

interface Line {
  kind: string;
  engine: string;
  models: readonly string[] | null;
}

/** Each kind and engine once, with all models that some offer has. */
function linesOf(offers: readonly Offer[]): Line[] {
  const lines = new Map<string, Line>();
  for (const { kinds, engine, auto, models } of offers)
    for (const kind of kinds)
      for (const wanted of auto ? [engine, 'auto'] : [engine]) {
        const key = JSON.stringify([kind, wanted]);
        const known = lines.get(key);
        const all =
          known === undefined ? models : known.models === null || models === null ? null : [...known.models, ...models];
        lines.set(key, { kind, engine: wanted, models: all });
      }
  return [...lines.values()];
}

const backendOf = ({ engine, backend }: Offer) => JSON.stringify([engine, backend]);

function mayTake({ slots, intakes }: Bounds, offer: Offer): boolean {
  if (intakeOf(intakes, offer.backend) !== 'open') return false;
  return offer.slots === undefined || (slots.get(backendOf(offer)) ?? 0) > 0;
}

/**
 * Counts the free slots of backends that say how many they have. Until the end of the transaction no other node counts
 * them, so that no two take the last one.
 */
async function lockSlots(sql: Sql, schema: string, requests: readonly ClaimRequest[]): Promise<Bounds['slots']> {
  const limited = new Map<string, Offer>();
  for (const { offers } of requests)
    for (const offer of offers) if (offer.slots !== undefined) limited.set(backendOf(offer), offer);
  if (limited.size === 0) return new Map();
  const offers = [...limited.values()];
  const [, held] = await Promise.all([
    sql.all(
      'SELECT pg_advisory_xact_lock(k) FROM (SELECT unnest($1::bigint[]) AS k ORDER BY k) AS keys',
      offers.map(({ engine, backend }) => lockKey(schema, 'backend', engine, backend)),
    ),
    sql.all<{ engine: string; backend: string; jobs: number }>(
      TAKEN_SLOTS,
      offers.map(({ engine }) => plainText(engine)),
      offers.map(({ backend }) => plainText(backend)),
    ),
  ]);
  const counted = new Map(held.map(({ engine, backend, jobs }) => [JSON.stringify([engine, backend]), jobs]));
  return new Map(
    offers.map((offer) => {
      const name = JSON.stringify([plainText(offer.engine), plainText(offer.backend)]);
      return [backendOf(offer), (offer.slots ?? 0) - (counted.get(name) ?? 0)];
    }),
  );
}

async function holdLeases(sql: Sql, taken: readonly Taken[]): Promise<void> {
  if (taken.length === 0) return;
  await sql.all(
    `INSERT INTO leases (job, attempt, claimant, engine, backend, ends_at)
     SELECT job, attempt, claimant, engine, backend, lease_now() + term * interval '1 millisecond'
     FROM unnest($1::bigint[], $2::int[], $3::text[], $4::text[], $5::text[], $6::float8[])
       AS v(job, attempt, claimant, engine, backend, term)
     ON CONFLICT (job) DO UPDATE SET attempt = excluded.attempt, claimant = excluded.claimant,
       engine = excluded.engine, backend = excluded.backend, ends_at = excluded.ends_at`,
    taken.map(({ row }) => row.n),
    taken.map(({ row }) => row.job.attempt),
    taken.map(({ request }) => plainText(request.claimant)),
    taken.map(({ offer }) => plainText(offer.engine)),
    taken.map(({ offer }) => plainText(offer.backend)),
    taken.map(({ request }) => request.leaseMs),
  );
}
