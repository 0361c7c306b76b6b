import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { Engine } from '../engines/engine.js';
import { createBusySlots } from './busy-slots.js';
import { ALICE, ended, jobWhen, openRig, picture, type Rig, RUN_LIMITS, VIA } from './rig.contract.js';
import { createGate } from './singer.contract.js';

const SOON = { timeout: 15_000 };

let rig: Rig;
beforeEach(async () => {
  rig = await openRig({ slots: 0 });
});
afterEach(() => rig.close());

const submit = async () => (await rig.queue.submit(ALICE, picture({}, { engine: 'kiln' }), VIA)).job.id;
/** An offer of a backend that all share, as another process makes it. */
const offer = { engine: 'kiln', backend: 'kiln', kinds: ['image'] as const, models: null, auto: false, slots: 1 };
const claimedElsewhere = async () => {
  const claim = await rig.store.claim({
    ...{ claimant: 'another', inProcess: false, offers: [offer], leaseMs: 60_000, at: new Date().toISOString() },
  });
  return claim?.job.id ?? null;
};

test('a backend that all share is not given to others while it is busy with a job that was canceled, however long', async () => {
  const burnt = createGate();
  const kiln: Engine = {
    ...{ name: 'kiln', backend: 'kiln' },
    capabilities: () => ({ kinds: ['image'], models: [], features: [], slots: 1, health: 'up', message: null }),
    // It cannot be put out.
    run: (_work, context) => {
      context.busyUntil(burnt.opened);
      return new Promise((_, reject) =>
        context.signal.addEventListener('abort', () => reject(context.signal.reason as Error)),
      );
    },
    close: async () => undefined,
  };
  await rig.registry.add(kiln, { auto: [], repeatable: true, shared: true });
  const holds = vi.spyOn(rig.store, 'holdSlots');
  // Longer than it is held at a time: it is said again and again.
  const runner = rig.runner({ limits: { ...RUN_LIMITS, leaseMs: 3_000 } });
  runner.start();
  const first = await submit();
  await jobWhen(rig, first, ({ state }) => state === 'running');
  await rig.queue.cancel(ALICE, first, null);
  expect((await ended(rig, first)).state).toBe('canceled');
  await vi.waitFor(() => expect(holds.mock.calls.length).toBeGreaterThan(4), SOON);
  const second = await submit();
  expect(await claimedElsewhere()).toBeNull();
  burnt.open();
  await jobWhen(rig, second, ({ state }) => state === 'running');
  await rig.queue.cancel(ALICE, second, null);
});

test('a slot that is freed while it is being held is free', async () => {
  const said: string[] = [];
  const store: Pick<Rig['store'], 'holdSlots' | 'freeSlot'> = {
    async holdSlots(holds) {
      await new Promise((resolve) => setImmediate(resolve));
      said.push(...holds.map(({ jobId }) => `hold ${jobId}`));
    },
    async freeSlot({ jobId }) {
      said.push(`free ${jobId}`);
    },
  };
  const busy = createBusySlots({ store, logger: rig.logger }, 1_000);
  const held = busy.hold({ jobId: 'j_one', attempt: 1, engine: 'kiln', backend: 'kiln' });
  const renewed = busy.renew();
  await busy.free({ jobId: 'j_one', attempt: 1 });
  await Promise.all([held, renewed, busy.renew()]);
  expect(said).toEqual(['hold j_one', 'free j_one']);
});
