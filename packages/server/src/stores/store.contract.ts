import { describe } from 'vitest';
import { appendingContract } from './contract/appending.contract.js';
import { claimingContract } from './contract/claiming.contract.js';
import { creatingContract } from './contract/creating.contract.js';
import { feedContract } from './contract/feed.contract.js';
import type { OpenHarness } from './contract/harness.contract.js';
import { heldSlotsContract } from './contract/held-slots.contract.js';
import { intakesContract } from './contract/intakes.contract.js';
import { keepingContract } from './contract/keeping.contract.js';
import { leaseModelContract } from './contract/lease-model.contract.js';
import { leasesContract } from './contract/leases.contract.js';
import { listingContract } from './contract/listing.contract.js';
import { pruningContract } from './contract/pruning.contract.js';
import { readingContract } from './contract/reading.contract.js';
import { removingContract } from './contract/removing.contract.js';

export type { StoreHarness } from './contract/harness.contract.js';

/** Every promise of the `Store` port, to be kept by every driver. `open` gives an empty store each time. */
export function storeContract(name: string, open: OpenHarness): void {
  describe(`Store: ${name}`, () => {
    creatingContract(open);
    appendingContract(open);
    claimingContract(open);
    leasesContract(open);
    leaseModelContract(open);
    heldSlotsContract(open);
    keepingContract(open);
    intakesContract(open);
    readingContract(open);
    feedContract(open);
    listingContract(open);
    removingContract(open);
    pruningContract(open);
  });
}
