import { type Principal, RendercastError } from '@rendercast/protocol';
import type { Store, Stored } from '../stores/store.js';

/** Whether a caller reaches the jobs of all owners. */
export function reachesAll(principal: Principal): boolean {
  return principal.roles.includes('operator');
}

/**
 * A job by the server's id or the caller's own; an operator reaches everybody's. Own ids come first, so that an
 * operator's `my-job` is never taken for somebody else's.
 */
async function findWithin(store: Store, principal: Principal, id: string): Promise<Stored | null> {
  const own = await store.find(id, principal.owner);
  return own ?? (reachesAll(principal) ? await store.find(id, null) : null);
}

/** A job within reach; throws `not_found`. */
export async function requireWithin(store: Store, principal: Principal, id: string): Promise<Stored> {
  const stored = await findWithin(store, principal, id);
  if (stored === null) throw new RendercastError('not_found', `There is no job "${id}".`);
  return stored;
}
