import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Clock, systemClock } from '../../clock.js';
import type { StoreHarness } from '../store.contract.js';
import { openSqliteStore } from './open-sqlite-store.js';

/** A store in a new folder, with lease time that a test moves. */
export async function openSqliteHarness(): Promise<StoreHarness> {
  const dir = await mkdtemp(join(tmpdir(), 'rendercast-store-'));
  let nowMs = 0;
  const clock: Clock = { ...systemClock, monotonic: () => nowMs };
  let store = await openSqliteStore({ dir, clock });
  return {
    voidsInProcess: true,
    get store() {
      return store;
    },
    async reopen() {
      await store.close();
      store = await openSqliteStore({ dir, clock });
      return store;
    },
    async advance(ms) {
      nowMs += ms;
    },
    async close() {
      await store.close();
      await rm(dir, { recursive: true, force: true });
    },
  };
}
