import type { LeaseRef, SlotHold } from '../store.js';
import { plainText, type Statements } from './connection.js';

/** Holds slots for a while from now, by the database's clock; those whose time is up go. */
export async function holdSlots(sql: Statements, holds: readonly SlotHold[], leaseMs: number): Promise<void> {
  if (holds.length === 0) return;
  await sql.all('DELETE FROM held_slots WHERE ends_at <= lease_now()');
  await sql.all(
    `INSERT INTO held_slots (job, attempt, engine, backend, ends_at)
     SELECT v.*, lease_now() + $5::float8 * interval '1 millisecond'
     FROM unnest($1::text[], $2::int[], $3::text[], $4::text[]) AS v(job, attempt, engine, backend)
     ON CONFLICT (job, attempt) DO UPDATE SET ends_at = excluded.ends_at`,
    holds.map(({ jobId }) => plainText(jobId)),
    holds.map(({ attempt }) => attempt),
    holds.map(({ engine }) => plainText(engine)),
    holds.map(({ backend }) => plainText(backend)),
    leaseMs,
  );
}

/** Lets a slot go. */
export async function freeSlot(sql: Statements, { jobId, attempt }: LeaseRef): Promise<void> {
  await sql.all('DELETE FROM held_slots WHERE job = $1 AND attempt = $2', plainText(jobId), attempt);
}

/**
 * How many slots of each backend are taken: by attempts that are leased, and by those that have ended while the backend was
 * still busy with them. One statement, so that an attempt that ends meanwhile is counted as one or the other.
 */
export const TAKEN_SLOTS = `
  WITH asked AS (SELECT * FROM unnest($1::text[], $2::text[]) AS v(engine, backend))
  SELECT engine, backend, count(*) AS jobs FROM (
    SELECT engine, backend FROM leases JOIN asked USING (engine, backend)
    UNION ALL
    SELECT engine, backend FROM held_slots JOIN asked USING (engine, backend)
    WHERE ends_at > (SELECT lease_now()) AND NOT EXISTS (
      SELECT 1 FROM jobs JOIN leases ON leases.job = jobs.n AND leases.attempt = held_slots.attempt
      WHERE jobs.id = held_slots.job)
  ) AS taken GROUP BY engine, backend`;
