import { type Fact, type FactBody, reduceAll } from '@rendercast/protocol';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Store } from '../store.js';
import { type OpenHarness, useHarness } from './harness.contract.js';
import {
  appended,
  artifact,
  creation,
  make,
  newJob,
  onlyJob,
  output,
  retrying,
  stage,
  succeeded,
  take,
} from './samples.contract.js';

async function factsOf(store: Store, id: string): Promise<Fact[]> {
  return (await store.facts(id, 0, 1_000)).map(({ fact }) => fact);
}

const REMOVED: FactBody = { type: 'removed', artifactId: null };

export function removingContract(open: OpenHarness): void {
  describe('removed', () => {
    const harness = useHarness(open);

    it('blanks the content everywhere and keeps the numbers', async () => {
      const { store, reopen } = harness();
      const { id } = await make(store, {
        clientId: 'secret-id',
        tags: ['secret-tag'],
        request: { prompt: 'secret prompt', negativePrompt: 'secret too', model: 'secret-model' },
      });
      await take(store);
      const made = artifact({ jobId: id, name: 'secret.png' });
      await appended(store, id, stage(1), output(1, 0, made), { type: 'note', data: { secret: 1 } }, succeeded(1));
      await appended(store, id, { type: 'edited', tags: ['secret-again'], favorite: true });
      const before = await factsOf(store, id);
      const job = await appended(store, id, REMOVED);

      const reopened = await reopen();
      const facts = await factsOf(reopened, id);
      expect(facts.map(({ seq, type }) => [seq, type])).toStrictEqual([
        ...before.map(({ seq, type }) => [seq, type]),
        [before.length + 1, 'removed'],
      ]);
      const found = await reopened.find(id, 'ann');
      const feed = await reopened.feed({ owner: 'ann', filter: {}, after: 0, limit: 100 });
      expect(JSON.stringify([facts, found, feed, job])).not.toContain('secret');
      expect(found?.job).toStrictEqual(job);
      expect(found?.job).toMatchObject({ state: 'succeeded', removed: true, favorite: true, outputs: [] });
      expect(await reopened.find('secret-id', 'ann')).toBeNull();
      expect(
        (await reopened.list({ owner: 'ann', filter: {}, search: 'secret', limit: 9, before: null })).jobs,
      ).toHaveLength(0);
      expect(await reopened.knownArtifacts([made.id])).toStrictEqual([]);
    });

    it('takes one output out and leaves the rest', async () => {
      const { store } = harness();
      const { id } = await make(store);
      await take(store);
      const [first, second] = [artifact({ jobId: id }), artifact({ jobId: id })];
      await appended(store, id, output(1, 0, first), output(1, 1, second), succeeded(1));
      const job = await appended(store, id, { type: 'removed', artifactId: first.id });
      expect(job).toMatchObject({
        removed: false,
        outputs: [{ slot: 1 }],
        request: { prompt: expect.stringContaining('fox') },
      });
      expect(await store.knownArtifacts([first.id, second.id])).toStrictEqual([second.id]);
      expect((await factsOf(store, id)).filter(({ type }) => type === 'output')).toMatchObject([
        { slot: 0, artifact: null },
        { slot: 1, artifact: { id: second.id } },
      ]);
    });

    it("concerns no other job, not even one's own with the same words", async () => {
      const { store } = harness();
      const first = await make(store, { tags: ['same'] });
      const second = await make(store, { tags: ['same'] });
      await take(store);
      await appended(store, first.id, succeeded(1), REMOVED);
      expect((await store.find(second.id, null))?.job).toStrictEqual(second);
      expect(await factsOf(store, second.id)).toMatchObject([{ tags: ['same'] }]);
    });

    it("frees the client's id, but still answers a repeated request by its key", async () => {
      const { store } = harness();
      const asked = () => creation([newJob({ clientId: 'c' })], { idempotencyKey: 'k' });
      const first = onlyJob(await store.create(asked()));
      await take(store);
      await appended(store, first.id, succeeded(1), REMOVED);
      const again = await store.create(asked());
      expect(again).toMatchObject({ outcome: 'replayed', jobs: [{ id: first.id, removed: true }] });
      expect((await store.create(creation([newJob({ clientId: 'c' })]))).outcome).toBe('created');
    });

    it('leaves a row that equals the fold of the blanked facts, whatever was removed in whatever order', async () => {
      const { store } = harness();
      const step = fc.oneof(
        fc.record({ do: fc.constant('output' as const), slot: fc.nat(2) }),
        fc.record({ do: fc.constant('remove' as const), which: fc.nat(5) }),
        fc.constant({ do: 'retry' as const }),
        fc.record({ do: fc.constant('tags' as const), tags: fc.array(fc.constantFrom('a', 'b'), { maxLength: 2 }) }),
      );
      await fc.assert(
        fc.asyncProperty(fc.array(step, { maxLength: 12 }), fc.boolean(), async (steps, whole) => {
          const { id } = await make(store, { tags: ['start'] });
          let { attempt } = (await take(store)).job;
          const made: string[] = [];
          for (const each of steps) {
            if (each.do === 'output') {
              const file = artifact({ jobId: id });
              made.push(file.id);
              await appended(store, id, output(attempt, each.slot, file));
            } else if (each.do === 'remove') {
              await appended(store, id, { type: 'removed', artifactId: made[each.which] ?? 'none' });
            } else if (each.do === 'tags') {
              await appended(store, id, { type: 'edited', tags: each.tags });
            } else {
              await appended(store, id, retrying(attempt));
              ({ attempt } = (await take(store)).job);
            }
          }
          await appended(store, id, succeeded(attempt), ...(whole ? [REMOVED] : []));
          const found = await store.find(id, null);
          expect(found?.job).toStrictEqual(reduceAll(await factsOf(store, id)));
          const shown = found?.job.outputs.map((each) => each.artifact.id) ?? [];
          expect((await store.knownArtifacts(made)).sort()).toStrictEqual([...shown].sort());
        }),
        { numRuns: 40 },
      );
    });
  });
}
