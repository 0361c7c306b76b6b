import type { Violation, ViolationCode } from '@rendercast/protocol/history';

/** What histories were found guilty of, by the promise that was broken. */
export interface Tally {
  /** All violations. */
  wrong: number;
  /** Facts that were not shown. */
  lost: number;
  /** Facts that were shown twice or out of order. */
  repeated: number;
  /** Jobs without exactly one end. */
  ends: number;
  /** Things of another owner that were shown. */
  leaks: number;
}

const LOST = new Set<ViolationCode>(['RC-FACT-LOST', 'RC-RESET-MISSING', 'RC-SNAPSHOT-MISSING']);
const REPEATED = new Set<ViolationCode>(['RC-FACT-TWICE', 'RC-FACT-ORDER']);
const ENDS = new Set<ViolationCode>(['RC-END-MISSING', 'RC-END-TWICE']);

/** A tally of nothing. */
export const noTally = (): Tally => ({ wrong: 0, lost: 0, repeated: 0, ends: 0, leaks: 0 });

/** Adds violations to a tally. */
export function tally(into: Tally, violations: readonly Violation[]): void {
  for (const { code } of violations) {
    into.wrong += 1;
    if (LOST.has(code)) into.lost += 1;
    if (REPEATED.has(code)) into.repeated += 1;
    if (ENDS.has(code)) into.ends += 1;
    if (code === 'RC-OWNER-FOREIGN') into.leaks += 1;
  }
}

/** A tally of histories with one owner only, which say nothing of leaks. */
export function ofOneOwner({ leaks: _leaks, ...rest }: Tally): Omit<Tally, 'leaks'> {
  return rest;
}
