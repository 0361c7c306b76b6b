import { RendercastError } from '@rendercast/protocol/errors';
import { blankFact } from '@rendercast/protocol/reduce';
import { type Clock, sleep } from '../../clock.js';
import type { Sql } from './connection.js';
import type { Group } from './group.js';
import { setCursors } from './write-facts.js';

/** So long the fate of a commit is asked after, in milliseconds. A restart of the server takes seconds. */
const PATIENCE_MS = 60_000;
const PAUSE_MS = 50;

/**
 * Finds out whether a transaction with facts was committed whose connection broke before the answer came. True: it was, and
 * its facts have their cursors now. PostgreSQL says when it has come to an end, and whether to a bad one (`pg_xact_status`,
 * https://www.postgresql.org/docs/current/functions-info.html). That it was committed is believed only when its facts are
 * in the log: after a crash the number of a transaction that left no trace is given to another one.
 *
 * @throws RendercastError `storage_unavailable`, with words that say that it is not known, when nobody could tell in time.
 */
export async function resolveOutcome(
  sql: Sql,
  clock: Clock,
  { xid, group }: { xid: string; group: Group },
  signal: AbortSignal,
): Promise<boolean> {
  const untilMs = clock.monotonic() + PATIENCE_MS;
  for (;;) {
    let cause: unknown = null;
    try {
      const status = await statusOf(sql, xid);
      if (status === 'aborted') return false;
      if (status !== 'in progress') return await findFacts(sql, group);
    } catch (thrown) {
      cause = thrown; // the database is still away
    }
    if (clock.monotonic() >= untilMs) throw unknown(cause);
    await sleep(clock, PAUSE_MS, signal).catch(() => {
      throw unknown(signal.reason);
    });
  }
}

function unknown(cause: unknown): RendercastError {
  return new RendercastError(
    'storage_unavailable',
    'The database was lost while it stored this; it may have been stored. Ask again with the same id or key.',
    { cause },
  );
}

/** `unknown`: a restored database never heard of it, or has forgotten it. */
async function statusOf(sql: Sql, xid: string): Promise<'committed' | 'aborted' | 'in progress' | 'unknown'> {
  try {
    const [row] = await sql.once<{ status: 'committed' | 'aborted' | 'in progress' | null }>(
      'SELECT pg_xact_status($1::xid8) AS status',
      xid,
    );
    return row?.status ?? 'unknown';
  } catch (thrown) {
    // 22023: an id from the future, so the database was set back.
    if (thrown instanceof Error && 'code' in thrown && thrown.code === '22023') return 'unknown';
    throw thrown;
  }
}

/** Looks for the group's first fact in the log; facts of one group lie side by side. */
async function findFacts(sql: Sql, { facts }: Group): Promise<boolean> {
  const [first] = facts;
  if (first === undefined) return false;
  const [found] = await sql.once<{ cursor: number; fact: string }>(
    'SELECT cursor, fact FROM facts WHERE job = $1 AND seq = $2',
    first.n,
    first.fact.seq,
  );
  // Somebody may have removed its content since.
  const texts = [first.kept, blankFact(first.kept, null)].map((fact) => JSON.stringify(fact));
  if (found === undefined || !texts.includes(found.fact)) return false;
  setCursors(facts, found.cursor);
  return true;
}
