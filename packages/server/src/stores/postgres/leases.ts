import type { LeaseRef } from '../store.js';
import { plainText, type Statements } from './connection.js';

/**
 * Extends leases that still hold, by the database's clock; answers their jobs. Rows are locked in one order, as a group
 * that ends several attempts does.
 */
export async function renewLeases(sql: Statements, leases: readonly LeaseRef[], leaseMs: number): Promise<string[]> {
  if (leases.length === 0) return [];
  const rows = await sql.all<{ id: string }>(
    `WITH held AS MATERIALIZED (
       SELECT leases.job, jobs.id FROM unnest($1::text[], $2::int[]) AS v(id, attempt)
         JOIN jobs ON jobs.id = v.id JOIN leases ON leases.job = jobs.n AND leases.attempt = v.attempt
       ORDER BY leases.job FOR UPDATE OF leases)
     UPDATE leases SET ends_at = lease_now() + $3::float8 * interval '1 millisecond' FROM held
     WHERE leases.job = held.job AND leases.ends_at > lease_now() RETURNING held.id`,
    leases.map(({ jobId }) => plainText(jobId)),
    leases.map(({ attempt }) => attempt),
    leaseMs,
  );
  const renewed = new Set(rows.map(({ id }) => id));
  return leases.map(({ jobId }) => jobId).filter((id) => renewed.has(id));
}

/** Running jobs whose lease has run out. */
export async function expiredLeases(sql: Statements): Promise<LeaseRef[]> {
  return await sql.all<LeaseRef>(
    `SELECT jobs.id AS "jobId", leases.attempt FROM leases JOIN jobs ON jobs.n = leases.job
     WHERE leases.ends_at <= (SELECT lease_now()) ORDER BY leases.ends_at, leases.job`,
  );
}
