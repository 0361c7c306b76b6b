import type { BackendOffer } from '../engines/registry.js';

/** Backends that could run the same jobs, and what they offer. */
export interface ClaimGroup {
  backends: ReadonlySet<string>;
  offers: readonly BackendOffer[];
}

/**
 * Parts offers by what they could take: two backends that some job could go to are in one group. Within a group of several
 * the claim itself finds the backend that suits a job best, so it must see all of them each time; groups, and claims for one
 * backend alone, do not mind each other.
 */
export function claimGroups(offers: readonly BackendOffer[]): ClaimGroup[] {
  let groups: BackendOffer[][] = [];
  for (const offer of offers) {
    const met = groups.filter((group) => group.some((other) => meet(other, offer)));
    groups = [...groups.filter((group) => !met.includes(group)), [...met.flat(), offer]];
  }
  return groups.map((group) => ({ backends: new Set(group.map(({ backend }) => backend)), offers: group }));
}

/** Whether one job could go to either: it names a kind, and an engine or `auto`. */
function meet(left: BackendOffer, right: BackendOffer): boolean {
  if (left.backend === right.backend) return true;
  const isAsked = left.engine === right.engine || (left.auto && right.auto);
  return isAsked && left.kinds.some((kind) => right.kinds.includes(kind));
}
