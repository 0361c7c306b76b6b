import type { FactBody } from '@rendercast/protocol';
import type { Clock } from '../clock.js';
import type { Store } from '../stores/store.js';

/**
 * Retries that are due though their wall time has not come. When a job may be tried again is written down as a wall time, which
 * outlives the process; so a wall clock that is set back would make it wait for as much longer. Whoever notices that lets
 * such a job wait for its own backoff at most, by the monotonic clock.
 */
export interface Backoffs {
  /**
   * Looks whether the wall clock went back since the last look; at the first, whether it did before the start. Answers
   * whether something has become due. Costs nothing as long as the clock goes on.
   */
  look(): Promise<boolean>;
  /** Ids of jobs that are due, whatever their time says. */
  due(): string[];
  /** The job has been claimed. */
  forget(jobId: string): void;
}

/** A clock is put right in small steps all the time; what such a step adds to a wait does not matter. */
const TOLERANCE_MS = 500;
/** Waiting jobs that are looked at, in the order in which they would run. */
const LINE_LENGTH = 10_000;
/** How many facts back the failure is looked for; only edits and notes can have followed it. */
const FAILED_WITHIN = 100;

interface Waiting {
  /** As it was when the clock went back; whatever happened to the job since, it is another matter. */
  seq: number;
  notBeforeMs: number;
  /** By the monotonic clock. */
  dueAtMs: number;
}

export function createBackoffs(
  store: Pick<Store, 'waiting' | 'facts' | 'heads'>,
  clock: Pick<Clock, 'now' | 'monotonic'>,
): Backoffs {
  const waiting = new Map<string, Waiting>();
  /** How far the wall clock is ahead of the monotonic one; null: nobody has looked. */
  let aheadMs: number | null = null;

  /** Writes down who is in backoff, and when it has waited long enough. */
  async function takeDown(): Promise<void> {
    for (const { id, seq, notBefore } of await store.waiting(LINE_LENGTH)) {
      const notBeforeMs = notBefore === null ? 0 : Date.parse(notBefore);
      const leftMs = notBeforeMs - clock.now();
      if (leftMs <= 0 || waiting.has(id)) continue;
      const wholeMs = await backoffOf(id, seq);
      waiting.set(id, { seq, notBeforeMs, dueAtMs: clock.monotonic() + Math.min(leftMs, wholeMs) });
    }
  }

  /** The length of a job's backoff; none where its history does not tell. */
  async function backoffOf(jobId: string, seq: number): Promise<number> {
    const facts = await store.facts(jobId, Math.max(0, seq - FAILED_WITHIN), FAILED_WITHIN);
    const failed = facts.findLast(({ fact }) => fact.type === 'retrying')?.fact;
    return failed === undefined ? 0 : Math.max(0, Date.parse(notBeforeOf(failed)) - Date.parse(failed.at));
  }

  /** Forgets those whose wall time has come after all, and those to whom something else happened. */
  async function tidy(): Promise<void> {
    const { jobs: heads } = await store.heads([...waiting.keys()]);
    for (const [id, { seq, notBeforeMs }] of waiting)
      if (notBeforeMs <= clock.now() || heads.get(id) !== seq) waiting.delete(id);
  }

  const due = (): string[] => [...waiting].filter(([, { dueAtMs }]) => dueAtMs <= clock.monotonic()).map(([id]) => id);

  return {
    async look() {
      const nowAheadMs = clock.now() - clock.monotonic();
      const wentBack = aheadMs === null || nowAheadMs < aheadMs - TOLERANCE_MS;
      if (wentBack) await takeDown();
      aheadMs = nowAheadMs;
      if (waiting.size === 0) return false;
      await tidy();
      return due().length > 0;
    },
    due,
    forget: (jobId) => void waiting.delete(jobId),
  };
}

function notBeforeOf(fact: FactBody & { at: string }): string {
  return fact.type === 'retrying' ? fact.notBefore : fact.at;
}
