import { describe, expect, it } from 'vitest';
import type { Claim, Offer, Store } from '../store.js';
import { type OpenHarness, useHarness } from './harness.contract.js';
import {
  AT,
  append,
  appended,
  claimRequest,
  LATER,
  make,
  offer,
  retrying,
  succeeded,
  take,
} from './samples.contract.js';

export function claimingContract(open: OpenHarness): void {
  describe('claim', () => {
    const harness = useHarness(open);

    it('answers null when nothing waits', async () => {
      expect(await harness().store.claim(claimRequest())).toBeNull();
    });

    it('starts the job on the offer with the next attempt', async () => {
      const { store } = harness();
      const { id } = await make(store);
      const claim = await take(store);
      expect(claim.logged).toMatchObject([
        { fact: { type: 'started', seq: 2, attempt: 1, engine: 'brush', backend: 'brush-1' }, job: { attempt: 1 } },
      ]);
      expect(claim.job).toMatchObject({ id, state: 'running', attempt: 1, ranOn: { engine: 'brush' } });
      expect(claim.offer).toStrictEqual(offer());
      expect(claim.handle).toBeNull();
      expect((await store.find(id, null))?.job).toStrictEqual(claim.job);
      await appended(store, id, retrying(1));
      expect((await take(store)).job.attempt).toBe(2);
    });

    it('takes the highest priority first, then the oldest, as `waiting` shows', async () => {
      const { store } = harness();
      const low = await make(store, { priority: -5 });
      const first = await make(store);
      const second = await make(store);
      const high = await make(store, { priority: 10, engine: 'brush' });
      const order = [high.id, first.id, second.id, low.id];
      expect((await store.waiting(10)).map(({ id }) => id)).toStrictEqual(order);
      expect((await store.waiting(2)).map(({ id }) => id)).toStrictEqual(order.slice(0, 2));
      const taken = [];
      for (let count = 0; count < 4; count += 1) taken.push((await take(store)).job.id);
      expect(taken).toStrictEqual(order);
    });

    it('puts a retried job back to its old place, and follows an edited priority', async () => {
      const { store } = harness();
      const oldest = await make(store);
      const other = await make(store);
      await take(store);
      await appended(store, oldest.id, retrying(1));
      expect((await store.waiting(10)).map(({ id }) => id)).toStrictEqual([oldest.id, other.id]);
      await appended(store, other.id, { type: 'edited', priority: 1 });
      expect((await store.waiting(10)).map(({ id }) => id)).toStrictEqual([other.id, oldest.id]);
    });

    it('gives a job to the backend that has its model loaded, else to one that has none', async () => {
      const { store } = harness();
      const offers = [
        offer({ backend: 'one', warm: 'big' }),
        offer({ backend: 'two' }),
        offer({ backend: 'three', warm: 'small' }),
      ];
      const wanted = ['small', 'big', 'other', null];
      for (const model of wanted)
        await make(store, { request: { prompt: 'rain', ...(model === null ? {} : { model }) } });
      const taken = [];
      for (const _ of wanted) taken.push((await take(store, { offers })).offer);
      expect(taken.map(({ backend }) => backend)).toStrictEqual(['three', 'one', 'two', 'one']);
      expect(taken[0]).toStrictEqual(offers[2]);
    });

    describe('the model that is loaded', () => {
      const warm = [offer({ backend: 'one', warm: 'big' })];
      const wish = (model: string, more: object = {}) => ({ request: { prompt: 'rain', model }, ...more });
      const taken = async (store: Store, offers: readonly Offer[]): Promise<string> =>
        (await take(store, { offers: [...offers] })).job.id;

      it('lets a job that is just behind overtake one that would have another loaded, never one of higher priority', async () => {
        const { store } = harness();
        const small = await make(store, wish('small'));
        const big = await make(store, wish('big'));
        const any = await make(store);
        const low = await make(store, wish('big', { priority: -1 }));
        expect(await taken(store, warm)).toBe(big.id);
        expect(await taken(store, warm)).toBe(small.id);
        expect(await taken(store, warm)).toBe(any.id);
        expect(await taken(store, warm)).toBe(low.id);
      });

      it('is not looked for further down where another backend has the first one loaded, or nothing', async () => {
        const { store } = harness();
        for (const more of [offer({ backend: 'two', warm: 'small' }), offer({ backend: 'two' })]) {
          const small = await make(store, wish('small'));
          const big = await make(store, wish('big'));
          expect(await taken(store, [...warm, more])).toBe(small.id);
          expect(await taken(store, warm)).toBe(big.id);
        }
      });

      it('keeps nobody waiting for ever: a job is overtaken by a bounded number of those that came right after it', async () => {
        const { store } = harness();
        const small = await make(store, wish('small'));
        const big: string[] = [];
        for (let count = 0; count < 24; count += 1) big.push((await make(store, wish('big'))).id);
        const order: string[] = [];
        for (let count = 0; count < 25; count += 1) order.push(await taken(store, warm));
        expect(order.indexOf(small.id)).toBeGreaterThan(0);
        expect(order.indexOf(small.id)).toBeLessThanOrEqual(16);
        expect(order.filter((id) => id !== small.id)).toStrictEqual(big);
      });
    });

    it('gives no job to two claimants', async () => {
      const { store } = harness();
      await Promise.all(Array.from({ length: 40 }, () => make(store)));
      const claims = await Promise.all(
        Array.from({ length: 60 }, (_, index) => store.claim(claimRequest({ claimant: `c${index}` }))),
      );
      const taken = claims.filter((claim): claim is Claim => claim !== null).map(({ job }) => job.id);
      expect(taken).toHaveLength(40);
      expect(new Set(taken).size).toBe(40);
    });

    it('takes only the kind, engine and model that an offer can run', async () => {
      const { store } = harness();
      const named = await make(store, { engine: 'piano', kind: 'music', request: { prompt: 'rain', model: 'big' } });
      const tries = [
        offer({ engine: 'brush' }),
        offer({ engine: 'piano', kinds: ['image'] }),
        offer({ engine: 'piano', models: [] }),
        offer({ engine: 'piano', models: ['small', 'tiny'] }),
      ];
      for (const each of tries) expect(await store.claim(claimRequest({ offers: [each] }))).toBeNull();
      expect(await store.claim(claimRequest({ offers: tries }))).toBeNull();
      const able = offer({ engine: 'piano', auto: false, models: ['small', 'big'] });
      const claim = await take(store, { offers: [...tries, able] });
      expect(claim.job.id).toBe(named.id);
      expect(claim.offer).toStrictEqual(able);
    });

    it('gives a job that asks for `auto` only to an offer that takes such', async () => {
      const { store } = harness();
      await make(store, { engine: 'auto' });
      expect(await store.claim(claimRequest({ offers: [offer({ auto: false })] }))).toBeNull();
      const second = offer({ backend: 'brush-2' });
      expect((await take(store, { offers: [offer({ auto: false }), second] })).offer).toStrictEqual(second);
    });

    it('gives a job without a model to any backend of its engine', async () => {
      const { store } = harness();
      await make(store);
      expect((await take(store, { offers: [offer({ models: ['x'] })] })).job.attempt).toBe(1);
    });

    it('leases no more of a backend than the slots that its offer names, counted over all claims', async () => {
      const { store } = harness();
      for (let count = 0; count < 6; count += 1) await make(store);
      const [narrow, other] = [offer({ slots: 2 }), offer({ backend: 'brush-2', slots: 1 })];
      const claims = await Promise.all(
        Array.from({ length: 5 }, () => store.claim(claimRequest({ offers: [narrow, other] }))),
      );
      const backends = claims.flatMap((claim) => claim?.offer.backend ?? []);
      expect(backends.sort()).toStrictEqual(['brush-1', 'brush-1', 'brush-2']);
      expect(await store.claim(claimRequest({ offers: [narrow] }))).toBeNull();
      const first = claims[0]?.job.id ?? '';
      await appended(store, first, retrying(1));
      expect((await take(store, { offers: [narrow] })).job).toMatchObject({ id: first, attempt: 2 });
      expect(await store.claim(claimRequest({ offers: [narrow, other] }))).toBeNull();
      expect((await take(store)).offer.slots).toBeUndefined();
    });

    it('waits for the time that a retry names', async () => {
      const { store } = harness();
      const { id } = await make(store);
      await take(store);
      await appended(store, id, retrying(1, LATER));
      expect(await store.claim(claimRequest({ at: AT }))).toBeNull();
      expect(await store.waiting(10)).toMatchObject([{ id, attempt: 1, notBefore: LATER }]);
      expect((await take(store, { at: LATER })).job.id).toBe(id);
    });

    it('starts what is said to be due, whatever time its retry names, and nothing else', async () => {
      const { store } = harness();
      const { id } = await make(store);
      const other = await make(store);
      for (const job of [id, other.id]) {
        await take(store);
        await appended(store, job, retrying(1, LATER));
      }
      expect(await store.claim(claimRequest({ at: AT, due: ['somebody-else'] }))).toBeNull();
      expect((await take(store, { at: AT, due: [other.id, 'somebody-else'] })).job.id).toBe(other.id);
      expect(await store.claim(claimRequest({ at: AT, due: [other.id] }))).toBeNull();
    });

    it('starts nothing past its deadline, and lists it as overdue', async () => {
      const { store } = harness();
      const late = await make(store, { startBy: AT });
      await make(store, { startBy: null, priority: -1 });
      expect(await store.overdue(AT)).toStrictEqual([]);
      expect((await store.overdue(LATER)).map(({ id }) => id)).toStrictEqual([late.id]);
      expect((await take(store, { at: LATER })).job.id).not.toBe(late.id);
      expect(await store.claim(claimRequest({ at: LATER }))).toBeNull();
      expect((await take(store, { at: AT })).job.id).toBe(late.id);
      expect(await store.overdue(LATER)).toStrictEqual([]);
    });

    it('starts a retry also past the deadline, which bound the first start', async () => {
      const { store } = harness();
      const { id } = await make(store, { startBy: AT });
      await take(store, { at: AT });
      await appended(store, id, retrying(1, AT));
      expect((await take(store, { at: LATER })).job).toMatchObject({ id, attempt: 2 });
    });

    it('starts nothing that is being cancelled', async () => {
      const { store } = harness();
      const { id } = await make(store);
      await appended(store, id, { type: 'canceling', reason: null });
      expect(await store.claim(claimRequest())).toBeNull();
      expect(await store.waiting(10)).toStrictEqual([]);
    });

    it('never runs an ended job again', async () => {
      const { store, reopen } = harness();
      const { id } = await make(store);
      await take(store);
      await appended(store, id, succeeded(1));
      expect((await append(store, id, [retrying(1)])).ok).toBe(false);
      expect(await (await reopen()).claim(claimRequest())).toBeNull();
    });
  });
}
