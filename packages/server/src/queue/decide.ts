import { type FactBody, type Job, RendercastError } from '@rendercast/protocol';
import { isoTime } from '../clock.js';
import type { Condition, Stored } from '../stores/store.js';
import type { QueueParts } from './parts.js';

/** Facts to append, and what must still hold for them to be right. */
export interface Decision {
  bodies: readonly FactBody[];
  expect: Condition;
}

/** How often a decision is taken anew: each round lost means that somebody else changed the job. */
const ROUNDS = 100;

/**
 * Reads a job, decides, and appends if nothing has changed in between; otherwise reads and decides again.
 * `decide` returns null when there is nothing to do, and throws when it must not be done.
 */
export async function decide(
  { store, log, clock }: Pick<QueueParts, 'store' | 'log' | 'clock'>,
  jobId: string,
  decision: (stored: Stored) => Decision | null | Promise<Decision | null>,
): Promise<Job> {
  for (let round = 0; round < ROUNDS; round++) {
    const stored = await store.find(jobId, null);
    if (stored === null) throw new RendercastError('not_found', `There is no job "${jobId}".`);
    const decided = await decision(stored);
    if (decided === null) return stored.job;
    const result = await log.append({ jobId, at: isoTime(clock.now()), ...decided });
    if (result.ok) return result.job;
  }
  throw new RendercastError('internal', `The job "${jobId}" changed ${ROUNDS} times while this was decided.`);
}
