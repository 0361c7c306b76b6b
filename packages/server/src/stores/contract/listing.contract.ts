import type { Filter, Job } from '@rendercast/protocol';
import { matchesFilter } from '@rendercast/protocol/matches-filter';
import { describe, expect, it } from 'vitest';
import type { Store, StoreListQuery } from '../store.js';
import { type OpenHarness, useHarness } from './harness.contract.js';
import { appended, creation, make, newJob, succeeded, take } from './samples.contract.js';

const query = (over: Partial<StoreListQuery> = {}): StoreListQuery => ({
  owner: 'ann',
  filter: {},
  search: null,
  limit: 100,
  before: null,
  ...over,
});

async function readAll(store: Store, over: Partial<StoreListQuery>): Promise<Job[]> {
  const jobs: Job[] = [];
  let before: string | null = null;
  for (;;) {
    const page = await store.list(query({ ...over, before }));
    jobs.push(...page.jobs);
    if (!page.more) return jobs;
    expect(page.jobs).toHaveLength(over.limit ?? 100);
    before = page.jobs.at(-1)?.id ?? null;
  }
}

const ids = (jobs: readonly Job[]) => jobs.map(({ id }) => id);

export function listingContract(open: OpenHarness): void {
  describe('list', () => {
    const harness = useHarness(open);

    it("pages through an owner's jobs, newest first, each once", async () => {
      const { store, reopen } = harness();
      const made: Job[] = [];
      for (let count = 0; count < 7; count += 1) {
        made.unshift(await make(store));
        await make(store, { owner: 'bob' });
      }
      for (const limit of [1, 2, 3, 7, 8]) expect(ids(await readAll(store, { limit }))).toStrictEqual(ids(made));
      expect(await store.list(query({ limit: 7 }))).toMatchObject({ more: false });
      expect(await store.list(query({ limit: 6 }))).toMatchObject({ more: true });
      expect(await readAll(store, { owner: null })).toHaveLength(14);
      expect(await readAll(await reopen(), {})).toStrictEqual(made);
    });

    it('gives the head of the feed at that moment, so that following from there misses nothing', async () => {
      const { store } = harness();
      await make(store);
      const page = await store.list(query());
      expect(page.head).toBe((await store.heads([])).feed);
      const next = await make(store);
      const feed = await store.feed({ owner: 'ann', filter: {}, after: page.head, limit: 10 });
      expect(feed.facts.map(({ fact }) => fact.jobId)).toStrictEqual([next.id]);
    });

    it('keeps list and head of one moment while others write', async () => {
      const { store } = harness();
      const writes = Array.from({ length: 40 }, () => make(store));
      const pages = await Promise.all(Array.from({ length: 40 }, () => store.list(query({ owner: null }))));
      await Promise.all(writes);
      for (const page of pages) {
        const feed = await store.feed({ owner: null, filter: {}, after: page.head, limit: 100 });
        const listed = new Set(ids(page.jobs));
        expect(feed.facts.filter(({ fact }) => listed.has(fact.jobId))).toStrictEqual([]);
        expect(listed.size + feed.facts.length).toBe(40);
      }
    });

    it('meets every filter, alone and together', async () => {
      const { store } = harness();
      const batch = await store.create(
        creation([newJob({ batch: 'b', clientId: 'mine', tags: ['calm', 'x'] }), newJob({ batch: 'b' })]),
      );
      if (batch.outcome !== 'created') throw new Error('not made');
      await make(store, { kind: 'music', engine: 'piano', request: { prompt: 'rain' }, tags: ['calm'] });
      await make(store, { owner: 'bob', clientId: 'mine', tags: ['calmer'] });
      const { job } = await take(store);
      await appended(store, job.id, succeeded(1), { type: 'edited', favorite: true });
      await take(store);
      const all = await readAll(store, { owner: null });
      const filters: Filter[] = [
        { kind: 'image' },
        { kind: 'music' },
        { state: ['queued'] },
        { state: ['queued', 'running'] },
        { state: ['succeeded'] },
        { state: ['running', 'succeeded'] },
        { state: [] },
        { batch: 'b' },
        { batch: 'none' },
        { tag: 'calm' },
        { favorite: true },
        { favorite: false },
        { jobs: [job.id] },
        { jobs: ['mine', all[0]?.id ?? ''] },
        { jobs: [] },
        { engine: 'brush' },
        { engine: 'piano' },
        { engine: 'auto' },
        { batch: 'b', state: ['running'] },
        { favorite: true, state: ['succeeded'], tag: 'x', kind: 'image', batch: 'b', engine: 'brush', jobs: ['mine'] },
        { favorite: true, batch: 'none' },
        { state: ['running'], jobs: ['mine'] },
      ];
      for (const filter of filters) {
        for (const owner of [null, 'ann', 'bob']) {
          const expected = all.filter(
            (each) => (owner === null || each.owner === owner) && matchesFilter(each, filter),
          );
          for (const limit of [1, 100])
            expect(ids(await readAll(store, { owner, filter, limit })), JSON.stringify(filter)).toStrictEqual(
              ids(expected),
            );
        }
      }
    });

    it('searches for all words in prompt, plan title and tags, in any language and case', async () => {
      const { store } = harness();
      const fox = await make(store, { request: { prompt: 'A Red FOX under the Moon' }, tags: ['Forest'] });
      const kanji = await make(store, { request: { prompt: '黄色い月の下の赤い狐' } });
      const song = await make(store, {
        kind: 'music',
        request: { plan: { title: 'Grüße an Zoë', positiveStyles: [], negativeStyles: [], sections: [] } },
        tags: ['100%_sure'],
      });
      const tries: [string, Job[]][] = [
        ['fox', [fox]],
        ['moon  RED', [fox]],
        ['red forest', [fox]],
        ['red sea', []],
        ['赤い狐', [kanji]],
        ['狐 月', [kanji]],
        ['GRÜSSE', []],
        ['grüße zoË', [song]],
        ['100%_sure', [song]],
        ['%', [song]],
        ['_', [song]],
        ["'", []],
        ['"fox" OR 1', []],
        ['   ', [song, kanji, fox]],
        ['', [song, kanji, fox]],
        ['ＦＯＸ', [fox]],
      ];
      for (const [search, expected] of tries)
        expect(ids(await readAll(store, { search })), search).toStrictEqual(ids(expected));
      expect(await readAll(store, { search: 'fox', owner: 'bob' })).toStrictEqual([]);
    });

    it('searches the parameters too, by name and value', async () => {
      const { store } = harness();
      const euler = await make(store, {
        request: { prompt: 'an owl', negativePrompt: 'blurry', sampler: 'Euler a', steps: 31, width: 768, height: 512 },
      });
      const seeded = await make(store, { request: { prompt: 'an owl', steps: 12 }, seed: 987_654 });
      const tries: [string, Job[]][] = [
        ['steps:31', [euler]],
        ['sampler:euler', [euler]],
        ['owl 768x512', [euler]],
        ['blurry', [euler]],
        ['seed:987654', [seeded]],
        ['owl steps:', [seeded, euler]],
        ['steps:31 seed:987654', []],
      ];
      for (const [search, expected] of tries)
        expect(ids(await readAll(store, { search })), search).toStrictEqual(ids(expected));
    });

    it('finds edited tags and no longer the old ones', async () => {
      const { store } = harness();
      const { id } = await make(store, { tags: ['before'] });
      await appended(store, id, { type: 'edited', tags: ['after'] });
      expect(await readAll(store, { search: 'before' })).toStrictEqual([]);
      expect(ids(await readAll(store, { search: 'after' }))).toStrictEqual([id]);
      expect(ids(await readAll(store, { filter: { tag: 'after' } }))).toStrictEqual([id]);
    });

    it('finds the one that matches far behind the many that do not', async () => {
      const { store } = harness();
      const rare = await make(store, { tags: ['needle'] });
      for (let round = 0; round < 45; round += 1)
        await store.create(creation(Array.from({ length: 100 }, () => newJob())));
      expect(await store.list(query({ search: 'needle' }))).toMatchObject({ jobs: [{ id: rare.id }], more: false });
      expect(await store.list(query({ filter: { tag: 'needle' } }))).toMatchObject({ jobs: [{ id: rare.id }] });
    });
  });
}
