import { type FactBody, reduceAll } from '@rendercast/protocol';
import { describe, expect, it } from 'vitest';
import { type OpenHarness, useHarness } from './harness.contract.js';
import {
  append,
  appended,
  artifact,
  canceled,
  failed,
  make,
  output,
  retrying,
  stage,
  succeeded,
  take,
} from './samples.contract.js';

export function appendingContract(open: OpenHarness): void {
  describe('append', () => {
    const harness = useHarness(open);

    it('numbers facts without gaps and answers each with the job after it', async () => {
      const { store } = harness();
      const { id } = await make(store);
      await take(store);
      const result = await append(store, id, [stage(1, 'base'), stage(1, 'refiner')]);
      if (!result.ok) throw new Error('refused');
      expect(result.logged.map(({ fact }) => fact.seq)).toStrictEqual([3, 4]);
      expect(result.logged.map(({ job }) => job.stage)).toStrictEqual(['base', 'refiner']);
      expect(result.logged.map(({ job }) => job.seq)).toStrictEqual([3, 4]);
      expect(result.job).toStrictEqual(result.logged[1]?.job);
      expect(await store.facts(id, 2, 10)).toStrictEqual(result.logged);
    });

    it('keeps the row equal to the fold of the facts', async () => {
      const { store, reopen } = harness();
      const { id } = await make(store, { tags: ['a'] });
      await take(store);
      const made = artifact({ jobId: id });
      await appended(store, id, stage(1), output(1, 0, made), { type: 'note', data: { x: 1 } }, retrying(1));
      await take(store);
      await appended(store, id, { type: 'edited', tags: ['b'], priority: 4 }, { type: 'canceling', reason: 'enough' });
      await appended(store, id, canceled(2), { type: 'edited', favorite: true });
      const facts = await (await reopen()).facts(id, 0, 100);
      expect(facts.map(({ fact }) => fact.seq)).toStrictEqual(facts.map((_, index) => index + 1));
      expect((await harness().store.find(id, null))?.job).toStrictEqual(reduceAll(facts.map(({ fact }) => fact)));
    });

    it('answers null for a job that does not exist', async () => {
      expect(await append(harness().store, 'nobody', [stage(1)])).toStrictEqual({ ok: false, job: null });
    });

    it('refuses a decision that was taken on an older state, and says how the job stands', async () => {
      const { store } = harness();
      const { id } = await make(store);
      const edit: FactBody = { type: 'edited', priority: 9 };
      expect((await append(store, id, [edit], { seq: 1 })).ok).toBe(true);
      const late = await append(store, id, [edit], { seq: 1 });
      expect(late).toMatchObject({ ok: false, job: { seq: 2, priority: 9 } });
      expect(await store.facts(id, 2, 10)).toStrictEqual([]);
    });

    it('lets a superseded attempt change nothing', async () => {
      const { store } = harness();
      const { id } = await make(store);
      await take(store);
      await append(store, id, [retrying(1)], { attempt: 1 });
      expect((await append(store, id, [stage(1)], { attempt: 1 })).ok).toBe(false); // queued again
      await take(store);
      expect((await append(store, id, [succeeded(1)], { attempt: 1 })).ok).toBe(false);
      expect((await append(store, id, [stage(2)], { attempt: 2 })).ok).toBe(true);
      expect((await store.find(id, null))?.job).toMatchObject({ state: 'running', attempt: 2, seq: 5 });
    });

    it('checks state and cancel request', async () => {
      const { store } = harness();
      const { id } = await make(store);
      expect((await append(store, id, [{ type: 'edited', priority: 1 }], { states: ['running'] })).ok).toBe(false);
      await take(store);
      await appended(store, id, { type: 'canceling', reason: null });
      expect((await append(store, id, [retrying(1)], { attempt: 1, notCanceling: true })).ok).toBe(false);
      expect((await append(store, id, [canceled(1)], { states: ['queued', 'running'] })).ok).toBe(true);
    });

    it('takes exactly one of many racing ends', async () => {
      const { store } = harness();
      const { id } = await make(store);
      await take(store);
      const ends = [succeeded(1), failed(1), canceled(1), succeeded(1), failed(1), canceled(1)];
      const results = await Promise.all(ends.map((end) => append(store, id, [end])));
      expect(results.map(({ ok }) => ok)).toStrictEqual([true, false, false, false, false, false]);
      expect((await store.facts(id, 0, 100)).map(({ fact }) => fact.type)).toStrictEqual([
        'queued',
        'started',
        'succeeded',
      ]);
    });

    it('takes nothing but edits and removals after the end, whatever the condition', async () => {
      const { store } = harness();
      const { id } = await make(store);
      await take(store);
      await appended(store, id, succeeded(1));
      const late: FactBody[] = [
        stage(1),
        retrying(1),
        { type: 'canceling', reason: null },
        { type: 'note', data: {} },
        output(1, 0, artifact({ jobId: id })),
        failed(1),
      ];
      for (const body of late) expect((await append(store, id, [body])).ok).toBe(false);
      expect((await append(store, id, [{ type: 'edited', favorite: true }])).ok).toBe(true);
      expect((await store.find(id, null))?.job).toMatchObject({ state: 'succeeded', seq: 4, favorite: true });
    });

    it('takes all facts of one append or none', async () => {
      const { store } = harness();
      const { id } = await make(store);
      await take(store);
      expect((await append(store, id, [stage(1), succeeded(1), stage(1)])).ok).toBe(false);
      expect((await store.find(id, null))?.job).toMatchObject({ state: 'running', seq: 2 });
    });

    it('does not let a refused or failing append harm those that share its commit', async () => {
      const { store } = harness();
      const jobs = await Promise.all(Array.from({ length: 30 }, () => make(store)));
      const made = artifact({ jobId: jobs[0]?.id ?? null });
      const results = await Promise.allSettled(
        jobs.map(({ id }, index) => {
          // The same file twice fails inside the store; a wrong number is refused.
          if (index % 3 === 0) return append(store, id, [output(1, 0, made)]);
          if (index % 3 === 1) return append(store, id, [{ type: 'note', data: { index } }], { seq: 99 });
          return append(store, id, [{ type: 'note', data: { index } }]);
        }),
      );
      const taken = results.map((result) => result.status === 'fulfilled' && result.value.ok);
      expect(taken).toStrictEqual(jobs.map((_, index) => index === 0 || index % 3 === 2));
      const { jobs: heads } = await store.heads(jobs.map(({ id }) => id));
      expect(jobs.map(({ id }) => heads.get(id))).toStrictEqual(taken.map((ok) => (ok ? 2 : 1)));
      for (const [index, { id }] of jobs.entries()) {
        expect(await store.facts(id, 1, 10)).toHaveLength(taken[index] ? 1 : 0);
        expect((await append(store, id, [{ type: 'note', data: {} }])).ok).toBe(true);
      }
    });

    it('holds what it acknowledged over a restart', async () => {
      const { store, reopen } = harness();
      const { id } = await make(store);
      const epoch = store.epoch;
      const before = await append(store, id, [{ type: 'edited', priority: 3 }]);
      const reopened = await reopen();
      expect(reopened.epoch).toBe(epoch);
      expect((await reopened.find(id, null))?.job).toStrictEqual(before.job);
      expect((await append(reopened, id, [{ type: 'edited', priority: 4 }], { seq: 2 })).ok).toBe(true);
    });
  });
}
