import { Histogram, type Registry } from 'prom-client';

/** One group of writes that reached the disk. */
export interface CommitFigures {
  calls: number;
  ms: number;
}

/** From a fast disk to one that is in trouble, in seconds. */
const COMMIT_BUCKETS_S = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1, 5];
const GROUP_BUCKETS = [1, 2, 4, 8, 16, 32, 64, 128, 256, 512];

/** Counts groups of writes: what is acknowledged waits for one of them. */
export function createCommitMetrics(registry: Registry): (commit: CommitFigures) => void {
  const seconds = new Histogram({
    name: 'rendercast_store_commit_seconds',
    help: 'A group of writes, from its first statement to the end of the sync.',
    buckets: COMMIT_BUCKETS_S,
    registers: [registry],
  });
  const calls = new Histogram({
    name: 'rendercast_store_commit_calls',
    help: 'Writes that went to the disk together.',
    buckets: GROUP_BUCKETS,
    registers: [registry],
  });
  return (commit) => {
    seconds.observe(commit.ms / 1000);
    calls.observe(commit.calls);
  };
}
