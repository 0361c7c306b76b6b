import { describe, expect, test } from 'vitest';
import type { BackendOffer } from '../engines/registry.js';
import { claimGroups } from './claim-groups.js';
import { ALICE, ended, openRig, picture, typesOf, VIA } from './rig.contract.js';

const offer = (backend: string, kinds: BackendOffer['kinds']): BackendOffer => ({
  ...{ engine: backend, backend, kinds, models: null, auto: true },
});
const named = (offers: readonly BackendOffer[]) => claimGroups(offers).map(({ backends }) => [...backends].sort());

describe('backends that are claimed for', () => {
  test('are apart where no job could go to both, and together where one could', () => {
    expect(named([])).toEqual([]);
    expect(named([offer('painter', ['image']), offer('singer', ['music'])])).toEqual([['painter'], ['singer']]);
    expect(named([offer('one', ['image']), offer('singer', ['music']), offer('two', ['image'])])).toEqual([
      ['singer'],
      ['one', 'two'],
    ]);
    expect(named([offer('one', ['image']), offer('singer', ['music']), offer('both', ['image', 'music'])])).toEqual([
      ['both', 'one', 'singer'],
    ]);
  });

  test('are apart where jobs name one of them or the other, and together where they are of one engine', () => {
    const shy = { ...offer('painter', ['image']), auto: false };
    expect(named([shy, offer('drawer', ['image'])])).toEqual([['painter'], ['drawer']]);
    const [one, two] = [
      { ...shy, engine: 'far', backend: 'far-1' },
      { ...shy, engine: 'far', backend: 'far-2' },
    ];
    expect(named([one, two])).toEqual([['far-1', 'far-2']]);
  });

  test('are one group with all of their own offers', () => {
    const offers = [offer('both', ['image']), offer('both', ['music'])];
    expect(claimGroups(offers)).toEqual([{ backends: new Set(['both']), offers }]);
  });
});

test('a backend with many free slots is claimed for several jobs at a time, and never for more than it has slots', async () => {
  let underway = 0;
  let most = 0;
  const rig = await openRig({
    slots: 4,
    wrapStore: (store) => ({
      ...store,
      async claim(request) {
        underway += 1;
        most = Math.max(most, underway);
        try {
          return await store.claim(request);
        } finally {
          underway -= 1;
        }
      },
    }),
  });
  try {
    const ids = await Promise.all(
      Array.from({ length: 16 }, async () => (await rig.queue.submit(ALICE, picture(), VIA)).job.id),
    );
    rig.runner().start();
    for (const id of ids) expect(await ended(rig, id)).toMatchObject({ state: 'succeeded', attempt: 1 });
    for (const id of ids) expect(await typesOf(rig, id)).not.toContain('retrying');
    expect(most).toBeGreaterThan(1);
    expect(most).toBeLessThanOrEqual(4);
  } finally {
    await rig.close();
  }
});
