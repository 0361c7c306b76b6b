import type { Store } from '../stores/store.js';
import type { Blobs } from './blobs.js';
import { growthOfKey } from './growth.js';
import { artifactOfKey } from './keys.js';

export interface OrphanSweep {
  blobs: Blobs;
  store: Pick<Store, 'knownArtifacts' | 'find'>;
  /** Younger blobs are left alone: their fact may be on its way. In milliseconds. Default: one hour. */
  minAgeMs?: number;
  signal?: AbortSignal;
}

const MANY = 500;

/**
 * Deletes blobs that no fact and no upload knows of, leftovers of a crash between bytes and fact, and what grew in attempts
 * that are over. Answers how many.
 */
export async function sweepOrphans({ blobs, store, minAgeMs = 3_600_000, signal }: OrphanSweep): Promise<number> {
  const grows = createGrowthJudge(store);
  let removed = 0;
  let keys: string[] = [];
  const judge = async () => {
    const known = new Set(await store.knownArtifacts([...new Set(keys.map(artifactOfKey))]));
    for (const key of keys) {
      if (known.has(artifactOfKey(key)) || (await grows(key))) continue;
      await blobs.remove(key);
      removed++;
    }
    keys = [];
  };
  for await (const { key, ageMs } of blobs.keys()) {
    signal?.throwIfAborted();
    if (ageMs >= minAgeMs) keys.push(key);
    if (keys.length >= MANY) await judge();
  }
  if (keys.length > 0) await judge();
  return removed;
}

/** Tells whether the attempt runs on whose bytes a key names. Each attempt is looked up once. */
function createGrowthJudge(store: OrphanSweep['store']): (key: string) => Promise<boolean> {
  const running = new Map<string, boolean>();
  return async (key) => {
    const growth = growthOfKey(key);
    if (growth === null) return false;
    const { jobId, attempt } = growth;
    const name = `${jobId} ${attempt}`;
    const known = running.get(name);
    if (known !== undefined) return known;
    const job = (await store.find(jobId, null))?.job;
    const runs = job?.state === 'running' && job.attempt === attempt;
    running.set(name, runs);
    return runs;
  };
}
