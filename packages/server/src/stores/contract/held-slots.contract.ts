import { describe, expect, it } from 'vitest';
import type { SlotHold, Store } from '../store.js';
import { type OpenHarness, useHarness } from './harness.contract.js';
import { appended, canceled, claimRequest, make, offer, retrying, take } from './samples.contract.js';

export function heldSlotsContract(open: OpenHarness): void {
  describe('slots that are held', () => {
    const harness = useHarness(open);
    const narrow = offer({ slots: 1 });
    const hold = (jobId: string, attempt = 1): SlotHold => ({ jobId, attempt, engine: 'brush', backend: 'brush-1' });
    const claim = (store: Store, over = narrow) => store.claim(claimRequest({ offers: [over] }));

    it('are taken for everybody after the end of their attempt, until they are freed', async () => {
      const { store } = harness();
      const { id } = await make(store);
      const next = await make(store);
      await take(store, { offers: [narrow] });
      await store.holdSlots([hold(id)], 10_000);
      await appended(store, id, canceled(1));
      expect(await claim(store)).toBeNull();
      expect((await take(store, { offers: [offer({ backend: 'brush-2', slots: 1 })] })).job.id).toBe(next.id);
      const third = await make(store);
      expect(await claim(store)).toBeNull();
      await store.freeSlot({ jobId: id, attempt: 1 });
      expect((await take(store, { offers: [narrow] })).job.id).toBe(third.id);
    });

    it('count once while their attempt is leased, and once more when the next one is', async () => {
      const { store } = harness();
      const wide = offer({ slots: 2 });
      const { id } = await make(store);
      await make(store);
      await make(store);
      await take(store, { offers: [wide] });
      await store.holdSlots([hold(id)], 10_000);
      await take(store, { offers: [wide] });
      expect(await claim(store, wide)).toBeNull();
      await appended(store, id, retrying(1));
      expect(await claim(store, wide)).toBeNull(); // the backend is busy with the attempt that was given up
      await store.freeSlot({ jobId: id, attempt: 1 });
      expect((await take(store, { offers: [wide] })).job).toMatchObject({ id, attempt: 2 });
    });

    it('run out with their lease where nobody says it again, and come back where somebody does', async () => {
      const { store, advance } = harness();
      const { id } = await make(store);
      await make(store);
      await take(store, { offers: [narrow] });
      await store.holdSlots([hold(id)], 10_000);
      await appended(store, id, canceled(1));
      await advance(6_000);
      await store.holdSlots([hold(id)], 10_000);
      await advance(6_000);
      expect(await claim(store)).toBeNull();
      await advance(6_000);
      await store.holdSlots([hold(id)], 10_000);
      expect(await claim(store)).toBeNull();
      await advance(10_001);
      expect(await claim(store)).not.toBeNull();
    });

    it('matter to offers that name a number of slots alone, and freeing what is not held does no harm', async () => {
      const { store } = harness();
      const { id } = await make(store);
      await store.holdSlots([], 10_000);
      await store.holdSlots([hold('somebody', 7), hold('somebody', 8)], 10_000);
      await store.freeSlot({ jobId: 'nobody', attempt: 1 });
      expect(await claim(store)).toBeNull();
      expect((await take(store, { offers: [offer({ engine: 'brush', backend: 'brush-1' })] })).job.id).toBe(id);
    });
  });
}
