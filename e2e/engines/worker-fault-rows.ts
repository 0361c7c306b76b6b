import type { Fault } from '../../packages/server/src/engines/fault-book.contract.js';

/** The lease of the workers in these tests: long enough for a busy machine to renew it, short enough to wait for its end. */
export const WORKER_LEASE_MS = 3_000;

const row = (fault: string, verdict: string, withinMs: number): Fault => ({ fault, on: ['worker'], verdict, withinMs });

/** The bad days of a remote worker with such a lease, and what becomes of its job on each. */
export const WORKER_FAULTS: readonly Fault[] = [
  row('deaf in mid-run', 'worker_lost, again', 15_000),
  row('away for good, not repeatable', 'outcome_unknown', 15_000),
  row('ends after a cancel', 'canceled', 5_000),
  row('late words of a lost attempt', 'superseded', 5_000),
  row('ends twice', 'done', 5_000),
  row('socket cut in mid-run', 'done', 15_000),
  row('our restart in mid-run', 'done', 30_000),
  row('output is damaged', 'invalid_field', 5_000),
  row('out of memory', 'out_of_memory', 5_000),
];
