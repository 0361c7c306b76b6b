import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { systemClock } from '../clock.js';
import type { Engine } from '../engines/engine.js';
import { createRegistry, type EngineTraits, type Registry } from '../engines/registry.js';
import { createSilentLogger } from '../logger.js';
import { openPostgresStore, type PostgresStore } from '../stores/postgres/open-postgres-store.js';
import {
  NO_POSTGRES,
  POSTGRES_BIN,
  type ScratchCluster,
  startCluster,
} from '../stores/postgres/scratch-cluster.contract.js';
import { createFellows, type Fellows } from './fellows.js';

const logger = createSilentLogger();
const SOON = { timeout: 15_000 };

/** An engine that can be asked how it is. */
function engine(name: string, backend: string, answers: Partial<ReturnType<typeof capabilities>> = {}): Engine {
  return {
    ...{ name, backend },
    capabilities: () => ({ ...capabilities(), ...answers }),
    run: async () => undefined,
    close: async () => undefined,
  };
}
const capabilities = () => ({
  ...{ kinds: ['image'] as ('image' | 'music')[], models: [] as { id: string; title: string }[], features: ['steps'] },
  ...{ slots: 2, health: 'up' as 'up' | 'down' | 'unknown', message: null as string | null },
});
const TRAITS: EngineTraits = { auto: ['image'], repeatable: true };

describe.skipIf(POSTGRES_BIN === null)(
  `processes of one house${POSTGRES_BIN === null ? ` (${NO_POSTGRES})` : ''}`,
  () => {
    let cluster: ScratchCluster;
    let store: PostgresStore;
    const closing: { close(): Promise<void> }[] = [];
    beforeAll(async () => {
      cluster = await startCluster();
      store = await openPostgresStore({ url: cluster.url(), logger });
    }, 60_000);
    afterEach(async () => {
      for (const part of closing.splice(0).reverse()) await part.close();
      await cluster.query('DELETE FROM rendercast.nodes');
    });
    afterAll(async () => {
      await store.close();
      await cluster.close();
    });

    /** One process with these engines; its rounds are the test's, unless it is told how often. */
    async function join(
      node: string,
      engines: readonly [Engine, EngineTraits][],
      everyMs = 3_600_000,
    ): Promise<Fellows & { registry: Registry }> {
      const registry = createRegistry({ clock: systemClock, logger });
      closing.push(registry);
      for (const [each, traits] of engines) await registry.add(each, traits);
      const fellows = createFellows({ roster: store.roster, own: registry, node, clock: systemClock, logger, everyMs });
      closing.push(fellows);
      await fellows.start();
      return { ...fellows, registry };
    }

    test('know of each other what they can run, and those that run nothing know it, too', async () => {
      const gateway = await join('gateway', []);
      await join('worker', [[engine('brush', 'brush-1'), TRAITS]]);
      expect(gateway.list()).toEqual([]);
      await gateway.pass();
      expect(gateway.list()).toMatchObject([{ name: 'brush', backend: 'brush-1', slots: 2, busy: 0, health: 'up' }]);
      expect(gateway.candidates()).toMatchObject([{ backend: 'brush-1', state: 'up', offers: [{ kinds: ['image'] }] }]);
      expect(gateway.traits('brush')).toMatchObject({ repeatable: true, shared: false });
      expect(gateway.traits('nobody')).toBeNull();
    });

    test('show backends of one name as one: slots of their own are added up, those of one that they share are not', async () => {
      const own = { models: [{ id: 'a', title: 'A' }] };
      const other = { models: [{ id: 'b', title: 'B' }], features: ['guidance'] };
      const shared = { ...TRAITS, shared: true };
      const first = await join('one', [
        [engine('brush', 'brush', own), TRAITS],
        [engine('far', 'far', { health: 'down', message: 'It does not answer.' }), shared],
      ]);
      const second = await join('two', [
        [engine('brush', 'brush', other), TRAITS],
        [engine('far', 'far', { slots: 3 }), shared],
      ]);
      second.registry.acquire('brush');
      await second.pass();
      await first.pass();
      const [brush, far] = first.list();
      expect(brush).toMatchObject({
        slots: 4,
        busy: 1,
        models: [{ id: 'a' }, { id: 'b' }],
        features: ['steps', 'guidance'],
      });
      expect(far).toMatchObject({ backend: 'far', slots: 3, health: 'up', message: null });
      expect(first.candidates().find(({ backend }) => backend === 'far')).toMatchObject({ state: 'up' });
    });

    test('are gone with their goodbye, and what their engines were like is known still', async () => {
      const gateway = await join('gateway', []);
      const worker = await join('worker', [[engine('kiln', 'kiln'), { ...TRAITS, repeatable: false }]]);
      await gateway.pass();
      expect(gateway.list()).toHaveLength(1);
      await worker.close();
      await gateway.pass();
      expect([gateway.list(), gateway.candidates()]).toEqual([[], []]);
      expect(gateway.traits('kiln')).toMatchObject({ repeatable: false });
    });

    test('are gone without one when the time that they named is over, and are back with their next word', async () => {
      const gateway = await join('gateway', [], 50);
      await store.roster.announce('worker', wordOf('brush'), 60_000);
      await vi.waitFor(() => expect(gateway.list()).toHaveLength(1), SOON);
      await store.roster.announce('worker', wordOf('brush'), 1);
      await vi.waitFor(() => expect(gateway.list()).toEqual([]), SOON);
      await store.roster.announce('worker', wordOf('brush'), 60_000);
      await vi.waitFor(() => expect(gateway.list()).toHaveLength(1), SOON);
    });

    test('pass over words that they cannot read, and what a newer version adds to a word', async () => {
      const gateway = await join('gateway', []);
      await store.roster.announce('older', { backends: 'none' }, 60_000);
      await store.roster.announce('newer', { ...wordOf('brush'), mood: 'bright' }, 60_000);
      await gateway.pass();
      expect(gateway.list()).toMatchObject([{ name: 'brush' }]);
    });
  },
);

/** The word of a process with one backend, as it travels. */
function wordOf(name: string): { backends: object[] } {
  const offers = [{ engine: name, backend: name, kinds: ['image'], models: null, auto: true }];
  const info = {
    ...{ name, backend: name, kinds: ['image'], models: [], features: [], auto: true, health: 'up', message: null },
    ...{ slots: 1, busy: 0, intake: 'open', wishes: 'none that an old reader knows' },
  };
  const candidate = { engine: name, backend: name, offers, state: 'up', message: null };
  return { backends: [{ info, candidate, traits: { auto: ['image'], repeatable: true } }] };
}
