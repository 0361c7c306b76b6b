import type { FactBody, JobKind } from '@rendercast/protocol';
import { loadedInstead, MAX_OVERTAKING, pickOffer, type Wanted } from '../pick-offer.js';
import { type ClaimRequest, intakeOf, type Offer, type SlotHold } from '../store.js';
import type { Connection } from './connection.js';
import type { FactText } from './fact-text.js';
import { readIntakes } from './intakes.js';
import { readRowAt } from './job-row.js';
import { writeFacts } from './write-facts.js';

/** A claimed job, as text. */
export interface ClaimedTexts {
  jobId: string;
  attempt: number;
  before: string;
  facts: FactText[];
  /** Place of the offer in the request. */
  offer: number;
  handle: { attempt: number; value: string } | null;
}

/** A claim, and the slots that are held beside leases. */
export interface ClaimAsked {
  request: ClaimRequest;
  held: readonly SlotHold[];
}

interface Candidate {
  n: number;
  priority: number;
}

/**
 * Takes the first waiting job that an offer can run: highest priority, then oldest; the fitting offer that
 * suits its model best gets it.
 */
export function claimJob(connection: Connection, { request, held }: ClaimAsked): ClaimedTexts | null {
  let best: Candidate | null = null;
  const asked = new Set<string>();
  const intakes = readIntakes(connection);
  const offers = request.offers.filter(
    (offer) => intakeOf(intakes, offer.backend) === 'open' && hasSlot(connection, offer, held),
  );
  for (const { kinds, engine, auto, models } of offers) {
    for (const kind of kinds) {
      for (const wanted of auto ? [engine, 'auto'] : [engine]) {
        const line = JSON.stringify([kind, wanted, models]);
        if (asked.has(line)) continue;
        asked.add(line);
        const first = firstInLine(connection, kind, wanted, models, request);
        if (first !== undefined && (best === null || isBefore(first, best))) best = first;
      }
    }
  }
  return best === null
    ? null
    : take(connection, request, offers, overtaking(connection, request, offers, best) ?? best.n);
}

/** A job just behind the first whose model is loaded where the first would have another one loaded; null: there is none. */
function overtaking(
  connection: Connection,
  { at, due = [] }: ClaimRequest,
  offers: readonly Offer[],
  first: Candidate,
): number | null {
  if (offers.every(({ warm }) => warm === undefined)) return null;
  const wanted = connection.get<Wanted>('SELECT kind, engine, model FROM jobs WHERE n = ?', first.n);
  const loaded = wanted === undefined ? [] : loadedInstead(offers, wanted);
  const behind = offers.filter(({ warm }) => warm !== undefined && loaded.includes(warm));
  let best: number | null = null;
  for (const { kinds, engine, auto, warm } of behind) {
    const found = connection.get<{ n: number }>(
      `SELECT n FROM jobs INDEXED BY jobs_waiting
       WHERE state = 'queued' AND canceling = 0 AND kind IN (SELECT value FROM json_each(?))
         AND engine IN (SELECT value FROM json_each(?)) AND priority = ? AND n > ? AND n <= ? AND model = ?
         AND (not_before IS NULL OR not_before <= ? OR id IN (SELECT value FROM json_each(?)))
         AND (start_by IS NULL OR attempt > 0 OR start_by >= ?)
       ORDER BY n LIMIT 1`,
      JSON.stringify(kinds),
      JSON.stringify(auto ? [engine, 'auto'] : [engine]),
      first.priority,
      first.n,
      first.n + MAX_OVERTAKING,
      warm ?? null,
      at,
      JSON.stringify(due),
      at,
    );
    if (found !== undefined && (best === null || found.n < best)) best = found.n;
  }
  return best;
}

/** Whether fewer slots of the backend are leased or held than it has. There are never many of either. */
function hasSlot(connection: Connection, { engine, backend, slots }: Offer, all: readonly SlotHold[]): boolean {
  if (slots === undefined) return true;
  const leased = connection.get<{ jobs: number }>(
    `SELECT count(*) AS jobs FROM leases CROSS JOIN jobs ON jobs.n = leases.job
     WHERE ran_on = ? AND json_extract(jobs.job, '$.ranOn.backend') = ?`,
    engine,
    backend,
  );
  const held = all.filter((hold) => hold.engine === engine && hold.backend === backend && !isLeased(connection, hold));
  return (leased?.jobs ?? 0) + held.length < slots;
}

function isLeased(connection: Connection, { jobId, attempt }: SlotHold): boolean {
  const lease = connection.get(
    'SELECT 1 FROM jobs CROSS JOIN leases ON leases.job = jobs.n WHERE jobs.id = ? AND leases.attempt = ?',
    jobId,
    attempt,
  );
  return lease !== undefined;
}

function isBefore(left: Candidate, right: Candidate): boolean {
  return left.priority > right.priority || (left.priority === right.priority && left.n < right.n);
}

/**
 * One walk along `jobs_waiting`, which ends at the first that fits. With 10,000 waiting it looks at one entry where all
 * fit; those asking for other engines are not even passed by, only other models, back-offs and missed deadlines are.
 */
function firstInLine(
  connection: Connection,
  kind: JobKind,
  engine: string,
  models: readonly string[] | null,
  { at, due = [] }: Pick<ClaimRequest, 'at' | 'due'>,
): Candidate | undefined {
  return connection.get<Candidate>(
    `SELECT n, priority FROM jobs INDEXED BY jobs_waiting
     WHERE state = 'queued' AND canceling = 0 AND kind = ? AND engine = ?
       AND (not_before IS NULL OR not_before <= ? OR id IN (SELECT value FROM json_each(?))) AND (start_by IS NULL OR attempt > 0 OR start_by >= ?)
       AND (? OR model IS NULL OR model IN (SELECT value FROM json_each(?)))
     ORDER BY priority DESC, n LIMIT 1`,
    kind,
    engine,
    at,
    JSON.stringify(due),
    at,
    Number(models === null),
    JSON.stringify(models ?? []),
  );
}

function take(connection: Connection, request: ClaimRequest, offers: readonly Offer[], n: number): ClaimedTexts | null {
  const row = readRowAt(connection, n);
  if (row === null) return null;
  const { kind, engine, request: asked } = row.job;
  const offer = pickOffer(offers, { kind, engine, model: asked.model ?? null });
  if (offer === undefined) return null;
  const attempt = row.job.attempt + 1;
  const { facts } = writeFacts(connection, row, [startedBy(offer, attempt)], request.at);
  connection.run(
    'INSERT OR REPLACE INTO leases (job, attempt, claimant, in_process, lease_ms) VALUES (?, ?, ?, ?, ?)',
    row.n,
    attempt,
    request.claimant,
    Number(request.inProcess),
    Math.ceil(request.leaseMs),
  );
  const handle = connection.get<{ attempt: number; value: string }>(
    'SELECT attempt, value FROM handles WHERE job = ?',
    row.n,
  );
  return {
    jobId: row.job.id,
    attempt,
    before: row.text,
    facts,
    offer: request.offers.indexOf(offer),
    handle: handle === undefined ? null : { ...handle },
  };
}

function startedBy(offer: Offer, attempt: number): FactBody {
  return { type: 'started', attempt, engine: offer.engine, backend: offer.backend };
}
