import type { FactBody } from '@rendercast/protocol';
import { describe, expect, it } from 'vitest';
import { type OpenHarness, useHarness } from './harness.contract.js';
import {
  append,
  appended,
  canceled,
  creation,
  failed,
  make,
  newJob,
  retrying,
  stage,
  succeeded,
  take,
} from './samples.contract.js';

export function readingContract(open: OpenHarness): void {
  describe('find', () => {
    const harness = useHarness(open);

    it("finds by the server's id and by the client's own, within the owner's reach", async () => {
      const { store } = harness();
      const { id } = await make(store, { clientId: 'mine' });
      for (const name of [id, 'mine']) {
        expect((await store.find(name, 'ann'))?.job.id).toBe(id);
        expect((await store.find(name, null))?.job.id).toBe(id);
        expect(await store.find(name, 'bob')).toBeNull();
      }
      expect(await store.find('nothing', null)).toBeNull();
    });

    it("does not let a client's id hide another's job", async () => {
      const { store } = harness();
      const anns = await make(store);
      const bobs = await make(store, { owner: 'bob', clientId: anns.id });
      expect((await store.find(anns.id, 'ann'))?.job.id).toBe(anns.id);
      expect((await store.find(anns.id, null))?.job.id).toBe(anns.id);
      expect((await store.find(anns.id, 'bob'))?.job.id).toBe(bobs.id);
    });

    it('says at which cursor the job stands', async () => {
      const { store } = harness();
      const { id } = await make(store);
      await make(store);
      const result = await append(store, id, [{ type: 'edited', priority: 1 }]);
      if (!result.ok) throw new Error('refused');
      expect(await store.find(id, null)).toMatchObject({ cursor: result.logged[0]?.cursor, job: { seq: 2 } });
    });

    it('gives text of any language back as it came', async () => {
      const { store, reopen } = harness();
      const prompt = 'Füchsin · 黄色い月の下の赤い狐 · ثعلب · 🦊\u0000\n"quoted" \\';
      const { id } = await make(store, { request: { prompt }, tags: ['月', "o'hara", '%_'] });
      const found = await (await reopen()).find(id, 'ann');
      expect(found?.job).toMatchObject({ request: { prompt }, tags: ['月', "o'hara", '%_'] });
    });
  });

  describe('facts', () => {
    const harness = useHarness(open);

    it('are read after any number, in pages, each with the job after it', async () => {
      const { store } = harness();
      const created = await store.create(creation([newJob()]));
      if (created.outcome !== 'created') throw new Error('not made');
      const { id } = created.jobs[0] ?? { id: '' };
      await make(store); // another job's facts lie between
      const history = [...created.logged];
      history.push(...(await take(store)).logged);
      const bodies: FactBody[] = [
        { type: 'note', data: { first: true } },
        stage(1),
        retrying(1),
        { type: 'edited', tags: ['later'] },
        { type: 'note', data: {} },
      ];
      for (const body of bodies) {
        const result = await append(store, id, [body]);
        if (result.ok) history.push(...result.logged);
      }
      expect(history).toHaveLength(7);
      for (let after = 0; after <= history.length; after += 1) {
        expect(await store.facts(id, after, 100)).toStrictEqual(history.slice(after));
        expect(await store.facts(id, after, 2)).toStrictEqual(history.slice(after, after + 2));
      }
    });

    it('of a job that does not exist are none', async () => {
      expect(await harness().store.facts('nobody', 0, 10)).toStrictEqual([]);
    });
  });

  describe('heads and counts', () => {
    const harness = useHarness(open);

    it('name the last fact of each job that exists, and of the feed', async () => {
      const { store, reopen } = harness();
      expect(await store.heads([])).toStrictEqual({ jobs: new Map(), feed: 0, horizon: 0 });
      const first = await make(store);
      const second = await make(store);
      const result = await append(store, first.id, [{ type: 'edited', priority: 1 }]);
      if (!result.ok) throw new Error('refused');
      const expected = {
        jobs: new Map([
          [first.id, 2],
          [second.id, 1],
        ]),
        feed: result.logged[0]?.cursor,
        horizon: 0,
      };
      expect(await store.heads([first.id, second.id, 'nobody'])).toStrictEqual(expected);
      expect(await (await reopen()).heads([first.id, second.id, 'nobody'])).toStrictEqual(expected);
    });

    it('answer for thousands of jobs at once', async () => {
      const { store } = harness();
      const { id } = await make(store);
      const many = Array.from({ length: 5_000 }, (_, index) => `nobody-${index}`);
      expect((await store.heads([...many, id])).jobs).toStrictEqual(new Map([[id, 1]]));
    });

    it('count jobs by state', async () => {
      const { store, reopen } = harness();
      for (let count = 0; count < 5; count += 1) await make(store, { owner: count % 2 === 0 ? 'ann' : 'bob' });
      const ends = [succeeded(1), failed(1), canceled(1)];
      for (const end of ends) await appended(store, (await take(store)).job.id, end);
      await take(store);
      const expected = { queued: 1, running: 1, succeeded: 1, failed: 1, canceled: 1 };
      expect(await store.counts()).toStrictEqual(expected);
      expect(await (await reopen()).counts()).toStrictEqual(expected);
    });
  });
}
