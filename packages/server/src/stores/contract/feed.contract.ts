import type { Filter, LoggedFact } from '@rendercast/protocol';
import { matchesFilter } from '@rendercast/protocol/matches-filter';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Store } from '../store.js';
import { type OpenHarness, useHarness } from './harness.contract.js';
import { append, appended, creation, make, newJob, retrying, stage, succeeded, take } from './samples.contract.js';

/** Reads the feed to its end in pages. */
async function readAll(store: Store, owner: string | null, filter: Filter, limit: number): Promise<LoggedFact[]> {
  const facts: LoggedFact[] = [];
  let after = 0;
  for (;;) {
    const page = await store.feed({ owner, filter, after, limit });
    expect(page.facts.length).toBeLessThanOrEqual(limit);
    expect(page.upTo).toBeGreaterThanOrEqual(page.facts.at(-1)?.cursor ?? after);
    facts.push(...page.facts);
    if (page.upTo >= page.head) return facts;
    expect(page.upTo).toBeGreaterThan(after);
    after = page.upTo;
  }
}

/** A few jobs of two owners in many states, their facts interleaved. */
async function history(store: Store): Promise<LoggedFact[]> {
  const made = await store.create(creation([newJob({ batch: 'b', clientId: 'mine' }), newJob({ batch: 'b' })]));
  if (made.outcome !== 'created') throw new Error('not made');
  const told = [...made.logged];
  const tell = (logged: readonly LoggedFact[]) => told.push(...logged);
  const more = await store.create(
    creation([newJob({ owner: 'bob', kind: 'music', request: { prompt: 'rain' }, tags: ['calm'], engine: 'piano' })]),
  );
  if (more.outcome === 'created') tell(more.logged);
  const say = async (id: string | undefined, ...bodies: Parameters<typeof append>[2]) => {
    const result = await append(store, id ?? '', bodies);
    if (result.ok) tell(result.logged);
  };
  const [first, second] = made.jobs;
  for (let count = 0; count < 2; count += 1) tell((await take(store)).logged);
  await say(second?.id, stage(1));
  await say(first?.id, { type: 'edited', tags: ['calm'], favorite: true });
  await say(second?.id, retrying(1));
  await say(more.outcome === 'created' ? more.jobs[0]?.id : '', { type: 'note', data: { a: 1 } });
  await say(first?.id, stage(1), succeeded(1));
  return told;
}

