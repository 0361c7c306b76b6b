import type { Fact } from '@rendercast/protocol/events';
import type { Snapshot } from '@rendercast/protocol/job';
import { currentLevels, reduce } from '@rendercast/protocol/reduce';

/** The job after its next fact, with those levels that still hold. */
export function fold(before: Snapshot | null, fact: Fact, position: string): Snapshot {
  const job = reduce(before?.job ?? null, fact);
  return { job, levels: currentLevels(before?.levels ?? {}, job), position };
}

/** The number of the last fact in a snapshot; 0 before the first. */
export function seqOf(snapshot: Snapshot | null): number {
  return snapshot?.job.seq ?? 0;
}
