import { StoreOpenError } from '../open-error.js';
import type { Reach } from './connection.js';
import { isConnectionLoss, sqlState } from './postgres-codes.js';

/** The oldest server that will do: 14. */
export const OLDEST_SERVER = 140_000;

/** Where a database is, without what is secret about it. */
export function placeOf(url: string): string {
  try {
    const { hostname, port, pathname, searchParams } = new URL(url);
    const host = searchParams.get('host') ?? hostname;
    return `${host === '' ? 'localhost' : host}${port === '' ? '' : `:${port}`}${pathname}`;
  } catch {
    return 'the address that was given';
  }
}

/** Turns what kept a store from opening into words for the operator; none of them names a password. */
export function toOpenError(thrown: unknown, { url, schema }: Reach): unknown {
  if (thrown instanceof StoreOpenError) return thrown;
  const place = placeOf(url);
  const state = sqlState(thrown);
  if (state?.startsWith('28') === true)
    return new StoreOpenError('credentials', `PostgreSQL at ${place} does not take the user or the password.`, thrown);
  if (state === '3D000')
    return new StoreOpenError('unreachable', `PostgreSQL at ${place} has no such database. Create it first.`, thrown);
  if (state === '42501')
    return new StoreOpenError(
      'rights',
      `The user may not make or use the schema "${schema}" in ${place}. Let the owner of the database run: ` +
        `CREATE SCHEMA "${schema}" AUTHORIZATION <user>.`,
      thrown,
    );
  if (isConnectionLoss(thrown) || state?.startsWith('53') === true)
    return new StoreOpenError('unreachable', `PostgreSQL at ${place} cannot be reached.`, thrown);
  return thrown;
}
