import { type LoggedFact, RendercastError } from '@rendercast/protocol';
import type { Store } from '../stores/store.js';
import type { Bus } from './bus/bus.js';

/**
 * The only door out: whatever changes a job goes through here, is stored first, and only then told.
 * Methods are the store's; hints go to the bus after the commit.
 */
export interface Log extends Pick<Store, 'create' | 'append' | 'claim'> {
  /** Whether facts can be stored: what the last write said. */
  health(): LogHealth;
}

/** Whether the server can be trusted with new work, in words. */
export interface LogHealth {
  ready: boolean;
  /** What is wrong, for people; null when nothing is. */
  message: string | null;
}

/**
 * Joins store and bus. `stored` is told of every fact that this process stored, once, before the bus: for figures and
 * traces, which see the moment as the caller does.
 */
export function createLog(
  store: Store,
  bus: Bus,
  stored: (logged: readonly LoggedFact[]) => void = () => undefined,
): Log {
  let health: LogHealth = { ready: true, message: null };

  /** Notes whether writes reach the disk. */
  async function noted<T>(write: Promise<T>, wrote: (result: T) => boolean): Promise<T> {
    try {
      const result = await write;
      // A refused write says nothing about the disk.
      if (wrote(result)) health = { ready: true, message: null };
      return result;
    } catch (error) {
      if (error instanceof RendercastError && error.code === 'storage_unavailable')
        health = { ready: false, message: error.message };
      throw error;
    }
  }

  function tell(logged: readonly LoggedFact[]): void {
    stored(logged);
    bus.publishFacts(logged);
  }

  return {
    health: () => health,
    async create(creation) {
      const result = await noted(store.create(creation), ({ outcome }) => outcome === 'created');
      if (result.outcome === 'created') tell(result.logged);
      return result;
    },
    async append(append) {
      const result = await noted(store.append(append), ({ ok }) => ok);
      if (result.ok) tell(result.logged);
      return result;
    },
    async claim(request) {
      const claim = await noted(store.claim(request), (taken) => taken !== null);
      if (claim !== null) tell(claim.logged);
      return claim;
    },
  };
}
