import { describe, expect, it } from 'vitest';
import { type OpenHarness, useHarness } from './harness.contract.js';
import {
  AT,
  append,
  appended,
  creation,
  failed,
  LATER,
  make,
  newJob,
  onlyJob,
  succeeded,
  take,
} from './samples.contract.js';

export function creatingContract(open: OpenHarness): void {
  describe('create', () => {
    const harness = useHarness(open);

    it('makes a job with its first fact, as it is then found', async () => {
      const { store } = harness();
      const asked = newJob({ tags: ['forest'], clientId: 'fox-1' });
      const result = await store.create(creation([asked]));
      expect(result).toMatchObject({ outcome: 'created', logged: [{ fact: { type: 'queued', seq: 1 } }] });
      const job = onlyJob(result);
      expect(job).toMatchObject({ id: asked.id, state: 'queued', seq: 1, tags: ['forest'], clientId: 'fox-1' });
      const stored = await store.find(asked.id, 'ann');
      expect(stored?.job).toStrictEqual(job);
      if (result.outcome === 'created') expect(stored?.cursor).toBe(result.logged[0]?.cursor);
    });

    it('makes all jobs of a batch or none', async () => {
      const { store } = harness();
      await make(store, { clientId: 'taken' });
      const free = newJob({ clientId: 'free', batch: 'b' });
      const result = await store.create(
        creation([free, newJob({ clientId: 'taken', batch: 'b' })], { requestDigest: 'another' }),
      );
      expect(result).toStrictEqual({ outcome: 'conflict', by: 'id' });
      expect(await store.find(free.id, null)).toBeNull();
      expect(await store.find('free', 'ann')).toBeNull();
      expect((await store.counts()).queued).toBe(1);
    });

    it('answers the same request under the same key with its jobs as they stand now', async () => {
      const { store } = harness();
      const over = { idempotencyKey: 'k', requestDigest: 'd' };
      await store.create(creation([newJob({ batch: 'b' }), newJob({ batch: 'b' })], over));
      const { job } = await take(store);
      const again = await store.create(creation([newJob({ batch: 'b' }), newJob({ batch: 'b' })], over));
      expect(again.outcome).toBe('replayed');
      if (again.outcome === 'replayed') {
        expect(again.jobs.map(({ state }) => state)).toStrictEqual(['running', 'queued']);
        expect(again.jobs[0]).toStrictEqual(job);
      }
    });

    it('refuses another request under the same key', async () => {
      const { store } = harness();
      await store.create(creation([newJob()], { idempotencyKey: 'k', requestDigest: 'one' }));
      const result = await store.create(creation([newJob()], { idempotencyKey: 'k', requestDigest: 'two' }));
      expect(result).toStrictEqual({ outcome: 'conflict', by: 'key' });
    });

    it('keeps a key that can be released with its job until that has failed, is old, or carries the tag', async () => {
      const { store } = harness();
      const ask = async (endedBefore = AT) =>
        onlyJob(
          await store.create(creation([newJob()], { idempotencyKey: 'k', keyRelease: { endedBefore, tag: 'given' } })),
        );
      const first = await ask();
      expect((await ask(LATER)).id).toBe(first.id);
      await take(store);
      expect((await ask(LATER)).id).toBe(first.id);
      await appended(store, first.id, failed(1));
      const second = await ask();
      expect(second.id).not.toBe(first.id);
      await take(store);
      await appended(store, second.id, succeeded(1));
      expect((await ask()).id).toBe(second.id);
      await appended(store, second.id, { type: 'edited', tags: ['given'] });
      const third = await ask();
      expect(third.id).not.toBe(second.id);
      await take(store);
      await appended(store, third.id, succeeded(1));
      expect((await ask()).id).toBe(third.id);
      expect((await ask(LATER)).id).not.toBe(third.id);
    });

    it('makes one job of many parallel requests with one key that was released', async () => {
      const { store } = harness();
      const over = { idempotencyKey: 'k', keyRelease: { endedBefore: AT, tag: 'given' } };
      const old = onlyJob(await store.create(creation([newJob()], over)));
      await take(store);
      await appended(store, old.id, failed(1));
      const results = await Promise.all(Array.from({ length: 50 }, () => store.create(creation([newJob()], over))));
      const ids = new Set(results.map((result) => onlyJob(result).id));
      expect([ids.size, ids.has(old.id)]).toStrictEqual([1, false]);
    });

    it('keeps keys and client ids of different owners apart', async () => {
      const { store } = harness();
      const over = { idempotencyKey: 'k', requestDigest: 'd' };
      const anns = onlyJob(await store.create(creation([newJob({ clientId: 'c' })], over)));
      const bobs = await store.create(creation([newJob({ clientId: 'c', owner: 'bob' })], over));
      expect(bobs.outcome).toBe('created');
      expect((await store.find('c', 'ann'))?.job.id).toBe(anns.id);
      expect((await store.find('c', 'bob'))?.job.id).toBe(onlyJob(bobs).id);
    });

    it('makes one job of many parallel requests with one key', async () => {
      const { store } = harness();
      const over = { idempotencyKey: 'k', requestDigest: 'd' };
      const results = await Promise.all(Array.from({ length: 50 }, () => store.create(creation([newJob()], over))));
      expect(results.filter(({ outcome }) => outcome === 'created')).toHaveLength(1);
      expect(new Set(results.map((result) => onlyJob(result).id)).size).toBe(1);
      expect((await store.counts()).queued).toBe(1);
    });

    it('makes one job of many parallel requests with one client id', async () => {
      const { store } = harness();
      const results = await Promise.all(
        Array.from({ length: 50 }, () => store.create(creation([newJob({ clientId: 'c' })]))),
      );
      expect(results.filter(({ outcome }) => outcome === 'created')).toHaveLength(1);
      expect(new Set(results.map((result) => onlyJob(result).id)).size).toBe(1);
    });

    it('answers a repeated batch by any of its client ids with all of its jobs', async () => {
      const { store } = harness();
      const batch = () => creation([newJob({ clientId: 'x' }), newJob({ clientId: 'y' }), newJob()]);
      const first = await store.create(batch());
      const again = await store.create(batch());
      expect(again).toMatchObject({ outcome: 'replayed' });
      if (first.outcome === 'created' && again.outcome === 'replayed') expect(again.jobs).toStrictEqual(first.jobs);
    });

    it('refuses one client id twice in a batch', async () => {
      const { store } = harness();
      const result = await store.create(creation([newJob({ clientId: 'x' }), newJob({ clientId: 'x' })]));
      expect(result).toStrictEqual({ outcome: 'conflict', by: 'id' });
    });

    it('with `same`, refuses another request under a client id, even of an ended job', async () => {
      const { store } = harness();
      await make(store, { clientId: 'c' });
      const { job } = await take(store);
      await append(store, job.id, [succeeded(1)]);
      const result = await store.create(creation([newJob({ clientId: 'c' })], { requestDigest: 'other' }));
      expect(result).toStrictEqual({ outcome: 'conflict', by: 'id' });
    });

    it('with `refuse`, refuses even the same request under a client id', async () => {
      const { store } = harness();
      await make(store, { clientId: 'c' });
      const result = await store.create(creation([newJob({ clientId: 'c' })], { onExistingId: 'refuse' }));
      expect(result).toStrictEqual({ outcome: 'conflict', by: 'id' });
    });

    it('with `takeOver`, is like `same` while the holder has not ended', async () => {
      const { store } = harness();
      const holder = await make(store, { clientId: 'c' });
      const same = await store.create(creation([newJob({ clientId: 'c' })], { onExistingId: 'takeOver' }));
      expect(onlyJob(same).id).toBe(holder.id);
      const other = creation([newJob({ clientId: 'c' })], { onExistingId: 'takeOver', requestDigest: 'other' });
      expect(await store.create(other)).toStrictEqual({ outcome: 'conflict', by: 'id' });
    });

    it('with `takeOver`, passes the id of an ended job to the new one, also after a restart', async () => {
      const { store, reopen } = harness();
      const old = await make(store, { clientId: 'c' });
      await take(store);
      await append(store, old.id, [succeeded(1)]);
      const over = { onExistingId: 'takeOver' } as const;
      const next = await store.create(creation([newJob({ clientId: 'c' })], over));
      expect(next.outcome).toBe('created');
      const reopened = await reopen();
      expect((await reopened.find('c', 'ann'))?.job.id).toBe(onlyJob(next).id);
      expect((await reopened.find(old.id, 'ann'))?.job.clientId).toBe('c');
    });

    it('passes an ended id to one of many parallel requests', async () => {
      const { store } = harness();
      const old = await make(store, { clientId: 'c' });
      await take(store);
      await append(store, old.id, [succeeded(1)]);
      const results = await Promise.all(
        Array.from({ length: 20 }, () =>
          store.create(creation([newJob({ clientId: 'c' })], { onExistingId: 'takeOver' })),
        ),
      );
      expect(results.filter(({ outcome }) => outcome === 'created')).toHaveLength(1);
      expect(new Set(results.map((result) => onlyJob(result).id)).size).toBe(1);
    });

    it('lets no more wait than an owner may have, and uses nothing up by refusing', async () => {
      const { store } = harness();
      const two = { maxWaitingPerOwner: 2 };
      const asked = () => creation([newJob({ clientId: 'late' })], { ...two, idempotencyKey: 'k' });
      await make(store);
      await make(store);
      await make(store, { owner: 'bob' });
      expect(await store.create(asked())).toStrictEqual({ outcome: 'full', of: 'owner' });
      expect(await store.find('late', 'ann')).toBeNull();
      await take(store);
      expect((await store.create(asked())).outcome).toBe('created');
    });

    it('lets no more wait in all than the limit, whatever races for the last place', async () => {
      const { store } = harness();
      const results = await Promise.all(
        Array.from({ length: 20 }, (_, index) =>
          store.create(creation([newJob({ owner: `owner-${index}` })], { maxWaiting: 5 })),
        ),
      );
      expect(results.filter(({ outcome }) => outcome === 'created')).toHaveLength(5);
      expect(results.filter((result) => result.outcome === 'full' && result.of === 'all')).toHaveLength(15);
    });

    it('counts a whole batch against the limit', async () => {
      const { store } = harness();
      const result = await store.create(creation([newJob(), newJob(), newJob()], { maxWaitingPerOwner: 2 }));
      expect(result).toStrictEqual({ outcome: 'full', of: 'owner' });
    });

    it('answers a repeated request even when the line is full', async () => {
      const { store } = harness();
      const asked = () => creation([newJob()], { idempotencyKey: 'k', maxWaiting: 1 });
      const first = onlyJob(await store.create(asked()));
      expect(onlyJob(await store.create(asked())).id).toBe(first.id);
    });

    it('remembers keys over a restart', async () => {
      const { store, reopen } = harness();
      const asked = () => creation([newJob()], { idempotencyKey: 'k' });
      const first = onlyJob(await store.create(asked()));
      expect(onlyJob(await (await reopen()).create(asked())).id).toBe(first.id);
    });
  });
}
