import { certificateFault } from '../../certificate-fault.js';
import { StoreOpenError } from '../open-error.js';
import type { Reach } from './connection.js';
import { isConnectionLoss, sqlState } from './postgres-codes.js';

/** The oldest server that will do: 14. */
const OLDEST_SERVER = 140_000;

/** What a server says of itself. */
export interface ServerFound {
  /** As a number: 150018 is 15.18. */
  version: number;
  encoding: string;
  standby: boolean;
}

/** @throws StoreOpenError when this server or its database cannot hold a store. */
export function requireFit({ version, encoding, standby }: ServerFound, url: string): void {
  const place = placeOf(url);
  if (version < OLDEST_SERVER)
    throw new StoreOpenError(
      'too_old',
      `PostgreSQL at ${place} has version ${Math.floor(version / 10_000)}. Use 14 or newer.`,
    );
  if (standby)
    throw new StoreOpenError('unreachable', `PostgreSQL at ${place} is a standby, where nothing can be written.`);
  if (encoding !== 'UTF8')
    throw new StoreOpenError('foreign', `The database at ${place} is encoded as ${encoding}. Create it with UTF8.`);
}

/** Where a database is, without what is secret about it. */
function placeOf(url: string): string {
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
  // A schema that the user may not look into is passed over, as if its tables were not there.
  if (state === '42501' || state === '42P01')
    return new StoreOpenError(
      'rights',
      `The user may not make or use the schema "${schema}" in ${place}. Let the owner of the database run: ` +
        `CREATE SCHEMA "${schema}" AUTHORIZATION <user>.`,
      thrown,
    );
  if (state === '55P03')
    return new StoreOpenError(
      'in_use',
      `Another node holds the schema "${schema}" in ${place}, perhaps to change it. Start again when it is done.`,
      thrown,
    );
  const untrusted = certificateFault(thrown, `PostgreSQL at ${place}`);
  if (untrusted !== null) return new StoreOpenError('untrusted', untrusted, thrown);
  if (isConnectionLoss(thrown) || state?.startsWith('53') === true)
    return new StoreOpenError('unreachable', `PostgreSQL at ${place} cannot be reached.`, thrown);
  return thrown;
}
