import { afterEach, beforeEach } from 'vitest';
import type { Store } from '../store.js';

/** An open store and what a test may do around it. */
export interface StoreHarness {
  readonly store: Store;
  /** Closes the store and opens it again on the same data, as a restart does. */
  reopen(): Promise<Store>;
  /** Lets time pass on the clock that leases live by. */
  advance(ms: number): Promise<void>;
  /**
   * Whether leases held in process are void after `reopen`, and others get a full term (so it is on a store of one
   * process; one that many share goes on counting while a process is away).
   */
  readonly voidsInProcess: boolean;
  /** Closes the store and removes its data. */
  close(): Promise<void>;
}

export type OpenHarness = () => Promise<StoreHarness>;

/** Opens a fresh store for each test of a block; the returned function gives the one of the running test. */
export function useHarness(open: OpenHarness): () => StoreHarness {
  let harness: StoreHarness | null = null;
  beforeEach(async () => {
    harness = await open();
  });
  afterEach(async () => {
    await harness?.close();
    harness = null;
  });
  return () => {
    if (harness === null) throw new Error('no test is running');
    return harness;
  };
}
