import type { Store } from '../stores/store.js';
import type { Bus } from './bus/bus.js';

/**
 * The only door out: whatever changes a job goes through here, is stored first, and only then told.
 * Methods are the store's; hints go to the bus after the commit.
 */
export type Log = Pick<Store, 'create' | 'append' | 'claim'>;

/** Joins store and bus. */
export function createLog(store: Store, bus: Bus): Log {
  return {
    async create(creation) {
      const result = await store.create(creation);
      if (result.outcome === 'created') bus.publishFacts(result.logged);
      return result;
    },
    async append(append) {
      const result = await store.append(append);
      if (result.ok) bus.publishFacts(result.logged);
      return result;
    },
    async claim(request) {
      const claim = await store.claim(request);
      if (claim !== null) bus.publishFacts(claim.logged);
      return claim;
    },
  };
}
