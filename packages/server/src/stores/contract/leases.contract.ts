import { describe, expect, it } from 'vitest';
import { type OpenHarness, useHarness } from './harness.contract.js';
import { append, appended, make, retrying, stage, succeeded, take } from './samples.contract.js';

export function leasesContract(open: OpenHarness): void {
  describe('leases', () => {
    const harness = useHarness(open);

    it('run out when nobody renews them, and then cannot be renewed', async () => {
      const { store, advance } = harness();
      const { id } = await make(store);
      await take(store, { leaseMs: 1_000 });
      expect(await store.expiredLeases()).toStrictEqual([]);
      await advance(1_001);
      expect(await store.expiredLeases()).toStrictEqual([{ jobId: id, attempt: 1 }]);
      expect(await store.renew([{ jobId: id, attempt: 1 }], 1_000)).toStrictEqual([]);
      expect(await store.expiredLeases()).toStrictEqual([{ jobId: id, attempt: 1 }]);
    });

    it('hold as long as they are renewed', async () => {
      const { store, advance } = harness();
      const { id } = await make(store);
      await take(store, { leaseMs: 1_000 });
      for (let round = 0; round < 3; round += 1) {
        await advance(600);
        expect(await store.renew([{ jobId: id, attempt: 1 }], 1_000)).toStrictEqual([id]);
      }
      expect(await store.expiredLeases()).toStrictEqual([]);
    });

    it('are renewed each on its own', async () => {
      const { store } = harness();
      const first = await make(store);
      const second = await make(store);
      await take(store);
      await take(store);
      await appended(store, first.id, succeeded(1));
      const asked = [
        { jobId: first.id, attempt: 1 },
        { jobId: second.id, attempt: 1 },
        { jobId: 'nobody', attempt: 1 },
      ];
      expect(await store.renew(asked, 1_000)).toStrictEqual([second.id]);
    });

    it('end with the attempt: an older token renews nothing', async () => {
      const { store, advance } = harness();
      const { id } = await make(store);
      await take(store, { leaseMs: 1_000 });
      await advance(1_001);
      await appended(store, id, retrying(1));
      expect(await store.expiredLeases()).toStrictEqual([]);
      await take(store, { leaseMs: 1_000 });
      expect(await store.renew([{ jobId: id, attempt: 1 }], 60_000)).toStrictEqual([]);
      expect(await store.renew([{ jobId: id, attempt: 2 }], 1_000)).toStrictEqual([id]);
    });

    it('do not fence by themselves: until somebody takes over, the attempt may still end its job', async () => {
      const { store, advance } = harness();
      const { id } = await make(store);
      await take(store, { leaseMs: 1_000 });
      await advance(1_001);
      expect((await append(store, id, [stage(1), succeeded(1)], { attempt: 1 })).ok).toBe(true);
      expect(await store.expiredLeases()).toStrictEqual([]);
    });

    it('of claimants elsewhere outlive a restart', async () => {
      const { store, reopen, advance } = harness();
      const { id } = await make(store);
      await take(store, { leaseMs: 1_000, inProcess: false });
      await advance(900);
      const reopened = await reopen();
      expect(await reopened.expiredLeases()).toStrictEqual([]);
      expect(await reopened.renew([{ jobId: id, attempt: 1 }], 1_000)).toStrictEqual([id]);
      await advance(1_001);
      expect(await reopened.expiredLeases()).toStrictEqual([{ jobId: id, attempt: 1 }]);
    });

    it('held in process are void after a restart', async ({ skip }) => {
      const { store, reopen, voidsInProcess } = harness();
      if (!voidsInProcess) skip('this driver outlives the process that held the lease');
      const { id } = await make(store);
      await take(store, { leaseMs: 60_000, inProcess: true });
      const reopened = await reopen();
      expect(await reopened.expiredLeases()).toStrictEqual([{ jobId: id, attempt: 1 }]);
      expect(await reopened.renew([{ jobId: id, attempt: 1 }], 60_000)).toStrictEqual([]);
      await appended(reopened, id, retrying(1));
      expect((await take(reopened)).job.attempt).toBe(2);
    });
  });
}