export function feedContract(open: OpenHarness): void {
  describe('feed', () => {
    const harness = useHarness(open);

    it('gives all facts in the order of their commits, each with the job after it', async () => {
      const { store, reopen } = harness();
      const told = await history(store);
      const cursors = told.map(({ cursor }) => cursor);
      expect(cursors).toStrictEqual([...cursors].sort((left, right) => left - right));
      for (const limit of [1, 2, 3, 100]) expect(await readAll(store, null, {}, limit)).toStrictEqual(told);
      expect(await readAll(await reopen(), null, {}, 4)).toStrictEqual(told);
    });

    it('gives the same from any position, for readers that go on from the middle of a page', async () => {
      const { store } = harness();
      const told = await history(store);
      const born = await store.create(creation([newJob({ owner: 'bob' })]));
      if (born.outcome === 'created') told.push(...born.logged);
      for (let round = 1; round <= 12; round += 1) {
        for (const { fact } of [told[0], told[1], born.outcome === 'created' ? born.logged[0] : undefined].flatMap(
          (entry) => entry ?? [],
        )) {
          const result = await append(store, fact.jobId, [{ type: 'edited', tags: [`round ${round}`] }]);
          if (result.ok) told.push(...result.logged);
        }
      }
      const reading = fc.record({ limit: fc.nat(8), back: fc.nat(9), owner: fc.constantFrom(null, 'ann', 'bob') });
      await fc.assert(
        fc.asyncProperty(fc.array(reading, { maxLength: 12 }), async (readings) => {
          let after = 0;
          for (const { limit, back, owner } of readings) {
            after = Math.max(0, after - back);
            const page = await store.feed({ owner, filter: {}, after, limit: limit + 1 });
            const wanted = told.filter(
              (entry) => entry.cursor > after && (owner === null || entry.job.owner === owner),
            );
            expect(page.facts).toStrictEqual(wanted.slice(0, limit + 1));
            after = page.upTo;
          }
        }),
        { numRuns: 40 },
      );
    });

    it('shows through every filter what watching live would have shown', async () => {
      const { store } = harness();
      const told = await history(store);
      const filters: Filter[] = [
        { kind: 'music' },
        { state: ['running'] },
        { state: ['succeeded', 'failed'] },
        { batch: 'b' },
        { tag: 'calm' },
        { favorite: true },
        { favorite: false },
        { jobs: [told[0]?.job.id ?? ''] },
        { jobs: ['mine'] },
        { engine: 'brush' },
        { engine: 'auto', state: ['queued'] },
        { batch: 'b', kind: 'music' },
        { jobs: [] },
      ];
      for (const filter of filters) {
        for (const owner of [null, 'ann', 'bob', 'carol']) {
          const expected = told.filter(
            ({ job }) => (owner === null || job.owner === owner) && matchesFilter(job, filter),
          );
          for (const limit of [1, 100]) expect(await readAll(store, owner, filter, limit)).toStrictEqual(expected);
        }
      }
    });

    it('goes on from any cursor', async () => {
      const { store } = harness();
      const told = await history(store);
      for (const [index, { cursor }] of told.entries()) {
        const page = await store.feed({ owner: null, filter: {}, after: cursor, limit: 100 });
        expect(page).toMatchObject({ upTo: told.at(-1)?.cursor, head: told.at(-1)?.cursor });
        expect(page.facts).toStrictEqual(told.slice(index + 1));
      }
    });

    it('says how far it has looked, beyond what the filter skipped', async () => {
      const { store } = harness();
      const told = await history(store);
      const page = await store.feed({ owner: 'carol', filter: {}, after: 0, limit: 10 });
      expect(page).toStrictEqual({ facts: [], upTo: told.at(-1)?.cursor, head: told.at(-1)?.cursor, horizon: 0 });
      const empty = await store.feed({ owner: null, filter: {}, after: page.head, limit: 10 });
      expect(empty).toMatchObject({ facts: [], upTo: page.head });
    });

    it('never moves a reader back that is ahead of the log', async () => {
      const { store } = harness();
      await make(store);
      const page = await store.feed({ owner: null, filter: {}, after: 1_000, limit: 10 });
      expect(page).toMatchObject({ facts: [], upTo: 1_000 });
      expect(page.head).toBeLessThan(1_000);
    });

    it('finds the few facts that match far behind the many that do not', async () => {
      const { store } = harness();
      const noisy = await make(store);
      const quiet = await make(store, { tags: ['rare'] });
      for (let round = 0; round < 15; round += 1)
        await append(
          store,
          noisy.id,
          Array.from({ length: 100 }, () => ({ type: 'note', data: {} }) as const),
        );
      await appended(store, quiet.id, { type: 'edited', priority: 1 });
      const page = await store.feed({ owner: 'ann', filter: { tag: 'rare' }, after: 0, limit: 2 });
      expect(page.facts.map(({ fact }) => [fact.jobId, fact.seq])).toStrictEqual([
        [quiet.id, 1],
        [quiet.id, 2],
      ]);
      expect(page.upTo).toBe(page.head);
    });

    it('shows every fact once to a reader that pages while others write', async () => {
      const { store } = harness();
      await fc.assert(
        fc.asyncProperty(fc.array(fc.integer({ min: 1, max: 5 }), { maxLength: 10 }), async (bursts) => {
          let { feed: after } = await store.heads([]);
          const start = after;
          const writes = bursts.map(async (count) => {
            const made = await store.create(creation(Array.from({ length: count }, () => newJob())));
            return made.outcome === 'created' ? made.logged.map(({ cursor }) => cursor) : [];
          });
          const seen: number[] = [];
          let settled = false;
          const written = Promise.all(writes).finally(() => {
            settled = true;
          });
          for (let last = false; ; last = settled) {
            const page = await store.feed({ owner: null, filter: {}, after, limit: 3 });
            seen.push(...page.facts.map(({ cursor }) => cursor));
            after = page.upTo;
            if (last && after >= page.head) break;
          }
          expect(seen).toStrictEqual((await written).flat().sort((left, right) => left - right));
          expect(seen.every((cursor) => cursor > start)).toBe(true);
        }),
        { numRuns: 20 },
      );
    });
  });
}
