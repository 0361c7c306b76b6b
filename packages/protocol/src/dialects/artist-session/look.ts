import type { Verbs } from '../../commands.js';
import { RendercastError } from '../../errors.js';
import type { Snapshot } from '../../job.js';
import { LIMITS } from '../../limits.js';

/** Sessions as they stand, by their ids; those that are none (yet) are left out. */
export async function look(verbs: Verbs, ids: readonly string[], signal: AbortSignal): Promise<Snapshot[]> {
  const found: Snapshot[] = [];
  for (const id of ids) {
    signal.throwIfAborted();
    const snapshot = await find(verbs, id);
    if (snapshot !== null) found.push(snapshot);
  }
  return found;
}

/** The sessions that run, as they stand. */
export async function lookAtRunning(verbs: Verbs, signal: AbortSignal): Promise<Snapshot[]> {
  const page = await verbs.list({ kind: 'image', state: ['running'], limit: LIMITS.pageMax });
  return await look(
    verbs,
    page.jobs.map(({ id }) => id),
    signal,
  );
}

async function find(verbs: Verbs, id: string): Promise<Snapshot | null> {
  try {
    return requireImage(await verbs.get(id), id);
  } catch (error) {
    if (error instanceof RendercastError && error.code === 'not_found') return null;
    throw error;
  }
}

/** Jobs of other kinds are no sessions. */
export function requireImage(snapshot: Snapshot, id: string): Snapshot {
  if (snapshot.job.kind === 'image') return snapshot;
  throw new RendercastError('not_found', `there is no session "${id}"`);
}
