import { describe, expect, it } from 'vitest';
import { ALL_BACKENDS, intakeOf } from '../store.js';
import { type OpenHarness, useHarness } from './harness.contract.js';
import { claimRequest, make, offer, take } from './samples.contract.js';

export function intakesContract(open: OpenHarness): void {
  describe('intakes', () => {
    const harness = useHarness(open);

    it('are open until somebody orders otherwise, and outlive a restart', async () => {
      const { store, reopen } = harness();
      expect(intakeOf(await store.intakes(), 'brush-1')).toBe('open');
      await store.setIntake('brush-1', 'paused');
      await store.setIntake('brush-2', 'draining');
      await store.setIntake('brush-1', 'draining');
      await store.setIntake('brush-2', 'open');
      const after = await (await reopen()).intakes();
      expect(['brush-1', 'brush-2', 'brush-3'].map((backend) => intakeOf(after, backend))).toEqual([
        'draining',
        'open',
        'open',
      ]);
    });

    it('of all speak for those that come later too, until one of them has a word of its own', async () => {
      const { store } = harness();
      await store.setIntake('brush-1', 'draining');
      await store.setIntake(ALL_BACKENDS, 'paused');
      await store.setIntake('brush-2', 'open');
      const some = await store.intakes();
      expect(['brush-1', 'brush-2', 'brush-3'].map((backend) => intakeOf(some, backend))).toEqual([
        'paused',
        'open',
        'paused',
      ]);
      await store.setIntake(ALL_BACKENDS, 'open');
      const none = await store.intakes();
      expect(['brush-1', 'brush-2', 'brush-3'].map((backend) => intakeOf(none, backend))).toEqual([
        'open',
        'open',
        'open',
      ]);
    });

    it('that are not open let nothing be claimed there, whoever offers it, and leave other backends alone', async () => {
      const { store } = harness();
      const first = await make(store);
      const second = await make(store);
      const offers = [offer({ backend: 'brush-1' }), offer({ backend: 'brush-2' })];
      await store.setIntake('brush-1', 'paused');
      expect(await store.claim(claimRequest({ offers: [offer({ backend: 'brush-1' })] }))).toBeNull();
      expect(await take(store, { offers })).toMatchObject({ job: { id: first.id }, offer: { backend: 'brush-2' } });
      await store.setIntake('brush-2', 'draining');
      expect(await store.claim(claimRequest({ offers }))).toBeNull();
      await store.setIntake('brush-1', 'open');
      expect(await take(store, { offers })).toMatchObject({ job: { id: second.id }, offer: { backend: 'brush-1' } });
    });
  });
}
