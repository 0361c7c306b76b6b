import type { BackendOffer } from '../engines/registry.js';

/** Backends that could run the same jobs, and what they offer. */
export interface ClaimGroup {
  backends: ReadonlySet<string>;
  offers: readonly BackendOffer[];
}

/**
 * Parts offers by what they could take: whatever kind two backends have in common puts them into one group. Within a group
 * of several the claim itself finds the backend that suits a job best, so it must see all of them each time; groups, and
 * claims for one backend alone, do not mind each other.
 */
export function claimGroups(offers: readonly BackendOffer[]): ClaimGroup[] {
  let groups: BackendOffer[][] = [];
  for (const offer of offers) {
    const meets = (group: readonly BackendOffer[]): boolean =>
      group.some(({ backend, kinds }) => backend === offer.backend || kinds.some((kind) => offer.kinds.includes(kind)));
    const met = groups.filter(meets);
    groups = [...groups.filter((group) => !met.includes(group)), [...met.flat(), offer]];
  }
  return groups.map((group) => ({ backends: new Set(group.map(({ backend }) => backend)), offers: group }));
}
